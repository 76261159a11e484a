"""Schemas for the OpenAPI documents: those of the installed definitions as an API server publishes them.

The package widens types by ``null`` and narrows ``kind`` and ``apiVersion`` to one value each; both are undone here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import msgspec

from fakes.kube.builtin.definitions import definitions_path
from fakes.kube.builtin.published import with_published

__all__ = [
    "closure",
    "custom_schema",
    "definition_names",
    "described",
    "reference",
    "schemas_v2",
    "schemas_v3",
]

_DEFS = "#/$defs/"
_V2 = "#/definitions/"
_V3 = "#/components/schemas/"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_KINDS = "x-kubernetes-group-version-kind"
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_UNIONS = ("allOf", "anyOf", "not", "nullable", "oneOf")  # what Swagger 2 does not have

Schema = dict[str, Any]


class _Document(msgspec.Struct):
    defs: dict[str, msgspec.Raw] = msgspec.field(name="$defs")


@cache
def _texts() -> dict[str, bytes]:
    """Each definition as its text: a tenth of the memory of its objects."""
    document = msgspec.json.decode(definitions_path().read_bytes(), type=_Document)
    return {name: bytes(text) for name, text in document.defs.items()}


def definition_names() -> Iterable[str]:
    """The names of all definitions."""
    return _texts().keys()


def reference(name: str, *, version: int = 3) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"{_V3 if version == 3 else _V2}{name}"}


def described(name: str, field: str) -> str:
    """What a definition says of one of its fields, or nothing."""
    properties: dict[str, Any] = msgspec.json.decode(_texts()[name]).get("properties", {})
    return str(properties.get(field, {}).get("description", ""))


def closure(roots: Iterable[str]) -> list[str]:
    """The definitions that are named, and all that these refer to."""
    found: set[str] = set()
    waiting = [root for root in roots if root in _texts()]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_referred(_texts()[name]))
    return sorted(found)


def _referred(text: bytes) -> Iterable[str]:
    mark = b'"' + _DEFS.encode()
    position = text.find(mark)
    while position >= 0:
        start = position + len(mark)
        end = text.index(b'"', start)
        yield text[start:end].decode()
        position = text.find(mark, end)


def schemas_v3(names: Iterable[str], group: str | None = "", version: str = "v1") -> dict[str, Schema]:
    """The named definitions as ``components.schemas`` of the document of a group and version.

    Without a group they say of every group that they are of it.
    """
    return {name: with_published(name, _of_group(_published(name, _V3), group, version)) for name in names}


def _of_group(schema: Schema, group: str | None, version: str) -> Schema:
    """A schema that says of no other groups that it is of theirs: a WatchEvent is of every group."""
    kinds = schema.get(_KINDS)
    if group is not None and kinds is not None and len(kinds) > 1:
        schema[_KINDS] = [
            each
            for each in kinds
            if each["group"] == "" or (each["group"], each["version"]) == (group, version)
        ]
    return schema


def schemas_v2(names: Iterable[str]) -> dict[str, Schema]:
    """The named definitions as ``definitions`` of a Swagger document."""
    return {name: with_published(name, _published(name, _V2), defaults=False) for name in names}


def _published(name: str, prefix: str) -> Schema:
    schema: Schema = msgspec.json.decode(_texts()[name])
    for field in ("kind", "apiVersion") if _KINDS in schema else ():
        schema.get("properties", {}).get(field, {}).pop("enum", None)
    if name == _INT_OR_STRING:
        schema["format"] = "int-or-string"
        schema["oneOf"] = [{"type": "integer"}, {"type": "string"}]
    if prefix == _V2 and name in (_INT_OR_STRING, _QUANTITY):
        schema.pop("oneOf")
        schema["type"] = "string"
    return _narrowed(schema, prefix)


def _narrowed(schema: Schema, prefix: str) -> Schema:
    found: Schema = {}
    for key, value in schema.items():
        match key:
            case "type" if isinstance(value, list):
                found[key] = next(each for each in value if each != "null")
            case "$ref":
                found |= _referring(value.removeprefix(_DEFS), prefix, alone=len(schema) == 1)
            case "properties":
                found[key] = {name: _narrowed(each, prefix) for name, each in value.items()}
            case "items" | "additionalProperties" if isinstance(value, dict):
                found[key] = _narrowed(value, prefix)
            case "oneOf":
                found[key] = [_narrowed(each, prefix) for each in value]
            case _:
                found[key] = value
    return found


def _referring(name: str, prefix: str, *, alone: bool) -> Schema:
    """A reference; OpenAPI 3 lets nothing stand beside one, so there it is the only part of an ``allOf``."""
    found = {"$ref": prefix + name}
    return found if alone or prefix == _V2 else {"allOf": [found]}


def custom_schema(schema: Schema, *, version: int) -> Schema:
    """The schema of a custom resource as it is published; Swagger 2 loses what it cannot say."""
    if version == 3:
        return _completed(schema)
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return {key: value for key, value in schema.items() if key == "description" or key.startswith("x-")}
    left_out = (*_UNIONS, "default", "type") if schema.get("nullable") else (*_UNIONS, "default")
    found = {key: value for key, value in schema.items() if key not in left_out}
    return _throughout(found, lambda each: custom_schema(each, version=version))


def _completed(schema: Schema) -> Schema:
    """A schema with what its extensions stand for."""
    found = dict(schema)
    if schema.get("x-kubernetes-int-or-string") and "anyOf" not in schema and "allOf" not in schema:
        found["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if schema.get("x-kubernetes-embedded-resource"):
        text = {"type": "string"}
        own = {"apiVersion": text, "kind": text, "metadata": {"allOf": [reference(_OBJECT_META)]}}
        found["properties"] = {**schema.get("properties", {}), **own}
        found["required"] = list(dict.fromkeys([*schema.get("required", ()), "kind", "apiVersion"]))
    return _throughout(found, _completed)


def _throughout(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """A schema with those inside it changed."""
    if "properties" in schema:
        schema["properties"] = {name: change(each) for name, each in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = change(schema[key])
    return schema
