"""Whether a schema is structural: each field's type is said, once, outside of alternatives.

Works on the document, as the errors are about what it says and where. Source: k8s.io/apiextensions-apiserver,
pkg/apiserver/schema/validation.go and complete.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.patterns import PatternError, check_pattern

__all__ = ["validate_structural"]

Schema = Mapping[str, Any]
Level = Literal["root", "item", "field"]
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_UNTYPED = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_FORBIDDEN_NESTED = (
    ("type", "must be empty to be structural"),
    ("additionalProperties", "must be undefined to be structural"),
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("nullable", "must be false to be structural"),
    ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
    ("x-kubernetes-embedded-resource", "must be false to be structural"),
    ("x-kubernetes-int-or-string", "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)
_NULL_MATTERS = frozenset({"default", "additionalProperties"})


def validate_structural(schema: Schema, path: str) -> list[FieldError]:
    """Errors of an ``openAPIV3Schema`` at ``path``, sorted as the server sorts them."""
    errors = [*_node(schema, "root", path), *_complete(schema, schema, path, path)]
    return sorted(errors, key=lambda error: error.message)


def _node(schema: Schema, level: Level, path: str) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    items = schema.get("items")
    if kind == "array" and items is None:
        yield FieldError.required(f"{path}.items", "must be specified")
    if isinstance(items, Mapping):
        yield from _node(items, "item", f"{path}.items")
    properties = schema.get("properties") or {}
    for name, each in properties.items():
        yield from _node(each, "field", f"{path}.properties[{name}]")
    additional = schema.get("additionalProperties")
    if additional is not None and level == "root":
        yield FieldError.forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(additional, Mapping):
        yield from _node(additional, "field", f"{path}.additionalProperties")
    yield from _extensions(schema, path)
    yield from _nested_values(schema, path, int_or_string=bool(schema.get("x-kubernetes-int-or-string")))
    yield from _types(schema, level, path)
    if level == "root" or schema.get("x-kubernetes-embedded-resource"):
        yield from _type_meta(properties, level, path)


def _extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    if schema.get("x-kubernetes-int-or-string"):
        for name in ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"):
            if schema.get(name):
                detail = "must be false if x-kubernetes-int-or-string is true"
                yield FieldError.invalid(f"{path}.{name}", True, detail)


def _types(schema: Schema, level: Level, path: str) -> Iterator[FieldError]:
    kind = schema.get("type", "")
    embedded = schema.get("x-kubernetes-embedded-resource")
    preserve = schema.get("x-kubernetes-preserve-unknown-fields")
    if embedded and kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        where = f"{path}.type"
        yield FieldError.invalid(where, kind, detail) if kind else FieldError.required(where, detail)
    elif not kind and not schema.get("x-kubernetes-int-or-string") and not preserve:
        yield FieldError.required(f"{path}.type", _UNTYPED[level])
    if embedded and schema.get("additionalProperties") is not None:
        detail = "must not be used if x-kubernetes-embedded-resource is set"
        yield FieldError.forbidden(f"{path}.additionalProperties", detail)
    if level == "root" and kind and kind != "object":
        yield FieldError.invalid(f"{path}.type", kind, "must be object at the root")
    if embedded and not preserve and not schema.get("properties"):
        detail = (
            "must not be empty if x-kubernetes-embedded-resource is true "
            "without x-kubernetes-preserve-unknown-fields"
        )
        yield FieldError.required(f"{path}.properties", detail)


def _type_meta(properties: Mapping[str, Schema], level: Level, path: str) -> Iterator[FieldError]:
    for name in ("kind", "apiVersion"):
        if name in properties and properties[name].get("type", "") != "string":
            where = f"{path}.properties[{name}].type"
            yield FieldError.invalid(where, properties[name].get("type", ""), "must be string")
    metadata = properties.get("metadata")
    if metadata is None:
        return
    where = f"{path}.properties[metadata]"
    if metadata.get("type", "") != "object":
        yield FieldError.invalid(f"{where}.type", metadata.get("type", ""), "must be object")
    if level == "root":
        rest = {key: value for key, value in metadata.items() if key not in ("type", "default") and value}
        if set(rest.get("properties") or ()) <= {"name", "generateName"}:
            rest.pop("properties", None)
        if rest:
            detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield FieldError.forbidden(where, detail)


def _nested_values(schema: Schema, path: str, *, int_or_string: bool = False) -> Iterator[FieldError]:
    any_of = schema.get("anyOf") or []
    if any_of != _INT_OR_STRING or not int_or_string:
        yield from _each(any_of, f"{path}.anyOf")
    for position, each in enumerate(schema.get("allOf") or ()):
        skipped = int_or_string and position == 0
        yield from _nested(each, f"{path}.allOf[{position}]", int_or_string=skipped)
    yield from _each(schema.get("oneOf") or [], f"{path}.oneOf")
    if isinstance(schema.get("not"), Mapping):
        yield from _nested(schema["not"], f"{path}.not")
    if pattern := schema.get("pattern"):
        try:
            check_pattern(pattern)
        except PatternError as error:
            detail = f"must be a valid regular expression, but isn't: {error}"
            yield FieldError.invalid(f"{path}.pattern", pattern, detail)


def _each(schemas: list[Schema], path: str) -> Iterator[FieldError]:
    for position, each in enumerate(schemas):
        yield from _nested(each, f"{path}[{position}]")


def _nested(schema: Schema, path: str, *, int_or_string: bool = False) -> Iterator[FieldError]:
    yield from _nested_values(schema, path, int_or_string=int_or_string)
    if isinstance(schema.get("items"), Mapping):
        yield from _nested(schema["items"], f"{path}.items")
    properties = schema.get("properties") or {}
    for name, each in properties.items():
        yield from _nested(each, f"{path}.properties[{name}]")
    for name, detail in _FORBIDDEN_NESTED:
        value = schema.get(name)
        if value if name not in _NULL_MATTERS else value is not None:
            yield FieldError.forbidden(f"{path}.{name}", detail)
    if "metadata" in properties:
        where = f"{path}.properties[metadata]"
        yield FieldError.forbidden(where, "must not be specified in a nested context")


def _complete(nested: Schema, schema: Schema | None, path: str, where: str) -> Iterator[FieldError]:
    """What alternatives speak of must be in the schema itself; ``where`` is the alternative."""
    for name in ("allOf", "anyOf", "oneOf"):
        for position, each in enumerate(nested.get(name) or ()):
            yield from _complete_nested(each, schema, path, f"{where}.{name}[{position}]")
    if isinstance(nested.get("not"), Mapping):
        yield from _complete_nested(nested["not"], schema, path, f"{where}.not")


def _complete_nested(nested: Schema, schema: Schema | None, path: str, where: str) -> Iterator[FieldError]:
    if schema is None:
        yield FieldError.required(path, f"because it is defined in {where}")
        return
    yield from _complete(nested, schema, path, where)
    if isinstance(nested.get("items"), Mapping):
        items = schema.get("items")
        yield from _complete_nested(nested["items"], items, f"{path}.items", f"{where}.items")
    properties = schema.get("properties") or {}
    for name, each in (nested.get("properties") or {}).items():
        below = properties.get(name)
        field = f"properties[{name}]"
        yield from _complete_nested(each, below, f"{path}.{field}", f"{where}.{field}")
