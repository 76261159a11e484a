"""``x-kubernetes-validations`` in a schema's document: what a rule must say, and whether it compiles.

Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation/validation.go and pkg/apiserver/schema/cel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.cel import CompileError, Expression
from fakes.kube.custom_resources.cel_types import SelfType
from fakes.kube.custom_resources.field_paths import FieldPathError, valid_field_path
from fakes.kube.custom_resources.structural import Structural

__all__ = ["compile_rules", "validate_rule_documents"]

Rule = Mapping[str, Any]
_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_UNUSED = "may not be set if oldSelf is not used in rule"
_breaks = re.compile("[\n\r]").search


def validate_rule_documents(schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """Errors of what rules say of themselves."""
    for position, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        where = f"{path}.x-kubernetes-validations[{position}]"
        yield from _texts(rule, where)
        if rule.get("messageExpression") and not rule["messageExpression"].strip():
            yield FieldError.required(
                f"{where}.messageExpression", "messageExpression must be non-empty if specified"
            )
        if (reason := rule.get("reason")) is not None and reason not in _REASONS:
            yield FieldError.not_supported(f"{where}.reason", reason, _REASONS)
        yield from _field_path(rule.get("fieldPath") or "", schema, f"{where}.fieldPath")


def _texts(rule: Rule, where: str) -> Iterator[FieldError]:
    text, sent = rule.get("rule", "").strip(), rule.get("message") or ""
    message = sent.strip()
    if not text:
        yield FieldError.required(f"{where}.rule", "rule is not specified")
    elif sent and not message:
        yield FieldError.invalid(f"{where}.message", sent, "must be non-empty if specified")
    elif _breaks(message):
        yield FieldError.invalid(f"{where}.message", sent, "must not contain line breaks")
    elif _breaks(text) and not message:
        yield FieldError.required(
            f"{where}.message", "message must be specified if rule contains line breaks"
        )


def _field_path(path: str, schema: Mapping[str, Any], where: str) -> Iterator[FieldError]:
    if not path:
        return
    if not path.strip():
        yield FieldError.invalid(where, path, "must be non-empty if specified")
    if "\n" in path or "\r" in path:
        yield FieldError.invalid(where, path, "must not contain line breaks")
    try:
        valid_field_path(path, Structural.parse(schema))
    except FieldPathError:
        yield FieldError.invalid(where, path, "must be a valid path")


def compile_rules(
    rules: Sequence[Rule], own: SelfType, path: str, uncorrelatable: str
) -> Iterator[FieldError]:
    """Errors of rules and message expressions that do not compile, or look at an old value that cannot be found."""
    for position, rule in enumerate(rules):
        where = f"{path}.x-kubernetes-validations[{position}]"
        optional = rule.get("optionalOldSelf")
        try:
            expression = _compiled(
                rule["rule"], own, bool(optional), "bool", "cel expression must evaluate to a bool"
            )
        except CompileError as error:
            yield _invalid(f"{where}.rule", rule, str(error))
            if optional is not None:
                yield FieldError.invalid(f"{where}.optionalOldSelf", optional, _UNUSED)
            continue
        if text := rule.get("messageExpression"):
            try:
                _compiled(text, own, bool(optional), "string", "messageExpression must evaluate to a string")
            except CompileError as error:
                prefix = "" if str(error).startswith("messageExpression") else "messageExpression "
                yield _invalid(f"{where}.messageExpression", rule, prefix + str(error))
        if expression.uses_old and uncorrelatable:
            detail = (
                f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelatable}"
            )
            yield FieldError.invalid(f"{where}.rule", rule["rule"], detail)
        elif not expression.uses_old and optional is not None:
            yield FieldError.invalid(f"{where}.optionalOldSelf", optional, _UNUSED)


def _compiled(text: str, own: SelfType, optional: bool, expected: str, otherwise: str) -> Expression:
    try:
        expression = Expression(text, own, optional_old=optional)
    except CompileError as error:
        raise CompileError(f"compilation failed: {error}") from error
    if expression.type_name not in (expected, "dyn"):
        raise CompileError(otherwise)
    return expression


def _invalid(path: str, rule: Rule, detail: str) -> FieldError:
    """The value is the rule as the server holds it, with Go's names."""
    shown = golang.json_text(
        [
            {
                "Rule": rule.get("rule", ""),
                "Message": rule.get("message", ""),
                "MessageExpression": rule.get("messageExpression", ""),
                "Reason": rule.get("reason"),
                "FieldPath": rule.get("fieldPath", ""),
                "OptionalOldSelf": rule.get("optionalOldSelf"),
            }
        ]
    )[1:-1]
    return FieldError(reason="FieldValueInvalid", path=path, body=f"Invalid value: {shown}: {detail}")
