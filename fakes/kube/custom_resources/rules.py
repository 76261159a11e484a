"""``x-kubernetes-validations``: rules in CEL at the nodes of a schema, compiled with it and run over objects.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel/validation.go.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.cel import CompileError, EvaluationError, Expression
from fakes.kube.custom_resources.cel_types import SelfType, escape
from fakes.kube.custom_resources.correlation import ABSENT, old_field, old_items, unchanged
from fakes.kube.custom_resources.field_paths import FieldPathError, valid_field_path
from fakes.kube.custom_resources.structural import Structural

__all__ = ["RuleTree", "validate_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    text: str
    expression: Expression | None
    message: str
    message_expression: Expression | None
    reason: str
    field_path: str
    optional_old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTree:
    """The rules at a node and those below; None stands for a part of a schema without any."""

    schema: Structural
    rules: tuple[_Rule, ...] = ()
    items: RuleTree | None = None
    additional: RuleTree | None = None
    properties: dict[str, RuleTree] = field(default_factory=dict)
    all_of: tuple[RuleTree, ...] = ()

    @classmethod
    def compile(cls, schema: Structural, node: Structural | None = None) -> RuleTree | None:
        """The rules of a schema. ``node`` is the typed schema of the same place, where ``schema`` is below allOf."""
        node = node or schema
        rules = tuple(_rule(each, node) for each in schema.rules)
        items = cls.compile(schema.items, node.items) if schema.items and node.items else None
        additional = (
            cls.compile(schema.additional, node.additional) if schema.additional and node.additional else None
        )
        below = {
            name: cls.compile(each, node.properties[name])
            for name, each in schema.properties.items()
            if name in node.properties
        }
        properties = {name: tree for name, tree in below.items() if tree is not None}
        all_of = tuple(tree for each in schema.all_of if (tree := cls.compile(each, node)) is not None)
        if not (rules or items or additional or properties or all_of):
            return None
        return cls(
            schema=node, rules=rules, items=items, additional=additional, properties=properties, all_of=all_of
        )


def _rule(rule: Mapping[str, Any], schema: Structural) -> _Rule:
    text = rule.get("rule", "")
    optional = bool(rule.get("optionalOldSelf"))
    path = rule.get("fieldPath", "")
    try:
        path = valid_field_path(path, schema)[0] if path else ""
    except FieldPathError:
        path = ""
    message_expression = rule.get("messageExpression", "")
    return _Rule(
        text=text.strip(),
        expression=_expression(text, schema, optional),
        message=rule.get("message", "").strip(),
        message_expression=_expression(message_expression, schema, optional),
        reason=rule.get("reason") or "FieldValueInvalid",
        field_path=path,
        optional_old=optional,
    )


def _expression(text: str, schema: Structural, optional: bool) -> Expression | None:
    if not text.strip():
        return None
    try:
        return Expression(text, SelfType(schema), optional_old=optional, strict=False)
    except CompileError:
        return None


def validate_rules(value: Any, tree: RuleTree, *, old: Any = ABSENT) -> list[FieldError]:
    """Errors of rules that do not hold. With ``old``, what has not changed is right, but for rules about changes."""
    errors: list[FieldError] = []
    _validate(value, tree, "", old, old, False, errors)
    return errors


def _validate(
    value: Any,
    tree: RuleTree,
    path: str,
    old: Any,
    compared: Any,
    parent_same: bool,
    errors: list[FieldError],
) -> None:
    """``old`` is what rules see; ``compared`` is what decides whether the value changed."""
    if value is None:
        return
    same = parent_same if compared is ABSENT else unchanged(value, compared)
    _run(value, tree, path, old, same, errors)
    for each in tree.all_of:
        _validate(value, each, path, old, ABSENT, parent_same, errors)
    if isinstance(value, list) and tree.items is not None:
        find = old_items(tree.schema, old)
        for position, item in enumerate(value):
            before = find(item)
            _validate(item, tree.items, f"{path}[{position}]", before, before, same, errors)
    elif isinstance(value, dict):
        for key, each in value.items():
            below = tree.properties.get(key)
            if below is not None:
                before, where = old_field(old, key), f"{path}.{key}" if path else key
            elif tree.additional is not None and key not in tree.schema.properties:
                below, before, where = tree.additional, old_field(old, key), f"{path}[{key}]"
            else:
                continue
            _validate(each, below, where, before, before, same, errors)


def _run(value: Any, tree: RuleTree, path: str, old: Any, same: bool, errors: list[FieldError]) -> None:
    if not tree.rules:
        return
    has_old = old is not ABSENT and old is not None
    own = _to_cel(value, tree.schema)
    before = _to_cel(old, tree.schema) if has_old else None
    kind = tree.schema.type
    for rule in tree.rules:
        expression = rule.expression
        if expression is None or (expression.uses_old and not has_old and not rule.optional_old):
            continue
        if same and not expression.uses_old:
            continue
        try:
            holds = expression.evaluate(own, before, has_old=has_old)
        except EvaluationError as error:
            errors.append(FieldError.invalid(path, kind, _failure(str(error), rule)))
            continue
        if holds is not True:
            detail = _message(rule, own, before, has_old)
            where = f"{path}.{rule.field_path}" if path and rule.field_path else path or rule.field_path
            errors.append(_error(rule, where, value, detail, kind))


def _failure(message: str, rule: _Rule) -> str:
    shown = rule.message or rule.text
    if message.startswith("no such overload"):
        reason = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{message}': {reason}: {shown}"
    return f"{message} evaluating rule: {shown}"


def _message(rule: _Rule, own: Any, before: Any, has_old: bool) -> str:
    if rule.message_expression is not None:
        try:
            text = rule.message_expression.evaluate(own, before, has_old=has_old)
        except EvaluationError:
            text = None
        if (
            isinstance(text, str)
            and (text := text.strip())
            and "\n" not in text
            and len(text.encode()) <= 5120
        ):
            return text
    return rule.message or f"failed rule: {rule.text}"


def _error(rule: _Rule, path: str, value: Any, detail: str, kind: str) -> FieldError:
    whole = kind in ("object", "array")
    match rule.reason:
        case "FieldValueForbidden":
            return FieldError.forbidden(path, detail)
        case "FieldValueRequired":
            return FieldError.required(path, detail)
        case "FieldValueDuplicate":
            if whole:
                return FieldError(reason="FieldValueDuplicate", path=path, body="Duplicate value")
            return FieldError.duplicate(path, value)
    if whole:
        return FieldError(reason="FieldValueInvalid", path=path, body=f"Invalid value: {detail}")
    return FieldError.invalid(path, value, detail)


def _to_cel(value: Any, schema: Structural | None) -> Any:
    """The value with its properties under the names by which expressions read them, and numbers as doubles."""
    if schema is None:
        return value
    if isinstance(value, dict):
        properties, additional = schema.properties, schema.additional
        return {
            (escape(key) or key) if key in properties else key: _to_cel(
                each, properties.get(key) or additional
            )
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_to_cel(each, schema.items) for each in value] if schema.items else value
    if schema.type == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if schema.format == "byte" and schema.type == "string" and isinstance(value, str):
        return base64.b64decode(value)
    return value
