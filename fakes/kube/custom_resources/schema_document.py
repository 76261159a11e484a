"""What an ``openAPIV3Schema`` may say beyond being structural: keywords, list types, and rules that compile.

Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation/validation.go. Not checked: costs of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.cel_types import SelfType
from fakes.kube.custom_resources.list_documents import validate_list_types
from fakes.kube.custom_resources.rule_documents import compile_rules, validate_rule_documents
from fakes.kube.custom_resources.structural import Structural

__all__ = ["validate_schema_document"]

Schema = Mapping[str, Any]
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_META = frozenset({"metadata", "kind", "apiVersion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """Where in the schema a node is. ``uncorrelatable`` is the nearest list whose old items cannot be found."""

    no_defaults: str = ""
    inside_meta: bool = False
    uncorrelatable: str = ""
    compile: bool = True
    root: bool = False


def validate_schema_document(schema: Schema, path: str, *, structural: bool) -> list[FieldError]:
    """Errors of a schema; its rules are compiled only if it is ``structural``, and after all other errors."""
    errors, rules = _node(schema, path, _Context(compile=structural, root=True))
    return errors + rules


def _node(schema: Schema, path: str, context: _Context) -> tuple[list[FieldError], list[FieldError]]:
    errors = list(_keywords(schema, path, context))
    rules: list[FieldError] = []
    for below, where, inside in _below(schema, path, context):
        more, compiled = _node(below, where, inside)
        errors += more
        rules += compiled
    errors += _extensions(schema, path)
    errors += validate_list_types(schema, path)
    errors += validate_rule_documents(schema, path)
    if context.compile and not errors and schema.get("x-kubernetes-validations"):
        own = SelfType(
            Structural.parse(schema), context.root or bool(schema.get("x-kubernetes-embedded-resource"))
        )
        rules += compile_rules(schema["x-kubernetes-validations"], own, path, context.uncorrelatable)
    return errors, rules


def _keywords(schema: Schema, path: str, context: _Context) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    if kind and kind not in _TYPES:
        yield FieldError.not_supported(f"{path}.type", kind, _TYPES)
    if schema.get("default") is not None and context.no_defaults:
        yield FieldError.forbidden(f"{path}.default", f"must not be set {context.no_defaults}")
    for name in _UNSUPPORTED:
        if schema.get(name):
            yield FieldError.forbidden(f"{path}.{name}", f"{name} is not supported")
    if kind == "null":
        detail = "type cannot be set to null, use nullable as an alternative"
        yield FieldError.forbidden(f"{path}.type", detail)
    if isinstance(schema.get("items"), list) and schema["items"]:
        yield FieldError.forbidden(f"{path}.items", "items must be a schema object and not an array")
    if context.inside_meta and schema.get("x-kubernetes-embedded-resource"):
        where = f"{path}.x-kubernetes-embedded-resource"
        yield FieldError.forbidden(where, "must not be used inside of resource meta")
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield FieldError.forbidden(f"{path}.uniqueItems", detail)
    additional = schema.get("additionalProperties")
    if additional is not None and additional is not True and schema.get("properties"):
        detail = "additionalProperties and properties are mutual exclusive"
        yield FieldError.forbidden(f"{path}.additionalProperties", detail)


def _below(schema: Schema, path: str, context: _Context) -> Iterator[tuple[Schema, str, _Context]]:
    inner = replace(context, root=False)
    additional = schema.get("additionalProperties")
    if isinstance(additional, Mapping):
        reason = "inside additionalProperties applying to object metadata" if context.inside_meta else ""
        yield (
            additional,
            f"{path}.additionalProperties",
            replace(inner, no_defaults=reason or inner.no_defaults),
        )
    resource = context.root or schema.get("x-kubernetes-embedded-resource")
    for name, each in (schema.get("properties") or {}).items():
        inside = inner
        if resource and name in _META:
            inside = replace(inside, inside_meta=True)
            if context.root:
                inside = replace(inside, no_defaults=f"in top-level {name}")
        yield each, f"{path}.properties[{name}]", inside
    alternatives = replace(inner, compile=False)
    if isinstance(schema.get("not"), Mapping):
        yield schema["not"], f"{path}.not", alternatives
    for word in ("allOf", "oneOf", "anyOf"):
        for position, each in enumerate(schema.get(word) or ()):
            yield each, f"{path}.{word}[{position}]", alternatives
    items = schema.get("items")
    if isinstance(items, Mapping):
        lost = schema.get("x-kubernetes-list-type") != "map" and not inner.uncorrelatable
        yield items, f"{path}.items", replace(inner, uncorrelatable=path) if lost else inner


def _extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        where = f"{path}.x-kubernetes-preserve-unknown-fields"
        yield FieldError.invalid(where, False, "must be true or undefined")
    map_type = schema.get("x-kubernetes-map-type")
    if map_type is None:
        return
    kind = schema.get("type", "")
    if kind != "object":
        detail, where = "must be object if x-kubernetes-map-type is specified", f"{path}.type"
        yield FieldError.invalid(where, kind, detail) if kind else FieldError.required(where, detail)
    if map_type not in ("atomic", "granular"):
        where = f"{path}.x-kubernetes-map-type"
        yield FieldError.not_supported(where, map_type, ("atomic", "granular"))
