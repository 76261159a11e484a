"""The session model: state and command in, events out.

A server keeps the state, and for each thing that happens does ``events = decide(state, command, now)`` and
``state = evolve_all(state, events)``, acts on the events, and sets one timer for ``next_deadline(state)`` with Expire.
A refusal is raised before anything has changed. Nothing here waits, and time is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from fakes.mirrord.model import deadlines, refusals
from fakes.mirrord.model.commands import (
    ClientConnected,
    ClientGone,
    Command,
    Expire,
    Heartbeat,
    Kill,
    KillAll,
    OperatorReplaced,
    PodsChanged,
    Reconfigure,
    RetainActive,
    Start,
    SubscribePort,
    UnsubscribePort,
)
from fakes.mirrord.model.events import (
    ActivityRecorded,
    ConnectionClosed,
    ConnectionOpened,
    ConnectionsLost,
    Event,
    PodsReplaced,
    PortReleased,
    Reconfigured,
    SessionClosed,
)
from fakes.mirrord.model.evolving import evolve, evolve_all
from fakes.mirrord.model.ids import SessionId, format_hex, resolve
from fakes.mirrord.model.ports import free_pods
from fakes.mirrord.model.session import STATE_LOST, Session, deadline
from fakes.mirrord.model.starting import start
from fakes.mirrord.model.state import State, next_deadline
from fakes.mirrord.model.subscribing import subscribe
from fakes.mirrord.model.views import select

__all__ = ["decide", "evolve", "evolve_all", "find", "next_deadline", "progress"]


def decide(state: State, command: Command, now: datetime) -> list[Event]:
    """What follows from a command.

    Raises:
        StatusError: the command is refused; nothing has happened.
    """
    match command:
        case Start():
            return start(state, command, now)
        case ClientConnected(id=session):
            return [ConnectionOpened(_live(state, session).id, now)]
        case ClientGone(id=session):
            return _gone(state, session, now)
        case Heartbeat(id=session):
            known = state.session(session)
            return [ActivityRecorded(session, now)] if known and known.connections else []
        case SubscribePort():
            return subscribe(state, _live(state, command.id), command, now)
        case UnsubscribePort(id=session, port=port, mode=mode):
            known = state.session(session)
            held = known and known.subscription(mode, port)
            return [PortReleased(session, port, mode, now)] if held else []
        case PodsChanged(id=session, pods=pods):
            known = state.session(session)
            return [_repodded(state, known, pods, now)] if known and known.pods != pods else []
        case Kill(id=session, namespace=namespace):
            return _kill(state, session, namespace, now)
        case KillAll(namespace=namespace, field_selector=selector):
            return _killed(state, select(state, now, namespace, selector), now)
        case RetainActive(namespace=namespace):
            return _killed(state, _inactive(state, namespace), now)
        case Expire():
            return list(_expired(state, now))
        case OperatorReplaced():
            return _replaced(state, now)
        case Reconfigure(settings=settings):
            return [Reconfigured(settings)]


def progress(state: State, command: Command, now: datetime) -> tuple[State, list[Event]]:
    """Decide and evolve in one step."""
    events = decide(state, command, now)
    return (evolve_all(state, events) if events else state), events


def find(state: State, name: str, namespace: str | None = None) -> Session:
    """The session that a name in a URL means, decimal or hex.

    Raises:
        StatusError: NotFound: there is none, or it is in another namespace.
    """
    session = resolve(name, state.sessions.__contains__, state.settings.ambiguous_id)
    found = None if session is None else state.session(session)
    if found is None or (namespace is not None and found.namespace != namespace):
        raise refusals.unknown_session(state.settings, name)
    return found


def _live(state: State, session: SessionId) -> Session:
    known = state.session(session)
    if known is None:
        raise refusals.no_session(session)
    return known


def _gone(state: State, session: SessionId, now: datetime) -> list[Event]:
    known = state.session(session)
    if known is None or not known.connections:
        return []
    events: list[Event] = [ConnectionClosed(session, now)]
    if known.connections == 1 and state.settings.ports_released_when_away:
        events.extend(PortReleased(session, s.port, s.mode, now) for s in known.subscriptions)
    return events


def _kill(state: State, session: SessionId, namespace: str | None, now: datetime) -> list[Event]:
    known = state.session(session)
    if known is None or (namespace is not None and known.namespace != namespace):
        raise refusals.unknown_session(state.settings, format_hex(session))
    return _killed(state, [known], now)


def _killed(state: State, sessions: Iterable[Session], now: datetime) -> list[Event]:
    settings = state.settings
    return list(_closing(state, sessions, now, settings.kill_reason, settings.kill_message))


def _closing(
    state: State, sessions: Iterable[Session], now: datetime, reason: str, message: str
) -> Iterator[SessionClosed]:
    """Close sessions, each with its children and each once."""
    closed: set[SessionId] = set()
    waiting = list(sessions)
    waiting.reverse()
    while waiting:
        session = waiting.pop()
        if session.id in closed:
            continue
        closed.add(session.id)
        text = message.format(reason=reason, id=format_hex(session.id))
        yield SessionClosed(session, now, reason, text)
        waiting.extend(state.sessions[child] for child in reversed(session.children))


def _inactive(state: State, namespace: str | None) -> list[Session]:
    also = ("starting", "away") if state.settings.inactive_includes_starting else ("away",)
    return [s for s in state.in_order(namespace) if s.phase in also]


def _expired(state: State, now: datetime) -> Iterator[SessionClosed]:
    """Close what is due, earliest first; an entry of the queue that its session has outrun says nothing."""
    due: dict[SessionId, tuple[datetime, int, str]] = {}
    for at, session in deadlines.due(state.deadlines, now):
        known = state.session(session)
        limit = None if known is None else deadline(known, state.settings)
        if known is not None and limit is not None and limit.at == at:
            due[session] = (at, known.sequence, limit.reason)
    closed: set[SessionId] = set()
    message = state.settings.expired_message
    for session in sorted(due, key=due.__getitem__):
        if session not in closed:
            for event in _closing(state, [state.sessions[session]], now, due[session][2], message):
                if event.id not in closed:
                    closed.add(event.id)
                    yield event


def _repodded(state: State, session: Session, pods: tuple[str, ...], now: datetime) -> PodsReplaced:
    """Hold the session's ports on the pods that are free; what it has already, it keeps."""
    holding = replace(session, pods=pods).holding
    subscriptions = tuple(
        replace(held, pods=free_pods(state.ports, session.id, holding, held))
        for held in session.subscriptions
    )
    return PodsReplaced(session.id, pods, subscriptions, now)


def _replaced(state: State, now: datetime) -> list[Event]:
    settings = state.settings
    lost = [s for s in state.in_order() if not _persists(state, s)]
    closing = list(_closing(state, lost, now, STATE_LOST, settings.state_lost_message))
    return [*closing, ConnectionsLost(now)]


def _persists(state: State, session: Session) -> bool:
    settings = state.settings
    return settings.license.sessions_persist and (session.copied is None or settings.copied_pods_persist)
