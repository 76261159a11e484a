"""What changed between two objects, field by field, as structured-merge-diff's comparison finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.managedfields.field_set import FieldSet, recursive_difference
from fakes.apimachinery.managedfields.path_element import key_element, value_element
from fakes.apimachinery.types import ANY, Type

__all__ = ["Comparison", "compare", "everything", "field_type", "granular_items", "item_element"]

Change = FieldSet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """No field is in more than one of the three sets; all are empty if the objects are equal."""

    added: FieldSet
    modified: FieldSet
    removed: FieldSet

    def without(self, fields: FieldSet) -> Comparison:
        """The comparison without these fields and what is below them."""
        if not fields:
            return self
        return Comparison(
            added=recursive_difference(self.added, fields),
            modified=recursive_difference(self.modified, fields),
            removed=recursive_difference(self.removed, fields),
        )


def field_type(holder: Type, name: str) -> Type:
    """The type of a field of a struct or of a key of a map."""
    return holder.fields.get(name) or holder.element or ANY


def granular_items(node: Type) -> bool:
    """Whether a list's items are owned one by one."""
    return node.kind == "list" and node.list_type != "atomic"


def item_element(node: Type, item: Any) -> str:
    """The path element of an item of a list that is owned item by item.

    Raises:
        PathElementError: the item has none.
    """
    return value_element(item) if node.list_type == "set" else key_element(node, item)


def compare(old: dict[str, Any], new: dict[str, Any], node: Type) -> Comparison:
    """Compare two objects of a type. Either may be empty.

    Raises:
        PathElementError: an item of a list with keys has none of them.
    """
    added, modified, removed = _members(node, old, new)
    return Comparison(added=added, modified=modified, removed=removed)


def everything(node: Type, value: Any) -> FieldSet:
    """The fields of a value that is on one side only: every leaf and every container."""
    if value.__class__ is dict:
        if not value or node.atomic:
            return {}
        types, other = node.fields, node.element or ANY
        fields: FieldSet = {".": {}}
        for name, item in value.items():
            inner = item.__class__
            leaf = not (inner is dict or inner is list)
            fields["f:" + name] = {} if leaf else everything(types.get(name) or other, item)
        return fields
    if value.__class__ is list and value and granular_items(node):
        return _all_items(node, value)
    return {}


def _all_items(node: Type, items: list[Any]) -> FieldSet:
    fields: FieldSet = {".": {}}
    element_type = node.element or ANY
    for item in items:
        element = item_element(node, item)
        fields[element] = {} if element in fields else everything(element_type, item)
    return fields


def _changes(node: Type, old: Any, new: Any) -> tuple[Change, Change, Change]:
    """Added, modified and removed of a value that both sides have and that differs."""
    if node.atomic or not (old or new):
        return None, {}, None
    if old.__class__ is dict or new.__class__ is dict:
        return _map_changes(node, old, new)
    if granular_items(node) and _is_items(old) and _is_items(new):
        added, modified, removed = _items(node, old or [], new or [])
        return added or None, modified or None, removed or None
    return None, {}, None


def _map_changes(node: Type, old: Any, new: Any) -> tuple[Change, Change, Change]:
    replaced = not (_is_members(old) and _is_members(new))
    added, modified, removed = _members(node, _mapping(old), _mapping(new))
    return added or None, {} if replaced else modified or None, removed or None


def _is_members(value: Any) -> bool:
    return value is None or value.__class__ is dict


def _is_items(value: Any) -> bool:
    return value is None or value.__class__ is list


def _mapping(value: Any) -> dict[str, Any]:
    return value if value.__class__ is dict else {}


def _members(node: Type, old: dict[str, Any], new: dict[str, Any]) -> tuple[FieldSet, FieldSet, FieldSet]:
    added: FieldSet = {}
    modified: FieldSet = {}
    removed: FieldSet = {}
    for name, value in new.items():
        if name not in old:
            added["f:" + name] = everything(field_type(node, name), value)
        elif (before := old[name]) is not value and before != value:
            _note("f:" + name, _changes(field_type(node, name), before, value), added, modified, removed)
    for name, value in old.items():
        if name not in new:
            removed["f:" + name] = everything(field_type(node, name), value)
    return added, modified, removed


def _items(node: Type, old: list[Any], new: list[Any]) -> tuple[FieldSet, FieldSet, FieldSet]:
    added: FieldSet = {}
    modified: FieldSet = {}
    removed: FieldSet = {}
    before, after = _by_element(node, old), _by_element(node, new)
    for element in before | after:
        left, right = before.get(element, []), after.get(element, [])
        if len(left) < 2 and len(right) < 2:
            _item_change(node, element, left, right, added, modified, removed)
        elif len(left) > 1 and len(right) > 1:
            if left != right:
                modified[element] = {}
        elif len(left) > 1:
            removed[element] = {}
            _item_change(node, element, [], right, added, modified, removed)
        else:
            _item_change(node, element, left, [], added, modified, removed)
            added[element] = {}
    return added, modified, removed


def _item_change(
    node: Type,
    element: str,
    left: list[Any],
    right: list[Any],
    added: FieldSet,
    modified: FieldSet,
    removed: FieldSet,
) -> None:
    element_type = node.element or ANY
    if not left:
        if right:
            added[element] = everything(element_type, right[0])
    elif not right:
        removed[element] = everything(element_type, left[0])
    elif left[0] != right[0]:
        _note(element, _changes(element_type, left[0], right[0]), added, modified, removed)


def _by_element(node: Type, items: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(item_element(node, item), []).append(item)
    return found


def _note(
    element: str,
    change: tuple[Change, Change, Change],
    added: FieldSet,
    modified: FieldSet,
    removed: FieldSet,
) -> None:
    for node, fields in zip(change, (added, modified, removed), strict=True):
        if node is not None:
            fields[element] = node
