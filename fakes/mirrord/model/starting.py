"""Whether a session may start, or its client come back to it."""

from __future__ import annotations

from datetime import datetime

from fakes.mirrord.model import refusals
from fakes.mirrord.model.commands import Start
from fakes.mirrord.model.events import Event, SeatTaken, SessionStarted
from fakes.mirrord.model.evolving import scale_down_key
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.state import State
from fakes.mirrord.model.workloads import owns_pods

__all__ = ["start"]


def start(state: State, command: Start, now: datetime) -> list[Event]:
    """Start a session; if it is there already and the client's own, nothing happens: the client is back.

    Raises:
        StatusError: the session was closed, the id is another's, there is no seat, a policy is against it, or another
            session has scaled the target down.
    """
    if (closed := state.closed.get(command.id)) is not None:
        raise refusals.reconnect_not_possible(state.settings, command.id, closed.reason)
    if (known := state.session(command.id)) is not None:
        if _same(known, command):
            return []
        raise refusals.id_in_use(command.id)
    seat = _check_license(state, command, now)
    command.policies.check_profile(command.profile)
    session = _session(state, command, now)
    if (key := scale_down_key(session)) is not None:
        command.policies.check_scale_down()
        if key in state.scaled_down:
            raise refusals.scale_down_taken(str(session.target))
    if session.parent is not None and session.parent not in state.sessions:
        raise refusals.no_session(session.parent)
    events: list[Event] = [] if state.seats.holds(seat, now) else [SeatTaken(seat, now)]
    return [*events, SessionStarted(session)]


def _same(known: Session, command: Start) -> bool:
    return (
        known.owner.k8s_username == command.owner.k8s_username
        and known.owner.user_id == command.owner.user_id
        and known.namespace == command.namespace
        and known.target == command.target
    )


def _check_license(state: State, command: Start, now: datetime) -> str:
    settings = state.settings
    if settings.expired_license_blocks and not settings.license.valid_at(now):
        raise refusals.sessions_blocked(settings.license_expired_message)
    if not settings.license.validated_at(now):
        raise refusals.sessions_blocked(settings.license_unreachable_message)
    seat = settings.license.seat(command.owner)
    if not state.seats.available(settings.license, seat, now):
        raise refusals.max_seats_reached(settings, str(command.owner))
    return seat


def _session(state: State, command: Start, now: datetime) -> Session:
    return Session(
        id=command.id,
        owner=command.owner,
        namespace=command.namespace,
        target=command.target,
        key=command.key,
        header_filter=command.header_filter,
        client_version=command.client_version,
        ci=command.ci,
        branch_name=command.branch_name,
        profile=command.profile,
        copied=command.copied,
        parent=command.parent,
        clusters=command.clusters,
        pods=command.pods,
        podless_since=None if command.pods or command.copied or not owns_pods(command.target) else now,
        created=now,
        sequence=state.sequence + 1,
    )
