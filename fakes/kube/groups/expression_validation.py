"""Expressions of admission policies and match conditions, as they are written.

Source: k8s.io/kubernetes, pkg/apis/admissionregistration/validation; k8s.io/apiserver, pkg/admission/plugin/cel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import qualified_name
from fakes.kube.custom_resources.cel_declared import ANYTHING, compile_declared, record, structural_of
from fakes.kube.custom_resources.cel_types import RESERVED
from fakes.kube.custom_resources.structural import Structural
from fakes.kube.groups.rules import named, unsupported

__all__ = ["PolicyExpressions", "validate_match_conditions"]

Spec = Mapping[str, Any]
_TEXTS = Structural(types=("array",), items=Structural(types=("string",)))
_MAP = Structural(types=("object",), open=True, additional=Structural(types=("string",)))
_REQUEST = record(
    "subResource", "requestSubResource", "name", "namespace", "operation",
    kind=record("group", "version", "kind"), resource=record("group", "version", "resource"),
    requestKind=record("group", "version", "kind"), requestResource=record("group", "version", "resource"),
    userInfo=record("username", "uid", groups=_TEXTS, extra=Structural(types=("object",), open=True, additional=_TEXTS)),
    dryRun=Structural(types=("boolean",)), options=ANYTHING,
)  # fmt: skip
_NAMESPACE = record(
    metadata=record(
        "name", "generateName", "namespace", "UID", "resourceVersion", labels=_MAP, annotations=_MAP, finalizers=_TEXTS,
        creationTimestamp=ANYTHING, deletionTimestamp=ANYTHING, deletionGracePeriodSeconds=Structural(types=("integer",)),
        generation=Structural(types=("integer",)),
    ),
    spec=record(finalizers=_TEXTS),
    status=record("phase", conditions=Structural(types=("array",), items=ANYTHING)),
)  # fmt: skip
_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_LONGEST_VALUE = 5 * 1024
_MOST_CONDITIONS, _MOST_ANNOTATIONS = 64, 20


def _scope(*, params: bool, authorizer: bool = True) -> dict[str, Structural | None]:
    scope: dict[str, Structural | None] = {
        "object": None, "oldObject": None, "namespaceObject": _NAMESPACE, "request": _REQUEST,
    }  # fmt: skip
    if params:
        scope["params"] = None
    if authorizer:
        scope["authorizer"] = None
    return scope


def _checked(
    text: str, scope: Mapping[str, Structural | None], path: str, *results: str, shown: str | None = None
) -> tuple[list[FieldError], str]:
    """Errors of an expression that has to be of one of the types ``results``; its type."""
    problem, found = compile_declared(text, scope)
    if not problem and found and results and found not in results:
        choices = results[0] if len(results) == 1 else f"one of [{' '.join(results)}]"
        problem = f"must evaluate to {choices} but got {found}"
    return [FieldError.invalid(path, text if shown is None else shown, problem)] if problem else [], found


def validate_match_conditions(
    conditions: Sequence[Spec], path: str, *, params: bool = False
) -> list[FieldError]:
    """Errors of the conditions under which a webhook or policy is asked."""
    errors: list[FieldError] = []
    if len(conditions) > _MOST_CONDITIONS:
        errors.append(FieldError.too_many(path, len(conditions), _MOST_CONDITIONS))
    seen: set[str] = set()
    for position, condition in enumerate(conditions):
        at, name, text = (
            f"{path}[{position}]",
            condition.get("name", ""),
            condition.get("expression", "").strip(),
        )
        if text:
            errors += _checked(text, _scope(params=params), f"{at}.expression", "bool")[0]
        else:
            errors.append(FieldError.required(f"{at}.expression"))
        errors += named(qualified_name, name, f"{at}.name") if name else [FieldError.required(f"{at}.name")]
        if name and name in seen:
            errors.append(FieldError.duplicate(f"{at}.name", name))
        seen.add(name)
    return errors


class PolicyExpressions:
    """The expressions of one policy: what they may name grows with its variables."""

    def __init__(self, spec: Spec) -> None:
        self.params = spec.get("paramKind") is not None
        self._variables: dict[str, Structural] | None = None

    def _named(self, *, authorizer: bool = True, params: bool | None = None) -> dict[str, Structural | None]:
        scope = _scope(params=self.params if params is None else params, authorizer=authorizer)
        if self._variables is not None:
            scope["variables"] = Structural(types=("object",), properties=dict(self._variables))
        return scope

    def variables(self, variables: Sequence[Spec], *, composed: bool) -> list[FieldError]:
        """Errors of variables, which are known from then on; ``composed`` says that there may be some."""
        errors: list[FieldError] = []
        if composed:
            self._variables = {}
        for position, variable in enumerate(variables):
            at, name, text = (
                f"spec.variables[{position}]",
                variable.get("name", ""),
                variable.get("expression", ""),
            )
            if not name.strip():
                errors.append(FieldError.required(f"{at}.name", "name is not specified"))
            elif not re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name) or name in RESERVED:
                errors.append(FieldError.invalid(f"{at}.name", name, "must be a valid CEL identifier"))
            if not text.strip():
                errors.append(FieldError.required(f"{at}.expression", "expression is not specified"))
                continue
            wrong, found = _checked(text, self._named(), f"{at}.expression")
            errors += wrong
            if self._variables is not None:
                self._variables[name] = structural_of(found)
        return errors

    def validation(self, rule: Spec, at: str) -> list[FieldError]:
        """Errors of one rule with its message."""
        errors: list[FieldError] = []
        text, message, shown = (
            rule.get(name) or "" for name in ("expression", "message", "messageExpression")
        )
        if text.strip():
            errors += _checked(text, self._named(), f"{at}.expression", "bool")[0]
        else:
            errors.append(FieldError.required(f"{at}.expression", "expression is not specified"))
        empty = "must be non-empty if specified"
        if shown and not shown.strip():
            errors.append(FieldError.invalid(f"{at}.messageExpression", shown, empty))
        elif shown:
            errors += _checked(shown, self._named(authorizer=False), f"{at}.messageExpression", "string")[0]
        if message and not message.strip():
            errors.append(FieldError.invalid(f"{at}.message", message, empty))
        elif re.search(r"[\n\r]", message.strip()):
            errors.append(FieldError.invalid(f"{at}.message", message, "must not contain line breaks"))
        if (reason := rule.get("reason")) is not None:
            errors += unsupported(reason, f"{at}.reason", _REASONS)
        return errors

    def annotations(self, annotations: Sequence[Spec], policy: str) -> list[FieldError]:
        """Errors of what is written to the audit log."""
        errors: list[FieldError] = []
        path, seen = "spec.auditAnnotations", set[str]()
        if len(annotations) > _MOST_ANNOTATIONS:
            detail = f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations"
            errors.append(FieldError.invalid(path, list(annotations), detail))
        for position, annotation in enumerate(annotations):
            at, key, text = (
                f"{path}[{position}]",
                annotation.get("key", ""),
                annotation.get("valueExpression", ""),
            )
            if policy:
                errors += named(qualified_name, f"{policy}/{key}", f"{at}.key")
            else:
                errors.append(FieldError.invalid(f"{at}.key", key, "requires metadata.name be non-empty"))
            where, trimmed = f"{at}.valueExpression", text.strip()
            if not trimmed:
                errors.append(FieldError.required(where, "valueExpression is not specified"))
            elif len(trimmed) > _LONGEST_VALUE:
                errors.append(FieldError.required(where, f"must not exceed {_LONGEST_VALUE} bytes in length"))
            else:
                errors += _checked(trimmed, self._named(), where, "string", "null_type", shown=text)[0]
            if key in seen:
                errors.append(FieldError.duplicate(f"{at}.key", key))
            seen.add(key)
        return errors

    def patch(self, text: str, path: str, result: str) -> list[FieldError]:
        """Errors of the expression of a mutation, which makes a value of the type ``result``."""
        if not (trimmed := text.strip()):
            return [FieldError.required(path)]
        return _checked(trimmed, self._named(), path, result)[0]
