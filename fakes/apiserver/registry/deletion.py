"""What a deletion does to an object that cannot go at once: finalizers, propagation and grace.

Source: k8s.io/apiserver, pkg/registry/rest/delete.go and pkg/registry/generic/registry/store.go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import DeleteOptions

__all__ = ["FOREGROUND", "ORPHAN", "check_preconditions", "finalizers_for", "mark_deleted"]

Object = dict[str, Any]

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"

_LONGEST = 100 * 365 * 86400


def check_preconditions(kind: GroupKind, obj: Object, options: DeleteOptions) -> None:
    """Refuse a deletion that was meant for another incarnation or state of the object.

    Raises:
        StatusError: 409.
    """
    metadata = obj["metadata"]
    if options.uid is not None and options.uid != metadata["uid"]:
        raise StatusError.conflict(
            kind, metadata["name"],
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({metadata['uid']}). "
            "The object might have been deleted and then recreated",
        )  # fmt: skip
    version = options.resource_version
    if version is not None and version != metadata["resourceVersion"]:
        raise StatusError.conflict(
            kind, metadata["name"],
            f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
            f"({metadata['resourceVersion']}). The object might have been modified",
        )  # fmt: skip


def finalizers_for(obj: Object, options: DeleteOptions, default: str) -> list[str]:
    """The finalizers that an object has once its deletion was asked for."""
    existing: list[str] = obj["metadata"].get("finalizers") or []
    policy = options.propagation_policy
    if policy is None and options.orphan_dependents is not None:
        policy = "Orphan" if options.orphan_dependents else "Background"
    if policy is None:
        if ORPHAN in existing or FOREGROUND in existing:
            return existing
        policy = default
    kept = [name for name in existing if name not in (ORPHAN, FOREGROUND)]
    match policy:
        case "Orphan":
            return [*kept, ORPHAN]
        case "Foreground":
            return [*kept, FOREGROUND]
        case _:
            return kept


def mark_deleted(obj: Object, finalizers: list[str], now: datetime, grace: int) -> Object:
    """A copy that says when it was to be gone; the generation grows the first time."""
    metadata = dict(obj["metadata"])
    if not metadata.get("deletionTimestamp") or metadata.get("deletionGracePeriodSeconds", 0) > grace:
        metadata["deletionTimestamp"] = rfc3339(now + timedelta(seconds=min(grace, _LONGEST)))
        metadata["deletionGracePeriodSeconds"] = grace
        if metadata.get("generation", 0) > 0 and not obj["metadata"].get("deletionTimestamp"):
            metadata["generation"] += 1
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
    return {**obj, "metadata": metadata}
