"""Objects as they are kept: their metadata in order, what of them counts, and whether a write changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apiserver.registry.rest import Object

__all__ = ["ordered", "restore", "same"]

_METADATA_ORDER = (
    "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
    "managedFields",
)  # fmt: skip


def ordered(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata in the order in which a server writes it, without empty fields."""
    return {
        field: metadata[field]
        for field in _METADATA_ORDER
        if field in metadata and metadata[field] not in (None, "", {}, [])
    }


def same(new: Object, old: Object) -> bool:
    """Whether a write would change nothing but the times of managed fields."""
    if new == old:
        return True
    if not _equal_besides_metadata(new, old):
        return False
    before, after = old["metadata"], new["metadata"]
    if _without_fields(before) != _without_fields(after):
        return False
    return _timeless(before) == _timeless(after)


def _without_fields(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if name != "managedFields"}


def _timeless(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = metadata.get("managedFields") or []
    return [{name: value for name, value in entry.items() if name != "time"} for entry in entries]


def _equal_besides_metadata(new: Object, old: Object) -> bool:
    return new.keys() == old.keys() and all(
        value == old[name] for name, value in new.items() if name != "metadata"
    )


def restore(obj: Object, old: Object, field: str) -> None:
    """Give a field back the value that it had, or take it away if it had none."""
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)
