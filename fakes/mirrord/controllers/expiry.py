"""Closing sessions in time: one timer, set for the session that is due first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from fakes.apimachinery.clock import Clock, Timer
from fakes.mirrord.model.events import Event
from fakes.mirrord.model.sessions import next_deadline
from fakes.mirrord.sessions import Sessions

__all__ = ["Expiry"]


class Expiry:
    """Sets the timer anew whenever the first deadline has moved forward.

    One that has moved back is not taken for a reason: the timer then finds nothing to do and is set again. Where no event
    loop runs, a real clock has no timers: sessions then expire when somebody asks for them.
    """

    def __init__(self, clock: Clock, sessions: Sessions) -> None:
        self._clock = clock
        self._sessions = sessions
        self._timer: Timer | None = None
        self._at: datetime | None = None
        sessions.subscribe(self._hear)

    def _hear(self, events: Sequence[Event]) -> None:
        due = next_deadline(self._sessions.state)
        if due is None:
            self.stop()
        elif self._at is None or due < self._at:
            self.stop()
            self._set(due)

    def _set(self, due: datetime) -> None:
        with suppress(RuntimeError):
            self._timer = self._clock.call_at(due, self._ring)
            self._at = due

    def _ring(self) -> None:
        self._timer = self._at = None
        self._sessions.expire()
        self._hear(())

    def stop(self) -> None:
        """Forget the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._at = None
