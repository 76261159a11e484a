"""Which fields are tracked at all, and the last word on the times of managers."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.managedfields.entries import entries_of, with_entries
from fakes.apimachinery.managedfields.field_set import FieldSet, difference, from_paths

__all__ = ["keep_times", "tracked", "without_untracked"]

Object = dict[str, Any]

_UNTRACKED = frozenset(
    {
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
        "resourceVersion",
    }
)  # fmt: skip
_UNTRACKED_FIELDS = from_paths(
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(("f:metadata", "f:" + name) for name in sorted(_UNTRACKED)),
)


def tracked(obj: Object, zero: Object) -> Object:
    """The object without the fields that nobody owns, and with what every object of its kind has, given or not.

    It has a ``metadata`` in any case, as nobody adds that either.
    """
    metadata = obj.get("metadata") or {}
    kept = {
        **zero,
        **obj,
        "metadata": {name: value for name, value in metadata.items() if name not in _UNTRACKED},
    }
    kept.pop("apiVersion", None)
    kept.pop("kind", None)
    return kept


def without_untracked(fields: FieldSet) -> FieldSet:
    """A set without the fields that nobody owns."""
    return difference(fields, _UNTRACKED_FIELDS)


def keep_times(live: Object, new: Object) -> Object:
    """The new object with the times of the live one's managers if nothing but these times changed.

    Called last, when admission and strategy have had their say, so that a write that changes nothing stores nothing.
    """
    before, after = entries_of(live), entries_of(new)
    if not before or not after or before == after or len(before) != len(after):
        return new
    if [_timeless(entry) for entry in before] != [_timeless(entry) for entry in after]:
        return new
    kept = with_entries(new, before)
    return kept if kept == live else new


def _timeless(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "time"}
