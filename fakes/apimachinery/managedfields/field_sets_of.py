"""The fields that an object holds, as an applied configuration claims them: leaves, and items of maps and lists."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.managedfields.comparison import field_type, granular_items, item_element
from fakes.apimachinery.managedfields.field_set import FieldSet
from fakes.apimachinery.types import ANY, Type

__all__ = ["fields_of", "with_named_fields"]


def fields_of(obj: dict[str, Any], node: Type) -> FieldSet:
    """The fields of an object. Structs on the way to a leaf are no fields; keys of maps and items of lists are."""
    return _children(node, obj)


def _children(node: Type, value: dict[str, Any]) -> FieldSet:
    fields: FieldSet = {}
    for name, item in value.items():
        found = _fields(field_type(node, name), item)
        if name not in node.fields or item is None or item == {}:
            found = _member(found)
        if found is not None:
            fields["f:" + name] = found
    return fields


def _fields(node: Type, value: Any) -> FieldSet | None:
    if node.atomic:
        return {}
    if value.__class__ is dict:
        return _children(node, value) or None
    if granular_items(node) and (value is None or value.__class__ is list):
        return _items(node, value or []) or None
    return {}


def _member(node: FieldSet | None) -> FieldSet:
    return {".": {}, **node} if node else {}


def _items(node: Type, items: list[Any]) -> FieldSet:
    fields: FieldSet = {}
    seen: set[str] = set()
    element_type = node.element or ANY
    for item in items:
        element = item_element(node, item)
        fields[element] = {} if element in seen else _member(_fields(element_type, item))
        seen.add(element)
    return fields


def with_named_fields(fields: FieldSet, node: Type | None) -> FieldSet:
    """The set with every struct field that leads to a member made a member too."""
    found: FieldSet = {}
    for element, below in fields.items():
        if not below:
            found[element] = below
            continue
        kind, name = element[0], element[2:]
        inner = _inner(node, kind, name)
        deep = with_named_fields(below, inner)
        named = kind == "f" and node is not None and name in node.fields
        found[element] = {".": {}, **deep} if named else deep
    return found


def _inner(node: Type | None, kind: str, name: str) -> Type | None:
    if node is None:
        return None
    if kind == "f":
        return field_type(node, name) if node.kind != "list" else None
    return node.element if kind == "k" else None
