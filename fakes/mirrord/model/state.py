"""All that the operator knows of its sessions, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from fakes.mirrord.model.deadlines import Heap
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.license import Seats
from fakes.mirrord.model.persistent import PersistentMap
from fakes.mirrord.model.ports import NO_HOLDERS, Holders, PortKey, Table
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.settings import Settings

__all__ = ["Closed", "ClosedSessions", "State", "next_deadline"]


class Closed(NamedTuple):
    """What is remembered of a session that is no more."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ClosedSessions:
    """Closed sessions, of which the oldest are forgotten half at a time."""

    recent: PersistentMap[SessionId, Closed] = field(default_factory=PersistentMap)
    older: PersistentMap[SessionId, Closed] = field(default_factory=PersistentMap)

    def get(self, session: SessionId) -> Closed | None:
        return self.recent.get(session) or self.older.get(session)

    def adding(self, closed: Iterable[tuple[SessionId, Closed]], remembered: int) -> ClosedSessions:
        """With more of them; at least the last ``remembered`` are kept, and at most twice as many and one."""
        recent, older = self.recent.edit(), self.older
        for session, closing in closed:
            if len(recent) > remembered:
                recent, older = PersistentMap[SessionId, Closed]().edit(), recent.finish()
            recent[session] = closing
        return ClosedSessions(recent.finish(), older)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The operator's memory. ``seen`` is the day on which each user last began a session."""

    settings: Settings = field(default_factory=Settings)
    sessions: PersistentMap[SessionId, Session] = field(default_factory=PersistentMap)
    closed: ClosedSessions = field(default_factory=ClosedSessions)
    ports: Table = field(default_factory=PersistentMap)
    scaled_down: PersistentMap[str, SessionId] = field(default_factory=PersistentMap)
    seats: Seats = field(default_factory=Seats)
    seen: PersistentMap[str, date] = field(default_factory=PersistentMap)
    deadlines: Heap | None = None
    sequence: int = 0

    def session(self, session: SessionId) -> Session | None:
        return self.sessions.get(session)

    def holders(self, pod: str, port: int) -> Holders:
        """Who has a port of a pod (``namespace/name``)."""
        return self.ports.get(PortKey(pod, port), NO_HOLDERS)

    def in_order(self, namespace: str | None = None) -> list[Session]:
        """The sessions of a namespace, or all, in the order in which they began."""
        chosen = [s for s in self.sessions.values() if namespace is None or s.namespace == namespace]
        chosen.sort(key=_sequence)
        return chosen


def next_deadline(state: State) -> datetime | None:
    """When ``Expire`` is due next, if ever."""
    return None if state.deadlines is None else state.deadlines.deadline


def _sequence(session: Session) -> int:
    return session.sequence
