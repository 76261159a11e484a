"""The operator's memory of its sessions, and the one place where it changes.

What changes is decided by ``model.sessions``; here the decision is taken with the clock's time, kept, and told to whoever
listens. Nothing awaits between reading and writing, so there are no locks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from fakes.apimachinery.clock import Clock
from fakes.mirrord.model.commands import Command, Expire
from fakes.mirrord.model.events import Event
from fakes.mirrord.model.sessions import decide, evolve_all, next_deadline
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.state import State

__all__ = ["Listener", "Sessions"]

Listener: TypeAlias = Callable[[Sequence[Event]], None]


class Sessions:
    """The state of the model, and its listeners in the order in which they came."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self._listeners: list[Listener] = []
        self.state = State(settings=settings)

    @property
    def settings(self) -> Settings:
        return self.state.settings

    def now(self) -> datetime:
        return self._clock.now()

    def subscribe(self, listener: Listener) -> None:
        """Call back with the events of every change, after the state has them and before anybody is answered."""
        self._listeners.append(listener)

    def do(self, command: Command) -> Sequence[Event]:
        """Give a command; what follows from it has happened on return.

        What was due before is done first, so that a late timer changes nothing.

        Raises:
            StatusError: the command is refused; nothing has happened.
        """
        self.expire()
        return self._take(command)

    def expire(self) -> None:
        """Close the sessions whose time has come."""
        due = next_deadline(self.state)
        if due is not None and due <= self._clock.now():
            self._take(Expire())

    def _take(self, command: Command) -> Sequence[Event]:
        events = decide(self.state, command, self._clock.now())
        if events:
            self.state = evolve_all(self.state, events)
            for listener in self._listeners:
                listener(events)
        return events
