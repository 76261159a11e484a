"""Owner references: who made whom, and what goes with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.kube.controllers.kinds import Kind

__all__ = [
    "Reference", "controller_of", "controller_reference", "is_controlled_by", "owner_references", "without_owner",
]  # fmt: skip

Object = Mapping[str, Any]
Reference = dict[str, Any]


def owner_references(obj: Object) -> Sequence[Reference]:
    """The owners that an object names."""
    return obj["metadata"].get("ownerReferences") or ()


def controller_of(obj: Object) -> Reference | None:
    """The owner that manages the object."""
    return next((each for each in owner_references(obj) if each.get("controller")), None)


def is_controlled_by(obj: Object, owner: Object) -> bool:
    """Whether that very owner manages the object."""
    found = controller_of(obj)
    return found is not None and found["uid"] == owner["metadata"]["uid"]


def controller_reference(owner: Object, kind: Kind) -> Reference:
    """The reference that an object's controller puts on it."""
    metadata = owner["metadata"]
    return {
        "apiVersion": kind.api_version, "kind": kind.kind, "name": metadata["name"], "uid": metadata["uid"],
        "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip


def without_owner(obj: Object, *uids: str) -> list[Reference] | None:
    """The references but for those to some owners; None if none are left, as a merge patch wants it."""
    return [each for each in owner_references(obj) if each["uid"] not in uids] or None
