"""Merging an applied configuration into an object, and removing what is no longer applied.

Results share structure with the objects they are made from; nothing is changed in place.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.managedfields.comparison import field_type, granular_items, item_element
from fakes.apimachinery.managedfields.field_set import FieldSet
from fakes.apimachinery.types import ANY, Type

__all__ = ["drop_emptied", "merge", "remove_items"]

_NOTHING: Any = object()


def merge(live: Any, config: Any, node: Type) -> Any:
    """The live value with what the configuration says: maps field by field, lists with keys item by item."""
    if node.atomic or not (live or config):
        return config
    if _both(live, config, dict):
        return _merge_maps(live or {}, config or {}, node)
    if granular_items(node) and _both(live, config, list):
        return _merge_items(live or [], config or [], node)
    return config


def _both(live: Any, config: Any, kind: type) -> bool:
    return (live is None or live.__class__ is kind) and (config is None or config.__class__ is kind)


def _merge_maps(live: dict[str, Any], config: dict[str, Any], node: Type) -> dict[str, Any]:
    merged = dict(live)
    for name, value in config.items():
        before = live.get(name, _NOTHING)
        if before is _NOTHING:
            merged[name] = value
        elif before is not value:
            merged[name] = merge(before, value, field_type(node, name))
    return merged


def _merge_items(live: list[Any], config: list[Any], node: Type) -> list[Any]:
    """Items of both lists, in the order of the configuration where it says one, else in that of the live list."""
    element_type = node.element or ANY
    ours = [item_element(node, item) for item in live]
    theirs = {item_element(node, item): item for item in config}
    held: dict[str, Any] = {}
    for element, item in zip(ours, live, strict=True):
        held[element] = None if element in held else item
    order = _merged_order(ours, list(theirs), held)
    merged: list[Any] = []
    for element, position in order:
        if element not in theirs:
            merged.append(live[position])
        elif element in held and held[element] is not None:
            merged.append(merge(held[element], theirs[element], element_type))
        else:
            merged.append(theirs[element])
    return merged


def _merged_order(ours: list[str], theirs: list[str], held: dict[str, Any]) -> list[tuple[str, int]]:
    """Pairs of an element and its position in the live list; the position counts for live items only."""
    wanted = set(theirs)
    shared = iter([element for element in theirs if element in held])
    following = next(shared, None)
    done: set[str] = set()
    order: list[tuple[str, int]] = []
    left = right = 0
    while left < len(ours) or right < len(theirs):
        if left < len(ours):
            element = ours[left]
            if right < len(theirs):
                if element == theirs[right]:
                    done.add(element)
                    order.append((element, left))
                    left, right, following = left + 1, right + 1, next(shared, None)
                    continue
                if element in wanted and following is not None and following != element:
                    left += 1
                    continue
            if element not in wanted:
                order.append((element, left))
                left += 1
                continue
            if element in done:
                left += 1
        if right < len(theirs):
            element = theirs[right]
            done.add(element)
            order.append((element, -1))
            right += 1
            if element == following:
                following = next(shared, None)
    return order


def remove_items(value: Any, fields: FieldSet, node: Type) -> Any:
    """The value without these items of maps and lists; null for a container whose items all were named themselves."""
    if not value or node.atomic:
        return None if value.__class__ in (dict, list) else value
    if value.__class__ is dict:
        return _without_fields(value, fields, node)
    if value.__class__ is list:
        return _without_items(value, fields, node) if granular_items(node) else None
    return value


def _without_fields(value: dict[str, Any], fields: FieldSet, node: Type) -> dict[str, Any] | None:
    kept: dict[str, Any] = {}
    entered = False
    for name, item in value.items():
        below = fields.get("f:" + name)
        if below is None:
            kept[name] = item
        elif below and "." not in below:
            entered = True
            kept[name] = _emptied(item, below, field_type(node, name))
    return kept if kept or entered else None


def _without_items(value: list[Any], fields: FieldSet, node: Type) -> list[Any] | None:
    kept: list[Any] = []
    entered = False
    for item in value:
        below = fields.get(item_element(node, item))
        if below is None:
            kept.append(item)
        elif below and "." not in below:
            entered = True
            kept.append(_emptied(item, below, node.element or ANY))
    return kept if kept or entered else None


def _emptied(item: Any, fields: FieldSet, node: Type) -> Any:
    """A container from which only items go stays, however empty."""
    left = remove_items(item, fields, node)
    return item.__class__() if left is None and item.__class__ in (dict, list) else left


def drop_emptied(value: Any, node: Type) -> Any:
    """The value without the nulls that removing leaves in the fields of structs."""
    if value.__class__ is dict:
        kept: dict[str, Any] = {}
        for name, item in value.items():
            inner = field_type(node, name)
            if item is not None or inner.nullable or name not in node.fields:
                kept[name] = drop_emptied(item, inner)
        return kept
    if value.__class__ is list:
        return [drop_emptied(item, node.element or ANY) for item in value]
    return value
