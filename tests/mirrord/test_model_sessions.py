"""The life of a session: how it begins, what ends it and when, who may come back, and what management does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
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
from fakes.mirrord.model.events import Event, SeatTaken, SessionClosed, SessionStarted
from fakes.mirrord.model.filters import HeaderFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.license import License
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.session import CopiedTarget, last_activity
from fakes.mirrord.model.sessions import decide, evolve_all, find, next_deadline, progress
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.state import State
from fakes.mirrord.model.targets import Target

START = datetime(2026, 3, 31, 12, tzinfo=UTC)
ALICE = Owner(user_id="alice-key", username="Alice", hostname="laptop", k8s_username="alice")
BOB = Owner(user_id="bob-key", username="Bob", hostname="desk", k8s_username="bob")
WEB = Target("deployment", "web")


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def started(number: int, **fields: Any) -> Start:
    given: dict[str, Any] = {
        "owner": ALICE,
        "namespace": "shop",
        "target": WEB,
        "pods": ("shop/web-1",),
    } | fields
    return Start(id=SessionId(number), **given)


def after(state: State, *steps: tuple[float, Command]) -> State:
    for seconds, command in steps:
        state, _ = progress(state, command, at(seconds))
    return state


def closings(events: Iterable[Event]) -> list[tuple[int, str]]:
    return [(int(event.id), event.reason) for event in events if isinstance(event, SessionClosed)]


CONNECT, GONE = ClientConnected(SessionId(1)), ClientGone(SessionId(1))
CAP = Settings(max_session_time_seconds=100)
SHORT_TTL = Settings(session_unused_ttl_seconds=1)

DEADLINES: list[tuple[str, Settings, list[tuple[float, Command]], float | None, str]] = [
    ("waits for its first client", Settings(), [], 180, "SetupDeadlineExceeded"),
    ("is in use", Settings(), [(170, CONNECT)], None, ""),
    ("lost its client", Settings(), [(10, CONNECT), (50, GONE)], 80, "Unused"),
    ("lost it within the setup deadline", Settings(), [(1, CONNECT), (2, GONE)], 32, "Unused"),
    ("lost one connection of two", Settings(), [(1, CONNECT), (2, CONNECT), (3, GONE)], None, ""),
    ("lost both", Settings(), [(1, CONNECT), (2, CONNECT), (3, GONE), (9, GONE)], 39, "Unused"),
    ("has its client again", Settings(), [(1, CONNECT), (2, GONE), (31, CONNECT)], None, ""),
    (
        "has a client that sends nothing",
        Settings(),
        [(1, CONNECT), (5000, Heartbeat(SessionId(1)))],
        None,
        "",
    ),
    ("may live for less than its setup", CAP, [], 100, "TimeLimitExceeded"),
    ("may not live longer though in use", CAP, [(1, CONNECT)], 100, "TimeLimitExceeded"),
    ("is unused before its time is up", CAP, [(1, CONNECT), (20, GONE)], 50, "Unused"),
    ("has its time up before it is unused", CAP, [(1, CONNECT), (90, GONE)], 100, "TimeLimitExceeded"),
    ("is unused and has its time up at once", CAP, [(1, CONNECT), (70, GONE)], 100, "Unused"),
    ("has a TTL below the least", SHORT_TTL, [(1, CONNECT), (2, GONE)], 8, "Unused"),
    (
        "has no pods",
        Settings(),
        [(1, CONNECT), (2, PodsChanged(id=SessionId(1), pods=()))],
        62,
        "NoPodTargets",
    ),
    (
        "has pods again",
        Settings(),
        [
            (1, CONNECT),
            (2, PodsChanged(id=SessionId(1), pods=())),
            (3, PodsChanged(id=SessionId(1), pods=("shop/web-2",))),
        ],
        None,
        "",
    ),
]


@pytest.mark.parametrize(
    ("settings", "steps", "seconds", "reason"),
    [row[1:] for row in DEADLINES],
    ids=[row[0] for row in DEADLINES],
)
def test_a_session_is_closed_at_its_first_limit(
    settings: Settings, steps: list[tuple[float, Command]], seconds: float | None, reason: str
) -> None:
    state = after(State(settings=settings), (0, started(1)), *steps)
    assert next_deadline(state) == (None if seconds is None else at(seconds))
    if seconds is not None:
        assert decide(state, Expire(), at(seconds - 0.001)) == []
        state, events = progress(state, Expire(), at(seconds))
        assert closings(events) == [(1, reason)]
        assert not len(state.sessions)
        assert next_deadline(state) is None
    else:
        assert decide(state, Expire(), at(1_000_000)) == []


def test_several_sessions_expire_in_the_order_of_their_deadlines() -> None:
    state = after(
        State(), (0, started(3)), (1, started(1)), (2, started(2)), (3, ClientConnected(SessionId(3))),
        (4, ClientGone(SessionId(3))),
    )  # fmt: skip
    assert closings(decide(state, Expire(), at(500))) == [
        (3, "Unused"),
        (1, "SetupDeadlineExceeded"),
        (2, "SetupDeadlineExceeded"),
    ]


def test_the_phases_are_disjoint() -> None:
    state = after(State(), (0, started(1)))
    phases = []
    for command in (Heartbeat(SessionId(1)), CONNECT, GONE, CONNECT):
        state = after(state, (1, command))
        phases.append(state.sessions[SessionId(1)].phase)
    assert phases == ["starting", "connected", "away", "connected"]


def test_activity_is_written_down_every_three_seconds_while_connected() -> None:
    state = after(State(), (0, started(1)), (10, CONNECT))
    session = state.sessions[SessionId(1)]
    assert last_activity(session, at(12.9)) == at(10)
    assert last_activity(session, at(20)) == at(19)
    gone = after(state, (21, GONE)).sessions[SessionId(1)]
    assert last_activity(gone, at(40)) == at(21)


def test_a_client_comes_back_to_its_session_within_the_ttl() -> None:
    state = after(State(), (0, started(1)), (1, CONNECT), (2, GONE))
    state, events = progress(state, started(1), at(20))
    assert events == []
    assert state.sessions[SessionId(1)].created == START


REFUSED_RETURNS: list[tuple[str, list[tuple[float, Command]], Start, int, str]] = [
    ("killed", [(1, Kill(SessionId(1)))], started(1), 410, "ReconnectNotPossible"),
    ("expired", [(500, Expire())], started(1), 410, "ReconnectNotPossible"),
    ("another's", [], started(1, owner=BOB), 409, "Conflict"),
    ("another target's", [], started(1, target=Target("pod", "x")), 409, "Conflict"),
    ("another namespace's", [], started(1, namespace="other"), 409, "Conflict"),
]


@pytest.mark.parametrize(
    ("steps", "command", "code", "reason"),
    [row[1:] for row in REFUSED_RETURNS],
    ids=[row[0] for row in REFUSED_RETURNS],
)
def test_a_client_cannot_come_back_to_a_session_that_is(
    steps: list[tuple[float, Command]], command: Start, code: int, reason: str
) -> None:
    state = after(State(), (0, started(1)), *steps)
    with pytest.raises(StatusError) as refusal:
        decide(state, command, at(600))
    assert (refusal.value.code, refusal.value.reason) == (code, reason)


LATE: list[Command] = [CONNECT, SubscribePort(id=SessionId(1), port=80)]


@pytest.mark.parametrize("command", LATE, ids=lambda command: type(command).__name__)
def test_a_late_client_is_told_that_there_is_no_session(command: Command) -> None:
    with pytest.raises(StatusError, match=r"^Session not found$") as refusal:
        decide(State(), command, START)
    assert refusal.value.code == 404


IGNORED: list[Command] = [
    GONE,
    Heartbeat(SessionId(1)),
    UnsubscribePort(id=SessionId(1), port=80),
    PodsChanged(id=SessionId(1), pods=()),
    Expire(),
    KillAll(),
    RetainActive(),
]


@pytest.mark.parametrize("command", IGNORED, ids=lambda command: type(command).__name__)
def test_nothing_follows_from_what_comes_too_late(command: Command) -> None:
    assert decide(State(), command, START) == []


def many() -> State:
    """Three sessions in two namespaces: one connected, one away, one starting."""
    return after(
        State(),
        (0, started(0x31)),
        (1, started(0x1F, owner=BOB, key="k,1")),
        (2, started(0xAB, namespace="other")),
        (3, ClientConnected(SessionId(0x31))),
        (3, ClientConnected(SessionId(0x1F))),
        (4, ClientGone(SessionId(0x1F))),
    )


MANAGEMENT: list[tuple[str, Command, list[int]]] = [
    ("one", Kill(SessionId(0x1F)), [0x1F]),
    ("one in its namespace", Kill(SessionId(0xAB), "other"), [0xAB]),
    ("all", KillAll(), [0x31, 0x1F, 0xAB]),
    ("all of a namespace", KillAll("shop"), [0x31, 0x1F]),
    ("those with a key", KillAll(None, "spec.session.key=k\\,1"), [0x1F]),
    ("the inactive", RetainActive(), [0x1F]),
    ("the inactive elsewhere", RetainActive("other"), []),
]


@pytest.mark.parametrize(
    ("command", "closed"), [row[1:] for row in MANAGEMENT], ids=[row[0] for row in MANAGEMENT]
)
def test_management_closes(command: Command, closed: list[int]) -> None:
    state, events = progress(many(), command, at(10))
    assert closings(events) == [(number, "Killed") for number in closed]
    assert {int(number) for number in state.sessions} == {0x31, 0x1F, 0xAB} - set(closed)


def test_sessions_that_start_count_as_inactive_if_so_configured() -> None:
    state = after(many(), (5, Reconfigure(Settings(inactive_includes_starting=True))))
    assert closings(decide(state, RetainActive(), at(10))) == [(0x1F, "Killed"), (0xAB, "Killed")]


FOUND = [
    ("1F", None, 0x1F),
    ("31", None, 0x1F),
    ("1f", "shop", 0x1F),
    ("ab", "other", 0xAB),
    ("171", None, 0xAB),
]


@pytest.mark.parametrize(("name", "namespace", "session"), FOUND)
def test_a_session_is_found_by_its_name_in_hex_or_decimal(
    name: str, namespace: str | None, session: int
) -> None:
    assert find(many(), name, namespace).id == session


def test_the_hex_reading_of_an_ambiguous_name_may_be_preferred() -> None:
    assert find(replace(many(), settings=Settings(ambiguous_id="hex")), "31").id == 0x31


@pytest.mark.parametrize(
    ("name", "namespace"), [("C0", None), ("inactive", None), ("AB", "shop"), ("", None)]
)
def test_an_unknown_session_is_not_found(name: str, namespace: str | None) -> None:
    with pytest.raises(StatusError) as refusal:
        find(many(), name, namespace)
    assert refusal.value.message == f'sessions.operator.metalbear.co "{name}" not found'
    assert refusal.value.code == 404


def test_a_parent_takes_its_children_with_it() -> None:
    state = after(
        State(),
        (0, started(1, clusters=("a", "b"))),
        (1, started(2, parent=SessionId(1))),
        (2, started(3, parent=SessionId(1))),
        (3, Kill(SessionId(2))),
    )
    assert state.sessions[SessionId(1)].children == (3,)
    assert closings(decide(state, Kill(SessionId(1)), at(4))) == [(1, "Killed"), (3, "Killed")]
    both_due = decide(state, Expire(), at(1000))
    assert closings(both_due) == [(1, "SetupDeadlineExceeded"), (3, "SetupDeadlineExceeded")]


def test_the_parent_of_a_multi_cluster_session_has_a_ttl_of_its_own() -> None:
    state = after(State(), (0, started(1, clusters=("a",))), (1, CONNECT), (2, GONE))
    assert next_deadline(state) == at(62)


REPLACED = [
    ("enterprise", License(), None, []),
    ("teams", License(tier="teams"), None, [(1, "StateLost")]),
    ("copy", License(), CopiedTarget(name="deploy.web", pod_name="web-copy"), [(1, "StateLost")]),
]


@pytest.mark.parametrize(
    ("license_", "copied", "closed"), [row[1:] for row in REPLACED], ids=[row[0] for row in REPLACED]
)
def test_a_replaced_operator_loses_the_sessions_that_do_not_persist(
    license_: License, copied: CopiedTarget | None, closed: list[tuple[int, str]]
) -> None:
    state = after(State(settings=Settings(license=license_)), (0, started(1, copied=copied)), (10, CONNECT))
    state, events = progress(state, OperatorReplaced(), at(20))
    assert closings(events) == closed
    if not closed:
        assert state.sessions[SessionId(1)].phase == "away"
        assert next_deadline(state) == at(19 + 30)


def test_other_settings_hold_for_sessions_that_are_there() -> None:
    state = after(State(), (0, started(1)), (1, Reconfigure(Settings(session_setup_deadline_seconds=20))))
    assert next_deadline(state) == at(20)


def test_only_one_session_scales_a_workload_down() -> None:
    copied = CopiedTarget(name="deploy.web", pod_name="web-copy", scale_down=True)
    state = after(State(), (0, started(1, copied=copied)))
    with pytest.raises(StatusError):
        decide(state, started(2, copied=copied), at(1))
    state = after(state, (2, Kill(SessionId(1))))
    assert decide(state, started(3, copied=copied), at(3))


def test_a_seat_is_held_through_the_month_whatever_becomes_of_the_session() -> None:
    state = State(settings=Settings(license=License(tier="teams", max_seats=1)))
    state, events = progress(state, started(1), START)
    assert [type(event) for event in events] == [SeatTaken, SessionStarted]
    state = after(state, (1, Kill(SessionId(1))))
    with pytest.raises(StatusError) as refusal:
        decide(state, started(2, owner=BOB), at(2))
    assert refusal.value.reason == "MaxSeatCountReached"
    assert [type(event) for event in decide(state, started(3), at(3))] == [SessionStarted]
    in_april = START + timedelta(days=1)
    assert decide(state, started(4, owner=BOB), in_april)


SEATS = [
    (License(tier="teams", max_seats=0), False),
    (License(tier="enterprise", max_seats=0), True),
    (License(tier="enterprise", max_seats=0, allow_overages=False), False),
    (License(max_seats=None), True),
    (License(validation_reachable=False), False),
]


@pytest.mark.parametrize(("license_", "allowed"), SEATS, ids=str)
def test_a_new_user_needs_a_seat_unless_overages_are_allowed(license_: License, allowed: bool) -> None:
    state = State(settings=Settings(license=license_))
    if allowed:
        assert decide(state, started(1), START)
    else:
        with pytest.raises(StatusError):
            decide(state, started(1), START)


def test_running_sessions_go_on_while_the_license_server_is_unreachable() -> None:
    state = after(State(), (0, started(1)), (1, CONNECT))
    state = after(state, (2, Reconfigure(Settings(license=License(validation_reachable=False)))))
    assert decide(state, started(1), at(3)) == []


def test_old_closings_are_forgotten() -> None:
    state = State(settings=Settings(closed_sessions_remembered=10))
    for number in range(50):
        state = after(state, (number, started(number)), (number, Kill(SessionId(number))))
    remembered = [number for number in range(50) if state.closed.get(SessionId(number))]
    assert remembered == list(range(50 - len(remembered), 50))
    assert 10 <= len(remembered) <= 22


def test_ten_thousand_sessions_are_killed_at_once() -> None:
    pods = tuple(f"shop/web-{number}" for number in range(3))
    state = State()
    events: list[Event] = []
    for number in range(10_000):
        events.extend(decide(state, replace(started(number, pods=pods)), START))
    state = evolve_all(state, events)
    for number in range(0, 10_000, 50):
        subscribe = SubscribePort(id=SessionId(number), port=80, filter=HeaderFilter(f"x: {number}"))
        state = after(state, (1, subscribe))
    state, events = progress(state, KillAll(), at(2))
    assert len(events) == 10_000
    assert len(state.sessions) == len(state.ports) == 0
