"""What OpenAPI says of fields beyond their types: the values that a field may have and, in OpenAPI 3, defaults.

``published.txt`` holds what does not follow from the structs of v1.36.2, a package a paragraph and a struct a line::

    io.k8s.api.core.v1
    ContainerPort protocol=SCTP|TCP|UDP;protocol:"TCP"

``=`` gives the values of a field, ``[]=`` those of its items and ``{}=`` those of its entries, ``:`` its default.
What each value means is left out.
Source: the OpenAPI documents of a v1.36.2 server.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import msgspec

from fakes.apimachinery.types import Type
from fakes.kube.builtin.schemas import builtin_types
from fakes.kube.builtin.struct_files import read_structs

__all__ = ["with_published"]

_FACT: Final = re.compile(r'(?P<field>\w+)(?P<inner>\[\]|\{\})?(?P<sign>[=:])(?P<value>"[^"]*"|[^;]*);?')
_ZEROS: Final[dict[str, Any]] = {"string": "", "int32": 0, "int64": 0, "boolean": False, "number": 0}
_INNER: Final = {"[]": "items", "{}": "additionalProperties"}
Schema = dict[str, Any]


def with_published(name: str, schema: Schema, *, defaults: bool = True) -> Schema:
    """The schema of a definition with the values that its fields may have and, if wanted, their defaults."""
    found: dict[str, Schema] = dict(schema.get("properties") or {})
    if not found:
        return schema
    if defaults:
        node = builtin_types().definition(name)
        found = {field: _with_default(each, node, field) for field, each in found.items()}
    for fact in _FACT.finditer(_facts().get(name, "")):
        field, value = fact["field"], fact["value"]
        if fact["sign"] == "=":
            found[field] = _with_values(found[field], fact["inner"], value.split("|"))
        elif defaults:
            found[field] = {**found[field], "default": msgspec.json.decode(value)}
    return {**schema, "properties": found}


@cache
def _facts() -> dict[str, str]:
    return read_structs("published.txt")


def _with_values(schema: Schema, inner: str | None, values: list[str]) -> Schema:
    if inner is None:
        listed = "\n".join(f' - `"{value}"`' for value in values)
        said = f"{schema.get('description', '')}\n\nPossible enum values:\n{listed}"
        return {**schema, "description": said, "enum": values}
    key = _INNER[inner]
    return {**schema, key: {**schema[key], "enum": values}}


def _with_default(schema: Schema, node: Type, field: str) -> Schema:
    """A field that is never absent has its zero for a default."""
    known, presence = node.fields.get(field), node.presence.get(field)
    match known:
        case Type(kind="struct") if presence not in ("pointer", "null") or _of_list(node, field):
            found = {**schema, "default": {}}
            return {**found, "allOf": [{"$ref": found.pop("$ref")}]} if "$ref" in found else found
        case Type(kind="scalar", scalar=scalar) if presence == "always" and scalar in _ZEROS:
            return {**schema, "default": _ZEROS[scalar]}
        case _:
            return schema


def _of_list(node: Type, field: str) -> bool:
    return field == "metadata" and node.name.endswith("List")
