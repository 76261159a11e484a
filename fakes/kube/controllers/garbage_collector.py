"""The garbage collector: what is owned goes with its owner, before it, or stays, as the deletion asked.

Objects on servers behind the aggregator can be owners, but are not collected.
Source: kubernetes, pkg/controller/garbagecollector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fakes.apiserver.registry.deletion import FOREGROUND, ORPHAN
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.dependents import Dependents, Place
from fakes.kube.controllers.kinds import Kind
from fakes.kube.controllers.owners import Reference, owner_references, without_owner

__all__ = ["GarbageCollector"]


class _Owners(NamedTuple):
    """An object's references: to owners that are there, that are gone, and that wait for their dependents to go."""

    solid: list[Reference]
    dangling: list[Reference]
    waiting: list[Reference]


class GarbageCollector:
    """Follows owner references between all objects of the storage."""

    resources = ("*",)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._dependents = Dependents()

    def hear(self, event: Event) -> Iterable[Key]:
        metadata = event.stored.object["metadata"]
        owned = metadata.get("ownerReferences")
        was_owned = event.previous is not None and event.previous.object["metadata"].get("ownerReferences")
        deleted = event.type == "DELETED"
        if not (owned or was_owned or deleted or metadata.get("deletionTimestamp")):
            return ()
        changed = deleted or owned != was_owned
        if changed and (owned or was_owned):
            self._dependents.hear(event)
        return self._concerned(event, changed=changed)

    def _concerned(self, event: Event, *, changed: bool) -> Iterator[Key]:
        obj, previous = event.stored.object, event.previous
        metadata = obj["metadata"]
        if event.type == "DELETED":
            yield from self._dependents.of(metadata["uid"])
            yield from self._owners_of(obj)
            return
        if changed:
            yield Place(event.resource, event.stored.key)
            if previous is not None:
                yield from self._owners_of(previous.object)
        if metadata.get("deletionTimestamp") and _held(obj) != (
            previous is not None and _held(previous.object)
        ):
            yield Place(event.resource, event.stored.key)
            yield from self._dependents.of(metadata["uid"])

    def _owners_of(self, obj: Object) -> Iterator[Place]:
        """The places of the owners that wait for this object to go."""
        for reference in owner_references(obj):
            place = self._place(obj, reference)
            stored = self._around.storage.get(*place) if place is not None else None
            if place is not None and stored is not None and _waits(stored.object):
                yield place

    def _place(self, obj: Object, reference: Reference) -> Place | None:
        kind = self._around.mapping.of_kind(reference["apiVersion"], reference["kind"])
        if kind is None:
            return None
        namespace = obj["metadata"].get("namespace", "")
        return Place(kind.table, f"{namespace}/{reference['name']}" if kind.namespaced else reference["name"])

    async def reconcile(self, key: Key) -> None:
        kind = self._around.mapping.of_table(key.table)
        obj = self._at(key)
        if kind is None or obj is None:
            return
        if obj["metadata"].get("deletionTimestamp"):
            finalizers = obj["metadata"].get("finalizers") or ()
            if ORPHAN in finalizers:
                await self._orphan(kind, obj)
            elif FOREGROUND in finalizers:
                await self._delete_dependents_first(kind, obj)
        elif owner_references(obj):
            await self._collect(kind, obj)

    def _at(self, place: Place) -> Object | None:
        stored = self._around.storage.get(*place)
        return None if stored is None else stored.object

    async def _orphan(self, kind: Kind, owner: Object) -> None:
        """Release the dependents, then let the owner go."""
        uid = owner["metadata"]["uid"]
        for place in self._dependents.of(uid):
            dependent, of_kind = self._at(place), self._around.mapping.of_table(place.table)
            if dependent is not None and of_kind is not None:
                await self._disown(of_kind, dependent, uid)
        await self._let_go(kind, owner, ORPHAN)

    async def _delete_dependents_first(self, kind: Kind, owner: Object) -> None:
        """Let an owner go when nothing that blocks it is left; its dependents have been queued already."""
        uid = owner["metadata"]["uid"]
        for place in self._dependents.of(uid):
            dependent = self._at(place)
            if dependent is not None and _blocks(dependent, uid):
                return
        await self._let_go(kind, owner, FOREGROUND)

    async def _collect(self, kind: Kind, obj: Object) -> None:
        owners = await self._classify(kind, obj)
        if owners.solid:
            lost = [each["uid"] for each in (*owners.dangling, *owners.waiting)]
            if lost:
                await self._disown(kind, obj, *lost)
        elif owners.waiting and (dependents := self._dependents.of(obj["metadata"]["uid"])):
            if any((each := self._at(place)) is not None and _waits(each) for place in dependents):
                await self._unblock(kind, obj)
            await self._delete(kind, obj, "Foreground")
        elif owners.dangling or owners.waiting:
            await self._delete(kind, obj, _policy(obj))

    async def _classify(self, kind: Kind, obj: Object) -> _Owners:
        owners = _Owners([], [], [])
        for reference in owner_references(obj):
            of_kind = self._around.mapping.of_kind(reference["apiVersion"], reference["kind"])
            if of_kind is None or (of_kind.namespaced and not kind.namespaced):
                owners.solid.append(reference)
                continue
            owner = await self._owner(of_kind, obj["metadata"].get("namespace", ""), reference["name"])
            if owner is None or owner["metadata"]["uid"] != reference["uid"]:
                owners.dangling.append(reference)
            elif _waits(owner):
                owners.waiting.append(reference)
            else:
                owners.solid.append(reference)
        return owners

    async def _owner(self, kind: Kind, namespace: str, name: str) -> Object | None:
        if self._around.mapping.is_stored(kind):
            return self._around.get(kind, f"{namespace}/{name}" if kind.namespaced else name)
        return await self._around.writer.get(kind, namespace, name)

    async def _delete(self, kind: Kind, obj: Object, policy: str) -> None:
        current = self._at(Place(kind.table, _key(obj)))
        if current is not None:
            await self._around.writer.delete(kind, current, propagation=policy)

    async def _disown(self, kind: Kind, obj: Object, *uids: str) -> None:
        left = without_owner(obj, *uids)
        await self._around.writer.patch(kind, obj, {"metadata": {"ownerReferences": left}})

    async def _unblock(self, kind: Kind, obj: Object) -> None:
        """Two owners that wait for each other would wait for ever."""
        free = [{**each, "blockOwnerDeletion": False} for each in owner_references(obj)]
        await self._around.writer.patch(kind, obj, {"metadata": {"ownerReferences": free}})

    async def _let_go(self, kind: Kind, obj: Object, finalizer: str) -> None:
        left = [each for each in obj["metadata"].get("finalizers") or () if each != finalizer]
        await self._around.writer.patch(kind, obj, {"metadata": {"finalizers": left or None}})


def _key(obj: Object) -> str:
    metadata = obj["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else metadata["name"]


def _held(obj: Object) -> bool:
    """Whether a deletion waits for this controller."""
    metadata = obj["metadata"]
    finalizers = metadata.get("finalizers") or ()
    return bool(metadata.get("deletionTimestamp")) and (FOREGROUND in finalizers or ORPHAN in finalizers)


def _waits(obj: Object) -> bool:
    """Whether an object is being deleted, but only after its dependents."""
    metadata = obj["metadata"]
    return bool(metadata.get("deletionTimestamp")) and FOREGROUND in (metadata.get("finalizers") or ())


def _blocks(obj: Object, uid: str) -> bool:
    return any(each["uid"] == uid and each.get("blockOwnerDeletion") for each in owner_references(obj))


def _policy(obj: Object) -> str:
    """How an object is collected: as a deletion of it began, else leaving its dependents to be collected after it."""
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"
