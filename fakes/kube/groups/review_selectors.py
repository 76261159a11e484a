"""Selectors in the resource attributes of a review: as text or as requirements, and kept even if partly not understood.

Operators that are not known are no error: a client may be newer than the server.
Source: kubernetes, pkg/registry/authorization/util, pkg/apis/authorization/validation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fakes.apimachinery.field import FieldError, child, index
from fakes.apimachinery.golang import quote
from fakes.apimachinery.selectors import FieldSelector, LabelSelector, SelectorError
from fakes.apimachinery.validation import label_value, qualified_name

__all__ = ["FIELD", "LABEL", "SelectorAttributes", "raw_selector", "selector_errors"]

Object = Mapping[str, Any]


class SelectorAttributes(NamedTuple):
    """One of the two kinds of selectors in a review."""

    key: str
    parse: Callable[[str], object]
    requirement: Callable[[Object], str]
    """A requirement as text."""
    errors: Callable[[Object, str], list[FieldError]]
    """Errors of key and values of a requirement."""


def raw_selector(resource: Object, which: SelectorAttributes) -> tuple[str, str]:
    """The selector as text, as far as it is understood; and the complaint about the rest."""
    selector = resource.get(which.key)
    if not selector:
        return "", ""
    complaint = f"spec.resourceAttributes.{which.key} ignored due to parse error"
    if requirements := selector.get("requirements"):
        return _from_requirements(requirements, which, complaint)
    raw = selector.get("rawSelector", "")
    try:
        which.parse(raw)
    except SelectorError:
        return "", complaint
    return raw, ""


def _from_requirements(
    requirements: list[Object], which: SelectorAttributes, complaint: str
) -> tuple[str, str]:
    understood = []
    for requirement in requirements:
        try:
            understood.append(which.requirement(requirement))
        except SelectorError:
            continue
    if len(understood) == len(requirements):
        return ",".join(understood), ""
    return ",".join(understood), complaint.replace(
        " ignored", " partially ignored"
    ) if understood else complaint


def selector_errors(resource: Object, which: SelectorAttributes, path: str) -> list[FieldError]:
    """Errors of a selector in a review."""
    selector = resource.get(which.key)
    if selector is None:
        return []
    errors = []
    raw, requirements = selector.get("rawSelector", ""), selector.get("requirements") or ()
    if raw and requirements:
        detail = "may not specified at the same time as requirements"
        errors.append(FieldError.invalid(child(path, "rawSelector"), raw, detail))
    if not raw and not requirements:
        detail = f"when {path} is specified, requirements or rawSelector is required"
        errors.append(FieldError.required(child(path, "requirements"), detail))
    for position, requirement in enumerate(requirements):
        at = index(child(path, "requirements"), position)
        errors += _operator_errors(requirement, at) + which.errors(requirement, at)
    return errors


def _operator_errors(requirement: Object, path: str) -> list[FieldError]:
    operator, values = requirement.get("operator", ""), requirement.get("values")
    if operator in ("In", "NotIn") and not values:
        detail = "must be specified when `operator` is 'In' or 'NotIn'"
        return [FieldError.required(child(path, "values"), detail)]
    if operator in ("Exists", "DoesNotExist") and values:
        detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        return [FieldError.forbidden(child(path, "values"), detail)]
    return []


def _field_errors(requirement: Object, path: str) -> list[FieldError]:
    return [] if requirement.get("key") else [FieldError.required(child(path, "key"), "must be specified")]


def _label_errors(requirement: Object, path: str) -> list[FieldError]:
    key = requirement.get("key", "")
    errors = [FieldError.invalid(child(path, "key"), key, text) for text in qualified_name(key)]
    for position, value in enumerate(requirement.get("values") or ()):
        at = index(child(path, "values"), position)
        errors += [FieldError.invalid(at, value, text) for text in label_value(value)]
    return errors


def _field_requirement(requirement: Object) -> str:
    key, values = requirement.get("key", ""), list(requirement.get("values") or ())
    sign = {"In": "=", "NotIn": "!="}.get(requirement.get("operator", ""))
    if sign is None or len(values) != 1:
        raise SelectorError(f"fieldSelectors do not support {quote(str(requirement.get('operator')))}")
    value = values[0]
    for character in "\\,=":
        value = value.replace(character, f"\\{character}")
    return f"{key}{sign}{value}"


def _label_requirement(requirement: Object) -> str:
    return str(LabelSelector.from_dict({"matchExpressions": [requirement]}))


def _parse_fields(text: str) -> FieldSelector:
    return FieldSelector.parse(text, lambda field: field)


FIELD = SelectorAttributes("fieldSelector", _parse_fields, _field_requirement, _field_errors)
LABEL = SelectorAttributes("labelSelector", LabelSelector.parse, _label_requirement, _label_errors)
