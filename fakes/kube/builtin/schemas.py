"""The structure of every built-in kind, as patches, server-side apply and decoding need it.

Built from the OpenAPI definitions when a kind is first asked for; the order of fields, what becomes of zeros and the names
of Go types come from ``fakes.kube.builtin.fields``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, cast

from fakes.apimachinery.schema import GroupVersionKind
from fakes.apimachinery.types import Presence, Type
from fakes.kube.builtin.definitions import Schema, definition_of, definitions, short_name
from fakes.kube.builtin.fields import StructFacts, struct_facts

__all__ = ["BuiltinTypes", "builtin_types"]

_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": Type(
        kind="scalar", scalar="quantity", go_type="resource.Quantity"
    ),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": Type(
        kind="scalar", scalar="int-or-string", go_type="intstr.IntOrString"
    ),
    f"{_META}.Time": Type(kind="scalar", scalar="time", go_type="v1.Time"),
    f"{_META}.MicroTime": Type(kind="scalar", scalar="micro-time", go_type="v1.MicroTime"),
    f"{_META}.Duration": Type(kind="scalar", scalar="duration", go_type="v1.Duration"),
}
_FORMATS = {
    ("string", ""): Type(kind="scalar", scalar="string", go_type="string"),
    ("string", "byte"): Type(kind="scalar", scalar="bytes", go_type="[]uint8"),
    ("string", "date-time"): _SCALARS[f"{_META}.Time"],
    ("integer", "int32"): Type(kind="scalar", scalar="int32", go_type="int32"),
    ("integer", ""): Type(kind="scalar", scalar="int64", go_type="int64"),
    ("integer", "int64"): Type(kind="scalar", scalar="int64", go_type="int64"),
    ("number", ""): Type(kind="scalar", scalar="number", go_type="float64"),
    ("number", "double"): Type(kind="scalar", scalar="number", go_type="float64"),
    ("boolean", ""): Type(kind="scalar", scalar="boolean", go_type="bool"),
}
_OPAQUE = Type(kind="any", preserve_unknown=True, atomic=True)
_KEY_DEFAULTS = {"protocol": "TCP", "name": ""}  # beside those that Go cannot leave out
_ENVELOPE = ("kind", "apiVersion")


@cache
def builtin_types() -> BuiltinTypes:
    """The types, built once per process: they never change."""
    return BuiltinTypes()


class BuiltinTypes:
    """Types by kind or by definition; each is built once, together with what it refers to."""

    def __init__(self) -> None:
        self._structs: dict[str, Type] = {}

    def type_of(self, group: str, version: str, kind: str) -> Type:
        """The type of a kind; KeyError if the definitions do not have it."""
        definition = definition_of(GroupVersionKind(group, version, kind))
        if definition is None:
            raise KeyError(f"{group}/{version}, Kind={kind}")
        return self.definition(definition)

    def knows(self, kind: GroupVersionKind) -> bool:
        """Whether there is such a kind."""
        return definition_of(kind) is not None

    def definition(self, name: str) -> Type:
        """The type of a definition, ``io.k8s.api.core.v1.PodSpec``."""
        if scalar := _SCALARS.get(name):
            return scalar
        if struct := self._structs.get(name):
            return struct
        schema = definitions()[name]
        return self._struct(name, schema) if _is_struct(name, schema) else _OPAQUE

    def _struct(self, name: str, schema: Schema) -> Type:
        package, _, short = name.rpartition(".")
        struct = Type(
            kind="struct",
            name=short,
            definition=name,
            go_type=f"{package.rpartition('.')[2]}.{short}",
            required=schema.required,
            atomic=schema.map_type == "atomic",
        )
        self._structs[name] = struct
        facts = struct_facts(name)
        known = {each.name: each for each in facts.flat()} if facts else {}
        for field in _ordered(schema, list(known)):
            fact = known.get(field)
            struct.fields[field] = self._property(schema.properties[field], fact.go_type if fact else "")
            struct.presence[field] = fact.presence if fact else _guessed(field, schema)
        if facts:
            struct.numbers.update(_numbers(facts, struct.fields))
            struct.inlined.update(facts.inlined())
        return struct

    def _property(self, schema: Schema, go_type: str = "") -> Type:
        if schema.ref:
            return self._reference(schema, go_type)
        match schema.single_type:
            case "array" if schema.items is not None:
                return self._list(schema, schema.items, go_type)
            case "object" if isinstance(schema.additional_properties, Schema):
                element = self._property(schema.additional_properties, _value_type(go_type))
                return Type(
                    kind="map",
                    element=element,
                    atomic=schema.map_type == "atomic",
                    go_type=go_type or f"map[string]{element.go_type}",
                    **_strategy(schema),
                )
            case kind:
                scalar = _FORMATS.get((kind, schema.format), _OPAQUE)
                return replace(scalar, go_type=go_type) if go_type and scalar is not _OPAQUE else scalar

    def _reference(self, schema: Schema, go_type: str) -> Type:
        found = self.definition(schema.definition)
        strategy = _strategy(schema)
        if schema.map_type:
            strategy["atomic"] = schema.map_type == "atomic"
        if go_type and found.kind != "struct":
            strategy["go_type"] = go_type
        return replace(found, **strategy) if strategy and found is not _OPAQUE else found

    def _list(self, schema: Schema, items: Schema, go_type: str) -> Type:
        element = self._property(items, go_type.removeprefix("[]") if go_type.startswith("[]") else "")
        return Type(
            kind="list",
            element=element,
            list_type=cast(Any, schema.list_type or "atomic"),
            list_keys=schema.list_keys,
            key_defaults={key: _KEY_DEFAULTS[key] for key in schema.list_keys if key in _KEY_DEFAULTS},
            go_type=go_type or f"[]{element.go_type}",
            **_strategy(schema),
        )


def _numbers(facts: StructFacts, fields: dict[str, Type]) -> Iterator[tuple[int, str | Type]]:
    """The field of each protobuf number; a struct that JSON spreads out is a message of its own."""
    for each in facts.fields:
        inner = struct_facts(each.inline) if each.inline else None
        if inner:
            numbers = dict(_numbers(inner, fields))
            yield (
                each.number,
                Type(kind="struct", name=short_name(each.inline), fields=fields, numbers=numbers),
            )
        elif each.name in fields:
            yield each.number, each.name


def _value_type(go_type: str) -> str:
    """The type of the values where a map is written out: ``v1.Quota`` of ``map[string]v1.Quota``."""
    return go_type.partition("]")[2] if go_type.startswith("map[") else ""


def _is_struct(name: str, schema: Schema) -> bool:
    if name.endswith((".FieldsV1", ".Patch", ".RawExtension")):
        return False
    return bool(schema.properties) or schema.single_type == "object"


def _ordered(schema: Schema, known: list[str]) -> list[str]:
    envelope = [field for field in _ENVELOPE if field not in known]
    ordered = [*envelope, *known, *sorted(schema.properties)]
    return [field for field in dict.fromkeys(ordered) if field in schema.properties]


def _guessed(field: str, schema: Schema) -> Presence:
    if field in _ENVELOPE:
        return "omitempty"
    return "always" if field in schema.required else "pointer"


def _strategy(schema: Schema) -> dict[str, Any]:
    """The keywords of strategic merge patch, where there are any."""
    found: dict[str, Any] = {}
    if schema.merge_key:
        found["merge_key"] = schema.merge_key
    strategies = schema.strategy.split(",")
    if "merge" in strategies:
        found["merge"] = True
    if "retainKeys" in strategies:
        found["retain_keys"] = True
    if "replace" in strategies:
        found["replaced"] = True
    return found
