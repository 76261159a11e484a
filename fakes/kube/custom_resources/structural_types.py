"""The ``Type`` of a custom resource, for patches and server-side apply, from its structural schema."""

from __future__ import annotations

from typing import Literal

from fakes.apimachinery.types import ANY, Scalar, Type
from fakes.kube.custom_resources.object_meta import OBJECT_META
from fakes.kube.custom_resources.structural import Structural

__all__ = ["resource_type"]

_STRING = Type(kind="scalar", scalar="string")


def resource_type(schema: Structural, kind: str) -> Type:
    """The type of the root: its schema's fields, and those that every object has."""
    implied = {"apiVersion": _STRING, "kind": _STRING, "metadata": OBJECT_META}
    fields = {name: _type(each) for name, each in schema.properties.items() if name not in implied}
    return Type(
        kind="struct",
        name=kind,
        fields=implied | fields,
        preserve_unknown=schema.preserve,
        required=schema.required,
    )


def _type(schema: Structural) -> Type:
    if schema.int_or_string:
        return _scalar("int-or-string", schema)
    match schema.type:
        case "object":
            return _object(schema)
        case "array":
            return _list(schema)
        case "integer":
            return _scalar("int32" if schema.format == "int32" else "int64", schema)
        case "number" | "boolean" | "string" as name:
            return _scalar(name, schema)
    return _object(schema) if schema.properties else ANY


def _scalar(scalar: Scalar, schema: Structural) -> Type:
    return Type(kind="scalar", scalar=scalar, nullable=schema.nullable, default=schema.default)


def _object(schema: Structural) -> Type:
    atomic = schema.map_type == "atomic"
    if schema.embedded:
        implied = {"apiVersion": _STRING, "kind": _STRING, "metadata": OBJECT_META}
    else:
        implied = {}
    if schema.preserve and not schema.properties and not implied:
        return Type(
            kind="any", preserve_unknown=True, nullable=schema.nullable, default=schema.default, atomic=atomic
        )
    if schema.open and not schema.properties:
        element = _type(schema.additional) if schema.additional else ANY
        return Type(
            kind="map", element=element, atomic=atomic, nullable=schema.nullable, default=schema.default
        )
    return Type(
        kind="struct",
        fields=implied
        | {name: _type(each) for name, each in schema.properties.items() if name not in implied},
        atomic=atomic,
        preserve_unknown=schema.preserve,
        required=schema.required,
        nullable=schema.nullable,
        default=schema.default,
        embedded=schema.embedded,
    )


def _list(schema: Structural) -> Type:
    items = schema.items
    list_types: dict[str, Literal["set", "map"]] = {"set": "set", "map": "map"}
    key_defaults = {
        key: items.properties[key].default
        for key in schema.list_keys
        if items and key in items.properties and items.properties[key].default is not None
    }
    return Type(
        kind="list",
        element=_type(items) if items else ANY,
        list_type=list_types.get(schema.list_type, "atomic"),
        list_keys=schema.list_keys,
        nullable=schema.nullable,
        default=schema.default,
        key_defaults=key_defaults,
    )
