"""Which objects a workload manages: those that name it as their controller and match its selector.

What matches and has no controller is adopted; what is owned and matches no more is released.
Source: kubernetes, pkg/controller/controller_ref_manager.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakes.apimachinery.selectors import LabelSelector
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import Kind
from fakes.kube.controllers.owners import controller_of, controller_reference, owner_references, without_owner

__all__ = ["claim", "concerned_owners", "selector_of"]


def selector_of(owner: Mapping[str, Any]) -> LabelSelector:
    """The selector of a workload, whichever of the two forms it has."""
    found = owner["spec"].get("selector") or {}
    if "matchLabels" in found or "matchExpressions" in found:
        return LabelSelector.from_dict(found)
    return LabelSelector.from_dict({"matchLabels": found})


async def claim(
    around: Surroundings, owner_kind: Kind, owner: Object, kind: Kind, selector: LabelSelector | None = None
) -> list[Object]:
    """The objects of a kind that the owner manages, after adopting and releasing what is to be."""
    selector = selector if selector is not None else selector_of(owner)
    metadata = owner["metadata"]
    uid, gone = metadata["uid"], bool(metadata.get("deletionTimestamp"))
    claimed = []
    for obj in around.list(kind, metadata["namespace"]):
        controller = controller_of(obj)
        if controller is not None and controller["uid"] != uid:
            continue
        matches = selector.matches(obj["metadata"].get("labels") or {})
        if controller is not None and (matches or gone):
            claimed.append(obj)
        elif controller is not None:
            await around.writer.patch(kind, obj, {"metadata": {"ownerReferences": without_owner(obj, uid)}})
        elif matches and not gone and not obj["metadata"].get("deletionTimestamp"):
            reference = controller_reference(owner, owner_kind)
            references = [*owner_references(obj), reference]
            claimed.append(
                await around.writer.patch(kind, obj, {"metadata": {"ownerReferences": references}})
            )
    return claimed


def concerned_owners(around: Surroundings, owner_kind: Kind, event: Event) -> Iterable[Key]:
    """The owners of a kind that a change of one of their objects concerns; all that match, if nobody manages it."""
    obj = event.stored.object
    before = controller_of(event.previous.object) if event.previous is not None else None
    now = controller_of(obj)
    namespace = obj["metadata"].get("namespace", "")
    keys: list[Key] = [
        f"{namespace}/{reference['name']}"
        for reference in (now, before if before != now else None)
        if reference is not None and reference["kind"] == owner_kind.kind
    ]
    if now is None and event.type != "DELETED" and obj["metadata"].get("labels"):
        keys.extend(_would_adopt(around, owner_kind, obj))
    return keys


def _would_adopt(around: Surroundings, owner_kind: Kind, obj: Object) -> Iterator[Key]:
    metadata = obj["metadata"]
    for stored in around.storage.list(owner_kind.table, f"{metadata['namespace']}/"):
        if selector_of(stored.object).matches(metadata["labels"]):
            yield stored.key
