"""What subscriptions, their ends, sessions' ends and pods' ends do to connections that are open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.mirrord.model.commands import Reconfigure
from fakes.mirrord.model.filters import HeaderFilter, PathFilter
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.traffic_settings import TrafficSettings

A, B = HeaderFilter("x-u: a"), HeaderFilter("x-u: b")
OTHER = "default/shop-2"


def waiting(member: Any) -> Any:
    member.application.responder = lambda _: None
    return member


FIRST: list[tuple[str, bool, bool]] = [
    ("steal", True, False), ("filtered", True, False), ("mirror", True, True), ("steal", False, True)
]  # fmt: skip


@pytest.mark.parametrize(("mode", "flush", "survives"), FIRST)
def test_the_first_thief_cuts_what_was_open(world: Any, mode: str, flush: bool, survives: bool) -> None:
    world.traffic.settings = TrafficSettings(flush_connections=flush)
    member = world.member()
    inbound, elsewhere, other_port = world.connect(), world.connect(pod=OTHER), world.connect(81)
    member.subscribe(80, "mirror" if mode == "mirror" else "steal", A if mode == "filtered" else None)
    assert [each.open for each in (inbound, elsewhere, other_port)] == [survives, True, True]
    if survives:
        exchange = world.traffic.request(inbound, Request())
        assert (world.outcome(exchange)[0], exchange.route.mirrored_to) == ("original", ())


def test_who_joins_cuts_nothing(world: Any) -> None:
    world.member().subscribe(80, "steal", A)
    inbound = world.connect()
    world.member().subscribe(80, "steal", B)
    assert inbound.open
    assert world.outcome(world.traffic.request(inbound, Request.of(headers=[("x-u", "b")])))[0] == "2"


def test_a_thief_after_a_mirror_cuts(world: Any) -> None:
    world.member().subscribe(80, "mirror")
    inbound = world.connect()
    world.member().subscribe(80)
    assert not inbound.open


def test_the_last_who_lets_go_closes_after_what_is_under_way(world: Any) -> None:
    member = waiting(world.member().subscribe(80))
    idle, busy = world.connect(), world.connect()
    exchange = world.traffic.request(busy, Request())
    member.unsubscribe(80)
    assert (idle.open, busy.open, world.outcome(exchange)) == (False, True, ("pending", None))
    with pytest.raises(ConnectionResetError):
        world.traffic.request(busy, Request())
    member.say(*member.application.answer_waiting())
    assert (world.outcome(exchange), busy.open) == (("1", 200), False)
    assert world.traffic.open_connections() == 0


def test_streams_stay_when_a_port_is_let_go(world: Any) -> None:
    member = world.member().subscribe(80)
    inbound = world.connect()
    world.traffic.send(inbound, b"NOT HTTP\n")
    member.unsubscribe(80)
    world.traffic.send(inbound, b"MORE\n")
    [stream] = member.application.streams.values()
    assert (inbound.open, stream.data) == (True, b"NOT HTTP\nMORE\n")


@pytest.mark.parametrize("end", ["kill", "go"])
def test_the_end_of_a_session_or_its_client(world: Any, end: str) -> None:
    member = waiting(world.member().subscribe(80, "steal", A))
    other = waiting(world.member().subscribe(80, "steal", B))
    lost, kept = (world.send(headers=[("x-u", user)]) for user in "ab")
    getattr(member, end)()
    assert (world.outcome(lost), world.outcome(kept)) == (("agent", 502), ("pending", None))
    assert lost.answer.body == b"mirrord-agent v3.187.0: the request was dropped\n"
    member.say(*member.application.answer_waiting())
    assert world.outcome(lost) == ("agent", 502)
    other.say(*other.application.answer_waiting())
    assert world.outcome(kept) == ("2", 200)


@pytest.mark.parametrize("end", ["kill", "go"])
def test_the_end_of_a_session_cuts_its_streams_and_mirrors_see_it(world: Any, end: str) -> None:
    member, mirror = world.member().subscribe(80), world.member().subscribe(80, "mirror")
    inbound = world.connect()
    world.traffic.send(inbound, b"NOT HTTP\n")
    getattr(member, end)()
    assert (inbound.open, world.traffic.open_connections()) == (False, 0)
    assert [each.closed for each in mirror.application.streams.values()] == [True]


def test_the_end_of_a_mirror_is_noticed_by_nobody(world: Any) -> None:
    member, mirror = world.member().subscribe(80), world.member().subscribe(80, "mirror")
    inbound = world.connect()
    world.traffic.send(inbound, b"NOT HTTP\n")
    mirror.kill()
    mirror.go()
    world.traffic.send(inbound, b"MORE\n")
    assert inbound.open
    assert [bytes(each.data) for each in member.application.streams.values()] == [b"NOT HTTP\nMORE\n"]
    assert [bytes(each.data) for each in mirror.application.streams.values()] == [b"NOT HTTP\n"]


def test_the_end_of_a_pod(world: Any) -> None:
    pods = ("default/shop-1", OTHER)
    member = waiting(world.member(pods=pods).subscribe(80))
    gone, stays = world.connect(), world.connect(pod=OTHER)
    exchange = world.traffic.request(gone, Request())
    world.traffic.pod_gone("default/shop-1")
    assert (world.outcome(exchange)[0], exchange.lost, gone.open, stays.open) == (
        "lost",
        "the pod is gone",
        False,
        True,
    )
    member.say(*member.application.answer_waiting())
    assert world.outcome(exchange)[0] == "lost"


def test_a_session_that_gets_other_pods(world: Any) -> None:
    member = world.member().subscribe(80)
    old = world.connect()
    world.repod(member, OTHER)
    assert not old.open
    assert world.outcome(world.traffic.request(world.connect(pod=OTHER), Request()))[0] == "1"
    assert world.outcome(world.send())[0] == "original"


def test_an_evicted_thief_keeps_what_it_has(world: Any) -> None:
    member = waiting(world.member().subscribe(80))
    exchange = world.send()
    world.member().subscribe(80, on_concurrent_steal="continue")
    member.say(*member.application.answer_waiting())
    assert world.outcome(exchange)[0] == "1"
    assert world.outcome(world.send())[0] == "2"


def test_an_overridden_thief_loses_it(world: Any) -> None:
    waiting(world.member().subscribe(80))
    exchange = world.send()
    world.member().subscribe(80, on_concurrent_steal="override")
    assert world.outcome(exchange) == ("agent", 502)
    assert world.outcome(world.send())[0] == "2"


def test_other_settings_hold_at_once(open_world: Any) -> None:
    world = open_world()
    world.member().subscribe(80, "steal", PathFilter("/")).go()
    assert world.outcome(world.send())[0] == "original"
    world.sessions.do(Reconfigure(replace(world.sessions.settings, absent_client="bad-gateway")))
    assert world.outcome(world.send())[0] == "agent"


def test_nothing_is_kept_of_connections_that_are_closed(world: Any) -> None:
    world.member().subscribe(80)
    for _ in range(10):
        inbound = world.connect()
        world.traffic.request(inbound, Request())
        world.traffic.close(inbound)
        world.traffic.close(inbound)
    assert world.traffic.open_connections() == 0
