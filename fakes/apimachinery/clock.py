"""Time as an argument: the one module that may look at the machine's clock or wait for it."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from types import coroutine
from typing import Protocol

from fakes.apimachinery.timestamps import rfc3339, rfc3339_micro

__all__ = ["Clock", "FakeClock", "RealClock", "Timer", "enter_loop", "rfc3339", "rfc3339_micro"]


class Timer(Protocol):
    """A call that is due at some moment."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """What time it is, and being woken at a time. All times are aware and in UTC."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float:
        """Seconds since some moment that does not move."""
        ...

    def call_at(self, deadline: datetime, callback: Callable[[], None]) -> Timer:
        """Call back once, at the deadline or as soon as possible after it."""
        ...

    async def sleep_until(self, deadline: datetime) -> None: ...


@coroutine
def enter_loop() -> Generator[None, None, None]:
    """Yield once. A caller that drives a coroutine by hand sees it and goes on inside an event loop.

    Whatever needs a running loop awaits this first; so a request that never waits never needs a loop.
    """
    yield


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def call_at(self, deadline: datetime, callback: Callable[[], None]) -> Timer:
        """Needs a running event loop."""
        delay = max(0.0, (deadline - self.now()).total_seconds())
        return asyncio.get_running_loop().call_later(delay, callback)

    async def sleep_until(self, deadline: datetime) -> None:
        await enter_loop()
        await asyncio.sleep(max(0.0, (deadline - self.now()).total_seconds()))


class _FakeTimer:
    __slots__ = ("callback", "cancelled")

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeClock:
    """A clock that stands still until it is told to step.

    ``step`` wakes sleepers in the order of their deadlines, and calls ``settle`` after each one, so that what follows
    from one wake-up happens before the next.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._start = start
        self._timers: list[tuple[datetime, int, _FakeTimer]] = []
        self._sequence = 0
        self.settle: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def call_at(self, deadline: datetime, callback: Callable[[], None]) -> Timer:
        timer = _FakeTimer(callback)
        self._sequence += 1
        heapq.heappush(self._timers, (deadline, self._sequence, timer))
        return timer

    async def sleep_until(self, deadline: datetime) -> None:
        """Wait for a step that reaches the deadline. Who is driven by hand waits for nobody: then time passes by itself."""
        if deadline <= self._now:
            return
        if not _in_loop():
            self.step(deadline - self._now)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        timer = self.call_at(deadline, wake)
        try:
            await woken
        finally:
            timer.cancel()

    def next_deadline(self) -> datetime | None:
        """When the next sleeper wakes, if there is one."""
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def step(self, duration: timedelta) -> None:
        """Let time pass.

        Raises:
            ValueError: the duration is negative; time does not go back.
        """
        if duration < timedelta(0):
            raise ValueError(f"time cannot go back by {-duration}")
        until = self._now + duration
        while (deadline := self.next_deadline()) is not None and deadline <= until:
            _, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, deadline)
            timer.callback()
            self.settle()
        self._now = until


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
