"""Who gets a port, who is refused it, and who loses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.commands import (
    ClientConnected,
    ClientGone,
    Kill,
    PodsChanged,
    Start,
    SubscribePort,
    UnsubscribePort,
)
from fakes.mirrord.model.events import PortLocked, PortReleased, SessionClosed
from fakes.mirrord.model.filters import HeaderFilter, HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.policies import Policies, Policy
from fakes.mirrord.model.ports import Holders
from fakes.mirrord.model.refusals import BlockedError, PortAlreadyStolenError
from fakes.mirrord.model.sessions import decide, progress
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.state import State
from fakes.mirrord.model.targets import Target

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B = SessionId(0xA), SessionId(0xB)
YES, NO = HeaderFilter("x-filter: yes"), HeaderFilter("x-filter: no")
DEPLOYMENT, POD = Target("deployment", "web"), Target("pod", "web-1")
POD_1, POD_2 = "shop/web-1", "shop/web-2"


def two(
    settings: Settings | None = None, second: Target = DEPLOYMENT, pods: tuple[str, ...] = (POD_1,)
) -> State:
    """A on both pods of the deployment, B on some."""
    state = State(settings=settings or Settings())
    for session, target, covered in ((A, DEPLOYMENT, (POD_1, POD_2)), (B, second, pods)):
        owner = Owner(user_id=str(session), k8s_username="u")
        start = Start(id=session, owner=owner, namespace="shop", target=target, pods=covered)
        state, _ = progress(state, start, NOW)
        state, _ = progress(state, ClientConnected(session), NOW)
    return state


def ask(session: SessionId, filter_: HttpFilter | None = None, **fields: Any) -> SubscribePort:
    return SubscribePort(id=session, filter=filter_, **{"port": 80} | fields)


def held(state: State, pod: str = POD_1, port: int = 80) -> Holders:
    return state.holders(pod, port)


CONFLICTS: list[tuple[str, SubscribePort, SubscribePort, bool]] = [
    ("two unfiltered", ask(A), ask(B), True),
    ("filters that differ", ask(A, YES), ask(B, NO), False),
    ("the same filter", ask(A, YES), ask(B, YES), False),
    ("unfiltered, then filtered", ask(A), ask(B, YES), True),
    ("filtered, then unfiltered", ask(A, YES), ask(B), True),
    ("other ports", ask(A), ask(B, port=81), False),
    ("steal and mirror", ask(A), ask(B, mode="mirror"), False),
    ("mirror and steal", ask(A, mode="mirror"), ask(B), False),
    ("two mirrors", ask(A, mode="mirror"), ask(B, mode="mirror"), False),
    ("one's own", ask(A), ask(A), False),
    ("one's own, filtered now", ask(A), ask(A, YES), False),
]


@pytest.mark.parametrize("second", [DEPLOYMENT, POD], ids=["deployment", "pod"])
@pytest.mark.parametrize(
    ("first", "then", "refused"), [row[1:] for row in CONFLICTS], ids=[row[0] for row in CONFLICTS]
)
def test_two_sessions_want_a_port(
    first: SubscribePort, then: SubscribePort, refused: bool, second: Target
) -> None:
    state, _ = progress(two(second=second), first, NOW)
    if not refused:
        assert [type(event) for event in decide(state, then, NOW)] == [PortLocked]
        return
    with pytest.raises(PortAlreadyStolenError) as refusal:
        decide(state, then, NOW)
    assert refusal.value.port == 80
    assert str(refusal.value) == (
        "Could not subscribe to port `80`, as it is being stolen by another mirrord client."
    )


def test_sessions_on_different_pods_are_in_nobodys_way() -> None:
    state, _ = progress(two(pods=("shop/other-1",)), ask(A), NOW)
    assert decide(state, ask(B), NOW)


def test_a_target_without_pods_is_held_itself() -> None:
    owner = Owner(k8s_username="u")
    state = State()
    for session in (A, B):
        start = Start(id=session, owner=owner, namespace="shop", target=DEPLOYMENT)
        state, _ = progress(state, start, NOW)
    state, _ = progress(state, ask(A), NOW)
    with pytest.raises(PortAlreadyStolenError):
        decide(state, ask(B), NOW)


def test_filtered_and_unfiltered_may_be_left_to_the_agent() -> None:
    settings = Settings(filtered_conflicts_with_unfiltered=False)
    state, _ = progress(two(settings), ask(A, YES), NOW)
    state, events = progress(state, ask(B), NOW)
    assert [type(event) for event in events] == [PortReleased, PortLocked]
    assert held(state) == Holders(B)
    assert held(state, POD_2) == Holders(None, {A: YES})


def test_override_ends_the_session_that_has_the_port() -> None:
    state, _ = progress(two(), ask(A), NOW)
    state, events = progress(state, ask(B, on_concurrent_steal="override"), NOW)
    assert [type(event) for event in events] == [SessionClosed, PortLocked]
    assert list(state.sessions) == [B]
    assert held(state) == Holders(B)
    assert held(state, POD_2) == Holders()


def test_override_may_take_only_the_port() -> None:
    state, _ = progress(two(Settings(override_closes_session=False)), ask(A), NOW)
    state, events = progress(state, ask(B, on_concurrent_steal="override"), NOW)
    assert [type(event) for event in events] == [PortReleased, PortLocked]
    assert state.sessions[A].subscriptions[0].pods == (POD_2,)


AGENT_TABLE: list[tuple[HttpFilter | None, HttpFilter | None, Holders]] = [
    (None, None, Holders(B)),
    (None, YES, Holders(None, {B: YES})),
    (YES, NO, Holders(None, {A: YES, B: NO})),
    (YES, None, Holders(B)),
]


@pytest.mark.parametrize(("first", "second", "expected"), AGENT_TABLE, ids=str)
def test_continue_leaves_it_to_the_agent_in_which_the_last_one_wins(
    first: HttpFilter | None, second: HttpFilter | None, expected: Holders
) -> None:
    state, _ = progress(two(pods=(POD_1, POD_2)), ask(A, first), NOW)
    state, _ = progress(state, ask(B, second, on_concurrent_steal="continue"), NOW)
    assert held(state) == held(state, POD_2) == expected
    assert bool(state.sessions[A].subscriptions) == (A in expected.filtered)


def test_a_filter_is_replaced_in_place() -> None:
    state = two()
    for command in (ask(A, YES), ask(B, NO), ask(A, NO)):
        state, _ = progress(state, command, NOW)
    assert list(held(state).filtered.items()) == [(A, NO), (B, NO)]
    assert [s.filter for s in state.sessions[A].subscriptions] == [NO]


def test_a_mirrors_filter_outlives_a_subscription_without_one() -> None:
    state = two()
    for filter_ in (YES, None):
        state, _ = progress(state, ask(A, filter_, mode="mirror"), NOW)
    assert held(state).mirrors == {A: YES}


RELEASES = [UnsubscribePort(id=A, port=80), Kill(A)]


@pytest.mark.parametrize("command", RELEASES, ids=lambda command: type(command).__name__)
def test_a_port_is_free_after(command: Any) -> None:
    state, _ = progress(two(), ask(A), NOW)
    state, _ = progress(state, command, NOW)
    assert not len(state.ports)
    assert decide(state, ask(B), NOW)


@pytest.mark.parametrize(
    "command", [UnsubscribePort(id=B, port=80), UnsubscribePort(id=A, port=80, mode="mirror")]
)
def test_who_does_not_have_a_port_does_not_release_it(command: UnsubscribePort) -> None:
    state, _ = progress(two(), ask(A), NOW)
    assert decide(state, command, NOW) == []


@pytest.mark.parametrize("released", [False, True])
def test_the_ports_of_an_absent_client_are_kept_unless_configured_otherwise(released: bool) -> None:
    state, _ = progress(two(Settings(ports_released_when_away=released)), ask(A), NOW)
    state, _ = progress(state, ClientGone(A), NOW)
    assert (held(state) == Holders()) is released


def test_new_pods_are_held_where_they_are_free() -> None:
    state = two(pods=("shop/web-3",))
    for command in (ask(A), ask(B), PodsChanged(id=A, pods=(POD_1, "shop/web-3"))):
        state, _ = progress(state, command, NOW)
    assert held(state) == Holders(A)
    assert held(state, POD_2) == Holders()
    assert held(state, "shop/web-3") == Holders(B)
    assert state.sessions[A].subscriptions[0].pods == (POD_1,)


def test_a_policy_comes_before_the_lock() -> None:
    state, _ = progress(two(), ask(A), NOW)
    policies = Policies((Policy(name="p", block=frozenset({"steal"})),))
    with pytest.raises(BlockedError):
        decide(state, replace(ask(B), policies=policies), NOW)
    with pytest.raises(StatusError):
        decide(state, ask(B), NOW)
