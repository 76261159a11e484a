"""Label and field selectors: which objects a list, a watch or a deletion of many is about.

Source: k8s.io/apimachinery, pkg/labels, pkg/fields and pkg/apis/meta/v1/helpers.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from fakes.apimachinery.field import FieldError, index
from fakes.apimachinery.label_selectors import (
    Operator,
    Requirement,
    SelectorError,
    new_requirement,
    parse_requirements,
)
from fakes.apimachinery.objectmeta import validate_labels
from fakes.apimachinery.validation import label_value, qualified_name

__all__ = ["FieldSelector", "LabelSelector", "SelectorError", "validate_label_selector"]

_EXPRESSION_OPERATORS: Mapping[str, Operator] = {
    "In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSelector:
    """All requirements must match; no requirement matches everything. Printed, it is text that ``parse`` reads."""

    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def parse(cls, text: str) -> LabelSelector:
        """Read the query parameter ``labelSelector``.

        Raises:
            SelectorError: the text is no selector.
        """
        return _parse_labels(text)

    @classmethod
    def from_dict(cls, selector: Mapping[str, Any]) -> LabelSelector:
        """Read a metav1.LabelSelector: ``matchLabels`` and ``matchExpressions``. Empty, it matches everything.

        Raises:
            SelectorError: a key, value or operator is not valid.
        """
        labels: Mapping[str, str] = selector.get("matchLabels") or {}
        found = [new_requirement(key, "=", (value,)) for key, value in labels.items()]
        for expression in selector.get("matchExpressions") or ():
            name = expression.get("operator", "")
            operator = _EXPRESSION_OPERATORS.get(name)
            if operator is None:
                raise SelectorError(f'"{name}" is not a valid label selector operator')
            found.append(new_requirement(expression.get("key", ""), operator, expression.get("values") or ()))
        return cls(requirements=tuple(sorted(found, key=lambda requirement: requirement.key)))

    @classmethod
    def from_labels(cls, labels: Mapping[str, str]) -> LabelSelector:
        """Equality with every label given, unchecked: selectors of Services and ReplicationControllers."""
        return cls(
            requirements=tuple(
                Requirement(key=key, operator="=", values=(labels[key],)) for key in sorted(labels)
            )
        )

    @property
    def empty(self) -> bool:
        return not self.requirements

    def matches(self, labels: Mapping[str, str]) -> bool:
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)


@lru_cache(maxsize=1024)
def _parse_labels(text: str) -> LabelSelector:
    return LabelSelector(requirements=parse_requirements(text))


def validate_label_selector(
    selector: Mapping[str, Any], path: str, *, allow_invalid_values: bool = False
) -> list[FieldError]:
    """Errors of a metav1.LabelSelector in an object."""
    errors = validate_labels(selector.get("matchLabels") or {}, f"{path}.matchLabels")
    for position, expression in enumerate(selector.get("matchExpressions") or ()):
        at = index(f"{path}.matchExpressions", position)
        errors += _validate_expression(expression, at, allow_invalid_values)
    return errors


def _validate_expression(
    expression: Mapping[str, Any], path: str, allow_invalid_values: bool
) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    if operator in ("In", "NotIn"):
        if not values:
            detail = "must be specified when `operator` is 'In' or 'NotIn'"
            errors.append(FieldError.required(f"{path}.values", detail))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(FieldError.forbidden(f"{path}.values", detail))
    else:
        errors.append(FieldError.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = expression.get("key", "")
    errors += [FieldError.invalid(f"{path}.key", key, text) for text in qualified_name(key)]
    if not allow_invalid_values:
        for position, value in enumerate(values):
            at = index(f"{path}.values", position)
            errors += [FieldError.invalid(at, value, text) for text in label_value(value)]
    return errors


class _Term(NamedTuple):
    field: str
    equal: bool
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSelector:
    """All terms must match; a field that an object does not have is the empty string."""

    terms: tuple[_Term, ...] = ()

    @classmethod
    def parse(cls, text: str, check: Callable[[str], str]) -> FieldSelector:
        """Read the query parameter ``fieldSelector``.

        ``check`` gives the real name of a field, and raises if the kind cannot be selected by it; what it raises is
        passed on.

        Raises:
            SelectorError: the text is no selector.
        """
        terms = _parse_terms(text)
        return cls(terms=tuple(term._replace(field=check(term.field)) for term in terms)) if terms else _ALL

    @property
    def empty(self) -> bool:
        return not self.terms

    def matches(self, fields: Mapping[str, str]) -> bool:
        return all((fields.get(term.field, "") == term.value) is term.equal for term in self.terms)

    def requires_exact(self, field: str) -> str | None:
        """The value that a field must have, if there is such a term."""
        for term in self.terms:
            if term.equal and term.field == field:
                return term.value
        return None

    def __str__(self) -> str:
        return ",".join(
            f"{term.field}{'=' if term.equal else '!='}{_escape(term.value)}" for term in self.terms
        )


_ALL = FieldSelector()


@lru_cache(maxsize=1024)
def _parse_terms(text: str) -> tuple[_Term, ...]:
    return tuple(_parse_term(part, text) for part in sorted(_split(text)) if part)


def _split(text: str) -> list[str]:
    parts: list[str] = []
    start, escaped = 0, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _parse_term(part: str, text: str) -> _Term:
    for position in range(len(part)):
        for operator in ("!=", "==", "="):
            if part.startswith(operator, position):
                value = _unescape(part[position + len(operator) :])
                return _Term(part[:position], operator != "!=", value)
    raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")


def _unescape(value: str) -> str:
    characters = iter(value)
    result = []
    for character in characters:
        if character == "\\":
            escaped = next(characters, "")
            if not escaped or escaped not in "\\,=":
                raise SelectorError(f"invalid field selector: invalid escape sequence: \\{escaped}")
            result.append(escaped)
        elif character in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(character)}")
        else:
            result.append(character)
    return "".join(result)
