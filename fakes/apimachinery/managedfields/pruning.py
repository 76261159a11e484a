"""What an applier no longer applies is removed, unless somebody else owns it."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.managedfields.field_set import FieldSet, difference, intersection, is_subset, union
from fakes.apimachinery.managedfields.field_sets_of import fields_of, with_named_fields
from fakes.apimachinery.managedfields.merging import remove_items
from fakes.apimachinery.types import Type

__all__ = ["prune"]

Object = dict[str, Any]


def prune(merged: Object, node: Type, *, last: FieldSet, applied: FieldSet, owned: FieldSet) -> Object:
    """The merged object without what was applied ``last`` time, is not ``applied`` now and is not ``owned`` by anybody.

    ``owned`` are the fields of every manager, those applied now among them. The object itself if nothing goes. What is
    removed may leave a null behind, as it does in the server.
    """
    if is_subset(last, applied):
        return merged

    def named(fields: FieldSet) -> FieldSet:
        return with_named_fields(fields, node)

    present = named(fields_of(merged, node))
    gone = _remove(merged, named(last), node)
    kept = union(named(fields_of(gone, node)), named(owned))
    restored = _remove(merged, difference(present, kept), node)
    dropped = difference(present, named(fields_of(restored, node)))
    return _remove(merged, intersection(dropped, named(last)), node)


def _remove(obj: Object, fields: FieldSet, node: Type) -> Object:
    return remove_items(obj, fields, node) or {}
