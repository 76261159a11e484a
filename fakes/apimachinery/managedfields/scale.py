"""Who owns the replicas of an object, seen through its ``/scale``, and back again.

The managers of a Scale are those of the object that own its replicas; after a write to the Scale they become managers of
the object. As in the server, a manager that the write has added gets no time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.managedfields.entries import Entry, Managed, decode, encode
from fakes.apimachinery.managedfields.field_set import contains, difference, from_paths

__all__ = ["scale_entries", "scaled_entries"]

Entries = list[dict[str, Any]]
ReplicasPaths = Mapping[str, tuple[str, ...]]

_SCALE_VERSION = "autoscaling/v1"
_REPLICAS = ("f:spec", "f:replicas")


def scale_entries(parent: Entries | None, paths: ReplicasPaths) -> Entries:
    """The managedFields of the Scale of an object with these managedFields.

    ``paths`` has the replicas' path for each version of the object, ``{"apps/v1": ("f:spec", "f:replicas")}``.
    """
    found: Managed = {}
    for identifier, entry in decode(parent, trusted=True).items():
        path = paths.get(entry.api_version)
        if path and contains(entry.fields, path):
            found[identifier] = Entry(
                api_version=_SCALE_VERSION, fields=from_paths(_REPLICAS), time=entry.time
            )
    return encode(found)


def scaled_entries(
    parent: Entries | None, scale: Entries | None, api_version: str, paths: ReplicasPaths
) -> Entries:
    """The managedFields of an object after a write to its Scale, which has left ``scale`` there."""
    before = decode(parent, trusted=True)
    owners = decode(scale, trusted=True)
    after: Managed = {}
    for identifier, entry in before.items():
        if entry.api_version not in paths:
            continue
        path = paths[entry.api_version]
        if not path or not contains(entry.fields, path) or owners.pop(identifier, None) is not None:
            after[identifier] = entry
        elif fields := difference(entry.fields, from_paths(path)):
            after[identifier] = entry.holding(fields)
    for identifier, entry in owners.items():
        if contains(entry.fields, _REPLICAS):
            time = before[identifier].time if identifier in before else ""
            after[identifier] = Entry(
                api_version=api_version, fields=from_paths(paths[api_version]), time=time
            )
    return encode(after)
