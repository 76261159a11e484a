"""The loop that runs controllers until nothing is left to do.

One reconciliation after the other: what happens in which order depends only on what was written, never on time. They wait
only where a server of this process does, for a webhook for one. A cluster at rest costs one comparison per request.
"""

from __future__ import annotations

import heapq
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.status import StatusError
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Controller, Key

__all__ = ["ControllerLoop", "Later", "RestlessControllerError"]

Later = Callable[[Key, datetime], None]
"""Has a key reconciled again at a time."""

_LIMIT = 5_000
_ROUNDS = 3
"""How often what was refused is tried again because something else was written."""


class RestlessControllerError(Exception):
    """A controller goes on and on: a bug, or two writers that undo each other's work."""

    def __init__(self, controller: str, key: Key, count: int) -> None:
        super().__init__(
            f"controller {controller} does not come to rest: it reconciled {key!r} {count} times at once"
        )
        self.controller = controller
        self.key = key


class _Queue:
    """Keys of one controller that wait, each once, in the order in which they came."""

    __slots__ = ("controller", "keys", "name")

    def __init__(self, name: str, controller: Controller) -> None:
        self.name = name
        self.controller = controller
        self.keys: dict[Key, None] = {}


class ControllerLoop:
    """Controllers, each with its queue. Those added first go first: they see to what others look at.

    Args:
        on_wake: called when a key is due that was to be reconciled later.
    """

    def __init__(self, clock: Clock, on_wake: Callable[[], None]) -> None:
        self._clock = clock
        self._on_wake = on_wake
        self._queues: list[_Queue] = []
        self._listeners: dict[str, list[_Queue]] = {}
        self._to_all: list[_Queue] = []
        self._due: list[tuple[datetime, int, _Queue, Key]] = []
        self._timed: dict[tuple[str, Key], datetime] = {}
        self._sequence = 0
        self._waiting = 0
        self._heard = False
        self.refused: dict[tuple[str, Key], StatusError] = {}

    @property
    def names(self) -> list[str]:
        """The controllers that run, in their order."""
        return [queue.name for queue in self._queues]

    def add(self, name: str, make: Callable[[Later], Controller]) -> None:
        """Let a controller run; it is made with a function that has a key reconciled later."""
        queue: _Queue
        queue = _Queue(name, make(lambda key, deadline: self._later(queue, key, deadline)))
        self._queues.append(queue)
        for resource in queue.controller.resources:
            if resource == "*":
                self._to_all.append(queue)
            else:
                self._listeners.setdefault(resource, []).append(queue)

    def hear(self, event: Event) -> None:
        """Take notice of a write: for ``storage.subscribe``."""
        self._heard = True
        for queue in self._listeners.get(event.resource, ()):
            for key in queue.controller.hear(event):
                self._enqueue(queue, key)
        for queue in self._to_all:
            for key in queue.controller.hear(event):
                self._enqueue(queue, key)

    def enqueue(self, name: str, key: Key) -> None:
        """Have a key reconciled though nothing was written."""
        for queue in self._queues:
            if queue.name == name:
                self._enqueue(queue, key)

    @property
    def timed(self) -> tuple[tuple[str, Key], ...]:
        """The keys that wait for a time to come, with the names of their controllers."""
        return tuple(self._timed)

    def rest(self, timed: Iterable[tuple[str, Key]] = ()) -> None:
        """Forget what waits, as it has been done already in the cluster that this one is a copy of; but for what waited
        there for a time to come.
        """
        for queue in self._queues:
            queue.keys.clear()
        self._waiting = 0
        self._heard = False
        for name, key in timed:
            self.enqueue(name, key)

    async def settle(self) -> bool:
        """Reconcile until no key waits; whether anything was reconciled.

        Raises:
            RestlessControllerError: it never ends.
        """
        if self._due and self._due[0][0] <= self._clock.now():
            self._take_due()
        if not self._waiting and not (self.refused and self._heard):
            return False
        counts: dict[tuple[str, Key], int] = {}
        for _ in range(_ROUNDS):
            if self.refused and self._heard:
                self._retry()
            self._heard = False
            if not self._waiting:
                break
            await self._drain(counts)
        self._heard = False
        return True

    async def _drain(self, counts: dict[tuple[str, Key], int]) -> None:
        while self._waiting:
            queue = next(queue for queue in self._queues if queue.keys)
            key = next(iter(queue.keys))
            del queue.keys[key]
            self._waiting -= 1
            self._count(counts, queue, key)
            try:
                await self._reconcile(queue, key)
            except (GeneratorExit, CancelledError):
                self._enqueue(queue, key)
                raise

    def _enqueue(self, queue: _Queue, key: Key) -> None:
        if key not in queue.keys:
            queue.keys[key] = None
            self._waiting += 1

    def _count(self, counts: dict[tuple[str, Key], int], queue: _Queue, key: Key) -> None:
        count = counts[queue.name, key] = counts.get((queue.name, key), 0) + 1
        if count > _LIMIT:
            for each in self._queues:
                each.keys.clear()
            self._waiting = 0
            raise RestlessControllerError(queue.name, key, count)

    async def _reconcile(self, queue: _Queue, key: Key) -> None:
        try:
            await queue.controller.reconcile(key)
        except StatusError as error:
            if error.reason in ("Conflict", "AlreadyExists"):
                self._enqueue(queue, key)
            else:
                self.refused[queue.name, key] = error
        else:
            self.refused.pop((queue.name, key), None)

    def _retry(self) -> None:
        by_name: Mapping[str, _Queue] = {queue.name: queue for queue in self._queues}
        for name, key in self.refused:
            self._enqueue(by_name[name], key)

    def _later(self, queue: _Queue, key: Key, deadline: datetime) -> None:
        known = self._timed.get((queue.name, key))
        if known is not None and known <= deadline:
            return
        self._timed[queue.name, key] = deadline
        self._sequence += 1
        heapq.heappush(self._due, (deadline, self._sequence, queue, key))
        self._call_at(deadline)

    def _call_at(self, deadline: datetime) -> None:
        def wake() -> None:
            if (
                self._clock.now() < deadline
            ):  # a real loop's timers may be early by the resolution of its clock
                self._call_at(deadline)
            else:
                self._on_wake()

        try:
            self._clock.call_at(deadline, wake)
        except RuntimeError:  # a real clock and no running loop: the next request will see to it
            return

    def _take_due(self) -> None:
        now = self._clock.now()
        while self._due and self._due[0][0] <= now:
            deadline, _, queue, key = heapq.heappop(self._due)
            if self._timed.get((queue.name, key)) == deadline:
                del self._timed[queue.name, key]
            self._enqueue(queue, key)
