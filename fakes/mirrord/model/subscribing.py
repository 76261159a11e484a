"""Whether a session gets a port, and who loses it then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from fakes.mirrord.model.commands import SubscribePort
from fakes.mirrord.model.events import Event, PortLocked, PortReleased, SessionClosed
from fakes.mirrord.model.ids import SessionId, format_hex
from fakes.mirrord.model.ports import in_the_way
from fakes.mirrord.model.refusals import PortAlreadyStolenError
from fakes.mirrord.model.session import Session, Subscription
from fakes.mirrord.model.state import State

__all__ = ["subscribe"]


def subscribe(state: State, session: Session, command: SubscribePort, now: datetime) -> list[Event]:
    """Give a session a port.

    Where another session has it: ``abort`` refuses; ``override`` ends the other session, or takes its port; ``continue``
    leaves it to the agent, in which the last one wins and the others are not told.

    Raises:
        BlockedError: a policy is against it.
        PortAlreadyStolenError: another session has the port.
    """
    wanted = _wanted(session, command)
    command.policies.check_subscription(wanted)
    mixed = state.settings.filtered_conflicts_with_unfiltered
    rivals = in_the_way(state.ports, session.id, wanted.pods, wanted, mixed=mixed)
    if rivals and command.on_concurrent_steal == "abort":
        raise PortAlreadyStolenError.of_port(wanted.port)
    events: list[Event] = []
    displaced = in_the_way(state.ports, session.id, wanted.pods, wanted)
    if command.on_concurrent_steal == "override" and state.settings.override_closes_session:
        events.extend(_overridden(state, rivals, now))
        displaced = {other: pods for other, pods in displaced.items() if other not in rivals}
    events.extend(
        PortReleased(other, wanted.port, "steal", now, tuple(pods), evicted=True)
        for other, pods in displaced.items()
    )
    return [*events, PortLocked(session.id, wanted, now)]


def _wanted(session: Session, command: SubscribePort) -> Subscription:
    """The subscription asked for. A mirror's filter outlives a later subscription without one, as in the agent."""
    wanted = Subscription(port=command.port, mode=command.mode, filter=command.filter, pods=session.holding)
    before = session.subscription("mirror", command.port)
    if wanted.mode == "mirror" and wanted.filter is None and before is not None:
        return replace(wanted, filter=before.filter)
    return wanted


def _overridden(state: State, rivals: Iterable[SessionId], now: datetime) -> list[Event]:
    settings = state.settings
    return [
        SessionClosed(
            state.sessions[rival],
            now,
            settings.override_reason,
            settings.override_message.format(reason=settings.override_reason, id=format_hex(rival)),
        )
        for rival in rivals
    ]
