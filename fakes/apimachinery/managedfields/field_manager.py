"""The owner of ``metadata.managedFields``: what a write does to them.

The order of the steps, and with it every exception, is that of k8s.io/apimachinery, pkg/util/managedfields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.managedfields.comparison import Comparison, compare
from fakes.apimachinery.managedfields.entries import (
    Entry,
    Identifier,
    InvalidEntries,
    Managed,
    cap_updates,
    decode,
    encode,
    is_reset,
)
from fakes.apimachinery.managedfields.field_set import FieldSet, difference, union
from fakes.apimachinery.managedfields.path_element import InvalidPathElement
from fakes.apimachinery.types import Type

__all__ = ["FieldManager", "Object", "keep_times"]

Object = dict[str, Any]

_UNTRACKED = frozenset(
    {
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
        "resourceVersion",
    }
)  # fmt: skip
_UNKNOWN_MANAGER = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldManager:
    """Tracks the fields of one kind in one version.

    type, api_version, kind
        What is tracked.
    reset_fields
        For each subresource (``""`` is the object itself) the fields that a write through it does not change: nobody
        comes to own them by it.
    zero
        What an object is before it is created: the empty Go value of a built-in kind (``{"spec": {}, "status": {}}``),
        whose fields nobody adds; empty for a custom resource.
    """

    type: Type
    api_version: str
    kind: str
    reset_fields: Mapping[str, FieldSet] = field(default_factory=dict)
    zero: Object = field(default_factory=dict)

    def update(
        self, live: Object | None, new: Object, *, manager: str, subresource: str = "", now: datetime
    ) -> Object:
        """The object of a create, update or patch with its managedFields. ``live`` of None is a create.

        ``new`` is the object as the client means it, decoded and defaulted, before admission and strategy change it.
        Nothing is refused: what cannot be compared keeps the managers of the live object.
        """
        managed = _managers_before(live, new, subresource)
        if not managed and live is not None:
            return _with_entries(new, None)
        try:
            comparison = self._compare(live, new, subresource)
        except InvalidPathElement:
            return _with_entries(new, _entries(live))
        own = union(comparison.added, comparison.modified)
        managed = disown(managed, comparison)
        if own:
            identifier = Identifier(manager or _UNKNOWN_MANAGER, "Update", self.api_version, subresource)
            if identifier in managed:
                own = union(own, managed[identifier].fields)
            managed[identifier] = Entry(api_version=self.api_version, fields=own, time=rfc3339(now))
        return _with_entries(new, encode(cap_updates(managed)))

    def _compare(self, live: Object | None, new: Object, subresource: str) -> Comparison:
        before = _tracked(self.zero if live is None else live)
        return compare(before, _tracked(new), self.type).without(self.reset_fields.get(subresource, {}))


def _tracked(obj: Object) -> Object:
    """The object without the fields that nobody owns."""
    metadata = obj.get("metadata") or {}
    kept = {name: value for name, value in metadata.items() if name not in _UNTRACKED}
    tracked = {**obj, "metadata": kept}
    tracked.pop("apiVersion", None)
    tracked.pop("kind", None)
    return tracked


def disown(managed: Managed, comparison: Comparison) -> Managed:
    """The managers without the fields that somebody else has changed or removed, and without those left with none."""
    changed = union(comparison.added, comparison.modified)
    kept: Managed = {}
    for identifier, entry in managed.items():
        fields = difference(difference(entry.fields, changed), comparison.removed)
        if fields:
            kept[identifier] = entry.holding(fields)
    return kept


def _managers_before(live: Object | None, new: Object, subresource: str) -> Managed:
    """Whom the write starts from: the managers that the client sent, if they are any good, or those that are stored."""
    stored = _entries(live)
    sent = _entries(new)
    if subresource or sent is None or sent == stored:
        return decode(stored, trusted=True)
    if is_reset(sent):
        return {}
    try:
        return decode(sent, trusted=False) or decode(stored, trusted=True)
    except InvalidEntries:
        return decode(stored, trusted=True)


def _entries(obj: Object | None) -> list[dict[str, Any]] | None:
    if obj is None:
        return None
    entries: list[dict[str, Any]] | None = (obj.get("metadata") or {}).get("managedFields")
    return entries


def _with_entries(obj: Object, entries: list[dict[str, Any]] | None) -> Object:
    metadata = obj.get("metadata") or {}
    if not entries:
        if "managedFields" not in metadata:
            return obj
        metadata = {name: value for name, value in metadata.items() if name != "managedFields"}
    else:
        metadata = {**metadata, "managedFields": entries}
    return {**obj, "metadata": metadata}


def keep_times(live: Object, new: Object) -> Object:
    """The new object with the times of the live one's managers if nothing but these times changed.

    Called last, when admission and strategy have had their say, so that a write that changes nothing stores nothing.
    """
    before, after = _entries(live), _entries(new)
    if not before or not after or before == after or len(before) != len(after):
        return new
    if [_timeless(entry) for entry in before] != [_timeless(entry) for entry in after]:
        return new
    kept = _with_entries(new, before)
    return kept if kept == live else new


def _timeless(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "time"}
