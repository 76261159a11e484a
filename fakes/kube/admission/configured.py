"""Objects that configure admission, read when they change: asking for them costs nothing when there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from fakes.apiserver.storage.interface import Event, Storage

__all__ = ["Configured"]

T = TypeVar("T")


class Configured(Generic[T]):
    """What the objects of one resource say, in the order of their names.

    Args:
        read: makes the value of an object.
    """

    def __init__(self, storage: Storage, resource: str, read: Callable[[Mapping[str, Any]], T]) -> None:
        self._resource = resource
        self._read = read
        self._by_name: dict[str, T] = {}
        self.values: tuple[T, ...] = ()
        for stored in storage.list(resource):
            self._by_name[stored.key] = read(stored.object)
        self._order()
        storage.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.resource != self._resource:
            return
        if event.type == "DELETED":
            self._by_name.pop(event.stored.key, None)
        else:
            self._by_name[event.stored.key] = self._read(event.stored.object)
        self._order()

    def _order(self) -> None:
        self.values = tuple(self._by_name[name] for name in sorted(self._by_name))
