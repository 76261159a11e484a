"""State and events in, state out: the only place where the state changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from fakes.mirrord.model import deadlines
from fakes.mirrord.model.events import (
    ActivityRecorded,
    ConnectionClosed,
    ConnectionOpened,
    ConnectionsLost,
    Event,
    PodsReplaced,
    PortLocked,
    PortReleased,
    Reconfigured,
    SeatTaken,
    SessionClosed,
    SessionStarted,
)
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.ports import TableDraft
from fakes.mirrord.model.session import Deadline, Session, Subscription, deadline, last_activity
from fakes.mirrord.model.state import Closed, State

__all__ = ["evolve", "evolve_all", "scale_down_key"]


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    return evolve_all(state, (event,))


def evolve_all(state: State, events: Iterable[Event]) -> State:
    """The state after events, at the cost of one copy of whatever they touch."""
    change = _Change(state)
    for event in events:
        change.apply(event)
    return change.finish()


def scale_down_key(session: Session) -> str | None:
    """What only one session at a time may scale down; None if the session scales nothing down."""
    if session.copied is None or not session.copied.scale_down:
        return None
    return f"{session.namespace}/{session.target.word}/{session.target.name}"


class _Change:
    """A state in the making."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.settings = state.settings
        self.sessions = state.sessions.edit()
        self.ports = TableDraft(state.ports)
        self.scaled_down = state.scaled_down.edit()
        self.seen = state.seen.edit()
        self.seats = state.seats
        self.heap = state.deadlines
        self.sequence = state.sequence
        self.closed: list[tuple[SessionId, Closed]] = []

    def apply(self, event: Event) -> None:
        match event:
            case SessionClosed():
                self._closed(event)
            case ConnectionOpened():
                self._amend(event.id, _opened, event.at)
            case ConnectionClosed():
                self._amend(event.id, _gone, event.at)
            case ActivityRecorded():
                self._amend(event.id, _active, event.at)
            case PortLocked():
                self._locked(event)
            case PortReleased():
                self._released(event)
            case SessionStarted():
                self._started(event.session)
            case SeatTaken():
                self.seats = self.seats.taken(event.seat, event.at)
            case PodsReplaced():
                self._repodded(event)
            case ConnectionsLost():
                for session in [s for s in self.sessions.values() if s.connections]:
                    self._put(replace(session, connections=0, gone_at=last_activity(session, event.at)))
            case Reconfigured():
                self.settings = event.settings
                self.heap = None
                for session in self.sessions.values():
                    self._expect(session)

    def finish(self) -> State:
        sessions = self.sessions.finish()
        settings = self.settings

        def holds(session: SessionId, at: datetime) -> bool:
            live = sessions.get(session)
            due = None if live is None else deadline(live, settings)
            return due is not None and due.at == at

        closed = self.state.closed
        if self.closed:
            closed = closed.adding(self.closed, settings.closed_sessions_remembered)
        return State(
            settings=settings,
            sessions=sessions,
            closed=closed,
            ports=self.ports.finish(),
            scaled_down=self.scaled_down.finish(),
            seats=self.seats,
            seen=self.seen.finish(),
            deadlines=deadlines.prune(self.heap, holds) if len(sessions) else None,
            sequence=self.sequence,
        )

    def _started(self, session: Session) -> None:
        self.sequence = max(self.sequence, session.sequence)
        self.seen[session.owner.user_id or session.owner.k8s_username] = session.created.date()
        self._put(session)
        if (key := scale_down_key(session)) is not None:
            self.scaled_down[key] = session.id
        parent = None if session.parent is None else self.sessions.get(session.parent)
        if parent is not None:
            self._put(replace(parent, children=(*parent.children, session.id)))

    def _closed(self, event: SessionClosed) -> None:
        session = self.sessions.pop(event.id)
        self.closed.append((event.id, Closed(event.at, event.reason)))
        if session is None:
            return
        for held in session.subscriptions:
            self.ports.release(session.id, held, held.pods)
        if (key := scale_down_key(session)) is not None:
            self.scaled_down.pop(key)
        parent = None if session.parent is None else self.sessions.get(session.parent)
        if parent is not None:
            self._put(replace(parent, children=tuple(c for c in parent.children if c != session.id)))

    def _locked(self, event: PortLocked) -> None:
        session = self.sessions[event.id]
        wanted = event.subscription
        before = session.subscription(wanted.mode, wanted.port)
        if before is not None:
            self.ports.release(session.id, before, [pod for pod in before.pods if pod not in wanted.pods])
        self.ports.hold(session.id, wanted)
        self.sessions[session.id] = replace(session, subscriptions=_with(session, wanted))

    def _released(self, event: PortReleased) -> None:
        session = self.sessions[event.id]
        held = session.subscription(event.mode, event.port)
        if held is None:
            return
        lost = held.pods if event.pods is None else event.pods
        self.ports.release(session.id, held, lost)
        kept = tuple(pod for pod in held.pods if pod not in lost)
        if event.pods is None or not kept:
            remaining = tuple(s for s in session.subscriptions if s is not held)
        else:
            remaining = _with(session, replace(held, pods=kept))
        self.sessions[session.id] = replace(session, subscriptions=remaining)

    def _repodded(self, event: PodsReplaced) -> None:
        session = self.sessions[event.id]
        for held in session.subscriptions:
            self.ports.release(session.id, held, held.pods)
        for held in event.subscriptions:
            self.ports.hold(session.id, held)
        waiting = not event.pods and not session.target.targetless
        since = (session.podless_since or event.at) if waiting else None
        self._put(replace(session, pods=event.pods, subscriptions=event.subscriptions, podless_since=since))

    def _amend(self, session: SessionId, how: Callable[[Session, datetime], Session], at: datetime) -> None:
        self._put(how(self.sessions[session], at))

    def _put(self, session: Session) -> None:
        before = self.sessions.get(session.id)
        self.sessions[session.id] = session
        self._expect(session, None if before is None else deadline(before, self.settings))

    def _expect(self, session: Session, before: Deadline | None = None) -> None:
        due = deadline(session, self.settings)
        if due is not None and (before is None or before.at != due.at):
            self.heap = deadlines.push(self.heap, due.at, session.id)


def _opened(session: Session, at: datetime) -> Session:
    return replace(session, connections=session.connections + 1, active_at=at, gone_at=None)


def _gone(session: Session, at: datetime) -> Session:
    left = max(0, session.connections - 1)
    return replace(session, connections=left, active_at=at, gone_at=session.gone_at if left else at)


def _active(session: Session, at: datetime) -> Session:
    return replace(session, active_at=at)


def _with(session: Session, wanted: Subscription) -> tuple[Subscription, ...]:
    """The session's subscriptions with one put in the place of its like, or at the end."""
    fresh = [s for s in session.subscriptions if (s.mode, s.port) != (wanted.mode, wanted.port)]
    if len(fresh) == len(session.subscriptions):
        return (*fresh, wanted)
    return tuple(
        wanted if (s.mode, s.port) == (wanted.mode, wanted.port) else s for s in session.subscriptions
    )
