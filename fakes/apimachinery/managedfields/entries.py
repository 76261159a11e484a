"""``metadata.managedFields`` of an object: reading, writing, ordering, and the cap on entries of updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from fakes.apimachinery import golang
from fakes.apimachinery.managedfields.comparison import Comparison
from fakes.apimachinery.managedfields.field_set import FieldSet, difference, ordered, union
from fakes.apimachinery.managedfields.path_element import PathElementError, canonical

__all__ = [
    "EntriesError",
    "Entry",
    "Identifier",
    "Managed",
    "cap_updates",
    "decode",
    "disown",
    "encode",
    "entries_of",
    "is_reset",
    "with_entries",
]

_MAX_UPDATE_MANAGERS = 10
_BUCKET = "ancient-changes"


class EntriesError(ValueError):
    """managedFields that a client sent and that are not valid. The message is the server's."""


class Identifier(NamedTuple):
    """What makes an entry one manager's. Entries of appliers are the same in every version: no ``api_version``."""

    manager: str
    operation: str
    api_version: str
    subresource: str

    def text(self) -> str:
        """The identifier as the server writes it, by which it orders managers."""
        fields = {
            "manager": self.manager,
            "operation": self.operation,
            "apiVersion": self.api_version,
            "subresource": self.subresource,
        }
        pairs = (f'"{name}":{golang.json_text(value)}' for name, value in fields.items() if value)
        return "{" + ",".join(pairs) + "}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of a manager. ``raw`` is the stored entry while it holds just this."""

    api_version: str
    fields: FieldSet
    time: str
    raw: dict[str, Any] | None = None

    def holding(self, fields: FieldSet) -> Entry:
        """The entry with other fields; itself if they are the same."""
        return self if fields == self.fields else replace(self, fields=fields, raw=None)


Managed = dict[Identifier, Entry]


def entries_of(obj: dict[str, Any] | None) -> list[dict[str, Any]] | None:
    """The entries of an object, None where there are none at all."""
    entries: list[dict[str, Any]] | None = ((obj or {}).get("metadata") or {}).get("managedFields")
    return entries


def with_entries(obj: dict[str, Any], entries: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The object with these entries, or without any."""
    metadata = obj.get("metadata") or {}
    if not entries:
        if "managedFields" not in metadata:
            return obj
        metadata = {name: value for name, value in metadata.items() if name != "managedFields"}
    else:
        metadata = {**metadata, "managedFields": entries}
    return {**obj, "metadata": metadata}


def is_reset(entries: Any) -> bool:
    """Whether a client asks to forget all managers: an empty list, or one empty entry."""
    return isinstance(entries, list) and (not entries or entries == [{}])


def decode(entries: Sequence[dict[str, Any]] | None, *, trusted: bool) -> Managed:
    """The managers of an object. ``trusted`` entries were stored by this server and are not looked at.

    Raises:
        EntriesError: the entries are not valid.
    """
    managed: Managed = {}
    for position, raw in enumerate(entries or ()):
        fields = raw.get("fieldsV1") or {} if trusted else _checked(position, raw)
        operation, api_version = raw["operation"], raw["apiVersion"]
        identifier = Identifier(
            raw.get("manager", ""),
            operation,
            "" if operation == "Apply" else api_version,
            raw.get("subresource", ""),
        )
        managed[identifier] = Entry(
            api_version=api_version, fields=fields, time=raw.get("time") or "", raw=raw if trusted else None
        )
    return managed


def _checked(position: int, raw: Any) -> FieldSet:
    if not isinstance(raw, dict) or raw.get("operation") not in ("Apply", "Update"):
        raise EntriesError("operation must be `Apply` or `Update`")
    if not raw.get("apiVersion"):
        raise EntriesError("apiVersion must not be empty")
    kind = raw.get("fieldsType", "")
    if not kind:
        raise EntriesError(f"missing fieldsType in managed fields entry {position}")
    if kind != "FieldsV1":
        raise EntriesError(f"invalid fieldsType {golang.quote(kind)} in managed fields entry {position}")
    try:
        return _canonical(raw.get("fieldsV1") or {})
    except PathElementError as error:
        raise EntriesError(f"error decoding set: {error}") from error


def _canonical(fields: Any) -> FieldSet:
    if not isinstance(fields, dict):
        raise PathElementError("expected an object")
    found: FieldSet = {}
    for element, node in fields.items():
        if element == ".":
            found["."] = {}
        elif (name := canonical(element)) is not None:
            found[name] = _canonical(node)
    return {} if len(found) == 1 and "." in found else found


def encode(managed: Managed) -> list[dict[str, Any]]:
    """The entries as they are stored: by operation, time, manager, version and subresource."""
    entries = [entry.raw or _raw(identifier, entry) for identifier, entry in managed.items()]
    if len(entries) > 1:
        entries.sort(key=_order)
    return entries


def _order(raw: dict[str, Any]) -> tuple[str, ...]:
    return (
        raw["operation"], raw.get("time") or "", raw.get("manager", ""), raw["apiVersion"], raw.get("subresource", ""),
    )  # fmt: skip


def _raw(identifier: Identifier, entry: Entry) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    if identifier.manager:
        raw["manager"] = identifier.manager
    raw["operation"] = identifier.operation
    raw["apiVersion"] = entry.api_version
    if entry.time:
        raw["time"] = entry.time
    raw["fieldsType"] = "FieldsV1"
    raw["fieldsV1"] = ordered(entry.fields)
    if identifier.subresource:
        raw["subresource"] = identifier.subresource
    return raw


def disown(managed: Managed, comparison: Comparison) -> Managed:
    """The managers without the fields that somebody else has changed or removed, and without those left with none."""
    changed = union(comparison.added, comparison.modified)
    kept: Managed = {}
    for identifier, entry in managed.items():
        fields = difference(difference(entry.fields, changed), comparison.removed)
        if fields:
            kept[identifier] = entry.holding(fields)
    return kept


def cap_updates(managed: Managed) -> Managed:
    """At most ten managers that update: the oldest are merged, a bucket for each version."""
    updaters = [identifier for identifier in managed if identifier.operation != "Apply"]
    excess = len(updaters) - _MAX_UPDATE_MANAGERS
    if excess <= 0:
        return managed
    capped = dict(managed)
    first_of: dict[str, Identifier] = {}
    for identifier in sorted(updaters, key=lambda updater: (managed[updater].time, updater.text())):
        if excess <= 0:
            break
        entry = managed[identifier]
        if entry.api_version in first_of:
            _merge_into_bucket(capped, first_of[entry.api_version], identifier)
            excess -= 1
        else:
            first_of[entry.api_version] = identifier
    return capped


def _merge_into_bucket(managed: Managed, first: Identifier, identifier: Identifier) -> None:
    entry = managed[identifier]
    bucket = Identifier(_BUCKET, "Update", entry.api_version, "")
    held = managed[bucket] if bucket in managed else managed.pop(first)
    managed[bucket] = replace(entry, fields=union(entry.fields, held.fields), raw=None)
    if identifier != bucket:
        del managed[identifier]
