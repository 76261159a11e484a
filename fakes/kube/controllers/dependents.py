"""An index from owners to what names them as an owner, kept up to date by events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fakes.apiserver.storage.interface import Event

__all__ = ["Dependents", "Place"]


class Place(NamedTuple):
    """Where a storage has an object."""

    table: str
    key: str


class Dependents:
    """By uid of the owner: the places of its dependents, in the order in which they came."""

    def __init__(self) -> None:
        self._by_owner: dict[str, dict[Place, None]] = {}

    def of(self, uid: str) -> Sequence[Place]:
        return tuple(self._by_owner.get(uid, ()))

    def hear(self, event: Event) -> None:
        """Follow a write."""
        place = Place(event.resource, event.stored.key)
        old = _owners(event.previous.object) if event.previous is not None else frozenset()
        new = _owners(event.stored.object) if event.type != "DELETED" else frozenset()
        for uid in old - new:
            places = self._by_owner.get(uid)
            if places is not None:
                places.pop(place, None)
                if not places:
                    del self._by_owner[uid]
        for uid in sorted(new - old):
            self._by_owner.setdefault(uid, {})[place] = None


def _owners(obj: dict) -> frozenset[str]:  # type: ignore[type-arg]
    references = obj["metadata"].get("ownerReferences")
    return frozenset(each["uid"] for each in references) if references else frozenset()
