"""Storage in this process's memory.

It does not survive the process and is not shared between processes. The history is bounded: what is older than
``history`` events is compacted, as etcd's is every five minutes.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.names import Names
from fakes.apiserver.storage.interface import CompactedError, Event, Object, Stored

__all__ = ["MemoryStorage", "Snapshot"]

_AFTER_ALL_KEYS = "\U0010ffff"


class _Table:
    """The objects of one resource: by key, and their keys in order."""

    __slots__ = ("by_key", "keys", "since", "watches")

    def __init__(self) -> None:
        self.since = 0
        self.by_key: dict[str, Stored] = {}
        self.keys: list[str] = []
        self.watches: dict[_MemoryWatch, None] = {}

    def set(self, stored: Stored) -> None:
        if stored.key not in self.by_key:
            insort(self.keys, stored.key)
        self.by_key[stored.key] = stored

    def remove(self, key: str) -> None:
        del self.by_key[key]
        del self.keys[bisect_left(self.keys, key)]

    def range(self, prefix: str) -> list[str]:
        if not prefix:
            return self.keys
        return self.keys[bisect_left(self.keys, prefix) : bisect_left(self.keys, prefix + _AFTER_ALL_KEYS)]


class _MemoryWatch:
    """A queue of events. A reader that falls too far behind is stopped rather than allowed to grow."""

    __slots__ = ("_interrupted", "_limit", "_prefix", "_queue", "_stopped", "_table", "_waiter", "revision")

    def __init__(
        self, table: _Table, prefix: str, backlog: Iterable[Event], revision: int, limit: int
    ) -> None:
        self._table = table
        self._prefix = prefix
        self._queue: deque[Event] = deque(backlog)
        self._waiter: asyncio.Future[None] | None = None
        self._stopped = False
        self._interrupted = False
        self._limit = limit + len(self._queue)
        self.revision = revision
        table.watches[self] = None

    def offer(self, event: Event) -> None:
        if not event.stored.key.startswith(self._prefix):
            return
        if len(self._queue) >= self._limit:
            self._queue.clear()
            self.stop()
            return
        self._queue.append(event)
        self._wake()

    def poll(self) -> Event | None:
        if not self._queue:
            return None
        event = self._queue.popleft()
        self.revision = event.stored.revision
        return event

    async def next(self) -> Event | None:
        while not self._queue:
            if self._stopped or self._interrupted:
                self._interrupted = False
                return None
            await enter_loop()
            if self._ready():
                continue
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self.poll()

    def _ready(self) -> bool:
        return bool(self._queue) or self._stopped or self._interrupted

    def interrupt(self) -> None:
        self._interrupted = True
        self._wake()

    def stop(self) -> None:
        self._stopped = True
        self._table.watches.pop(self, None)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None


class Snapshot(NamedTuple):
    """What a storage holds: its objects, shared with whoever else has them since they never change."""

    revision: int
    objects: dict[str, list[Stored]]
    since: dict[str, int]


class MemoryStorage:
    """Implements ``Storage``.

    Args:
        names: where uids and generated names of the objects come from.
        history: how many events are remembered for watches and exact lists.
        backlog: how many events a watch may have unread before it is stopped.
    """

    def __init__(self, names: Names, *, history: int = 10_000, backlog: int = 10_000) -> None:
        self.names = names
        self._revision = 1
        self._compacted = 0
        self._limit = history
        self._backlog = backlog
        self._tables: dict[str, _Table] = {}
        self._history: deque[Event] = deque()
        self._listeners: list[Callable[[Event], None]] = []

    @property
    def revision(self) -> int:
        return self._revision

    def get(self, resource: str, key: str) -> Stored | None:
        table = self._tables.get(resource)
        return table.by_key.get(key) if table is not None else None

    def list(self, resource: str, prefix: str = "") -> Sequence[Stored]:
        table = self._tables.get(resource)
        if table is None:
            return []
        by_key = table.by_key
        return [by_key[key] for key in table.range(prefix)]

    def list_at(self, resource: str, prefix: str, revision: int) -> Sequence[Stored]:
        if revision < self._compacted:
            raise CompactedError(revision, self._compacted)
        table = self._tables.get(resource, _Table())
        state: dict[str, Stored | None] = {key: table.by_key[key] for key in table.range(prefix)}
        for event in reversed(self._history):
            if event.stored.revision <= revision:
                break
            if event.resource == resource and event.stored.key.startswith(prefix):
                state[event.stored.key] = event.previous
        return [stored for _, stored in sorted(state.items()) if stored is not None]

    def put(self, resource: str, key: str, obj: Object) -> Stored:
        table = self._tables.get(resource)
        if table is None:
            table = self._tables[resource] = _Table()
        previous = table.by_key.get(key)
        stored = self._stamp(key, obj)
        table.set(stored)
        self._commit(table, Event("MODIFIED" if previous else "ADDED", resource, stored, previous))
        return stored

    def delete(self, resource: str, key: str, obj: Object | None = None) -> Stored:
        table = self._tables[resource]
        previous = table.by_key[key]
        stored = self._stamp(key, obj if obj is not None else previous.object)
        table.remove(key)
        self._commit(table, Event("DELETED", resource, stored, previous))
        return stored

    def watch(self, resource: str, prefix: str, since: int) -> _MemoryWatch:
        if since < self._compacted:
            raise CompactedError(since, self._compacted)
        table = self._tables.get(resource)
        if table is None:
            table = self._tables[resource] = _Table()
        if since < table.since:
            raise CompactedError(since, table.since)
        backlog: deque[Event] = deque()
        for event in reversed(self._history):
            if event.stored.revision <= since:
                break
            if event.resource == resource and event.stored.key.startswith(prefix):
                backlog.appendleft(event)
        return _MemoryWatch(table, prefix, backlog, since, self._backlog)

    def begin(self, resource: str) -> None:
        if resource not in self._tables:
            self._tables[resource] = _Table()
        if not self._tables[resource].since:
            self._tables[resource].since = self._revision

    def compact(self, revision: int) -> None:
        while self._history and self._history[0].stored.revision <= revision:
            self._history.popleft()
        self._compacted = max(self._compacted, min(revision, self._revision))

    def snapshot(self) -> Snapshot:
        """Everything that is stored now, without its history."""
        tables = self._tables.items()
        return Snapshot(
            self._revision,
            {name: [table.by_key[key] for key in table.keys] for name, table in tables},
            {name: table.since for name, table in tables},
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Fill an empty storage; listeners hear of every object as if it had just been added."""
        self._revision = self._compacted = snapshot.revision
        for name, objects in snapshot.objects.items():
            table = self._tables[name] = _Table()
            table.since = snapshot.since[name]
            table.by_key = {stored.key: stored for stored in objects}
            table.keys = [stored.key for stored in objects]
        events = [
            Event("ADDED", name, stored, None)
            for name, objects in snapshot.objects.items()
            for stored in objects
        ]
        for event in sorted(events, key=lambda event: event.stored.revision):
            for listener in self._listeners:
                listener(event)

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def watchers(self) -> int:
        """How many watches are open: a test that they do not leak asks this."""
        return sum(len(table.watches) for table in self._tables.values())

    def _stamp(self, key: str, obj: Object) -> Stored:
        self._revision += 1
        metadata = {**obj["metadata"], "resourceVersion": str(self._revision)}
        return Stored(key, {**obj, "metadata": metadata}, self._revision)

    def _commit(self, table: _Table, event: Event) -> None:
        self._history.append(event)
        if len(self._history) > self._limit:
            self.compact(self._history[len(self._history) - self._limit - 1].stored.revision)
        for listener in self._listeners:
            listener(event)
        for watch in tuple(table.watches):
            watch.offer(event)
