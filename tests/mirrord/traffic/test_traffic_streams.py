"""Bytes that are no HTTP, and those after an upgrade."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.mirrord.model.filters import PathFilter
from fakes.mirrord.model.requests import Request
from fakes.mirrord.protocol.client import ConnectionData, ConnectionUnsubscribe, TcpSteal
from fakes.mirrord.protocol.daemon import NewConnection, StealEvent

UPGRADE = [("connection", "Upgrade"), ("upgrade", "websocket")]


def stream(member: Any) -> Any:
    return list(member.application.streams.values())[-1]


def test_a_whole_stream_is_stolen_and_answered(world: Any) -> None:
    member = world.member().subscribe(80)
    mirror = world.member().subscribe(80, "mirror")
    world.member().subscribe(80, "mirror", PathFilter("/"))
    inbound = world.connect(address="10.0.0.9")
    world.traffic.send(inbound, b"NOT HTTP\n")
    world.traffic.send(inbound, b"MORE\n")
    assert [(s.kind, bytes(s.data)) for s in (stream(member), stream(mirror))] == [
        ("stolen", b"NOT HTTP\nMORE\n"), ("mirrored", b"NOT HTTP\nMORE\n")
    ]  # fmt: skip
    assert inbound.tunnel.route.mirrored_to == (2,)
    assert member.heard[0] == StealEvent(
        NewConnection(
            connection_id=stream(member).connection_id, remote_address="10.1.0.1", destination_port=80,
            source_port=inbound.peer_port, local_address="10.0.0.9",
        )
    )  # fmt: skip
    member.say(member.application.say(stream(member), b"answer"))
    assert inbound.received == b"answer"
    world.traffic.close(inbound)
    assert (stream(member).closed, stream(mirror).closed, world.traffic.open_connections()) == (True, True, 0)


def test_the_original_sends_back_what_it_gets(world: Any) -> None:
    world.member().subscribe(80, "steal", PathFilter("/"))
    inbound = world.connect()
    world.traffic.send(inbound, b"NOT HTTP\n")
    assert (inbound.received, inbound.tunnel.route.stolen_by) == (b"NOT HTTP\n", None)


def test_bytes_over_tls_are_not_looked_into(world: Any) -> None:
    member = world.member().subscribe(80)
    world.traffic.send(world.connect(tls=True), b"GET / HTTP/1.1\r\n")
    assert stream(member).data == b"GET / HTTP/1.1\r\n"


def test_bytes_that_are_http_have_to_be_a_request(world: Any) -> None:
    with pytest.raises(ValueError, match="send them as a request"):
        world.traffic.send(world.connect(), b"GET / HTTP/1.1\r\n")


def test_what_may_become_http_waits_for_more(world: Any) -> None:
    member = world.member().subscribe(80)
    inbound = world.connect()
    world.traffic.send(inbound, b"GE")
    world.clock.step(timedelta(seconds=1))
    world.traffic.send(inbound, b"T")
    world.clock.step(timedelta(seconds=1.9))
    assert member.application.streams == {}
    world.clock.step(timedelta(seconds=0.1))
    assert stream(member).data == b"GET"


def test_what_never_became_http_is_passed_on_at_the_end(world: Any) -> None:
    member = world.member().subscribe(80)
    inbound = world.connect()
    world.traffic.send(inbound, b"GET")
    world.traffic.close(inbound)
    assert (stream(member).data, stream(member).closed) == (b"GET", True)


def test_an_upgrade_decides_for_all_that_follows(world: Any) -> None:
    member = world.member().subscribe(80, "steal", PathFilter("^/mine"))
    inbound = world.connect()
    exchange = world.traffic.request(inbound, Request.of("GET", "/mine", UPGRADE))
    assert world.outcome(exchange) == ("1", 101)
    world.traffic.send(inbound, b"GET / HTTP/1.1\r\n\r\n")
    assert stream(member).data == b"GET / HTTP/1.1\r\n\r\n"
    member.say(TcpSteal(ConnectionData(stream(member).connection_id, b"pong")))
    assert inbound.received == b"pong"
    with pytest.raises(ValueError, match="does not carry requests"):
        world.traffic.request(inbound, Request())


def test_an_upgrade_that_nobody_steals(world: Any) -> None:
    world.member().subscribe(80, "steal", PathFilter("^/mine"))
    inbound = world.connect()
    assert world.outcome(world.traffic.request(inbound, Request.of("GET", "/", UPGRADE))) == ("original", 101)
    world.traffic.send(inbound, b"ping")
    assert inbound.received == b"ping"


def test_whoever_stole_a_stream_may_end_it(world: Any) -> None:
    member, other = world.member().subscribe(80), world.member().subscribe(80, "mirror")
    inbound = world.connect()
    world.traffic.send(inbound, b"NOT HTTP\n")
    number = stream(member).connection_id
    other.say(TcpSteal(ConnectionUnsubscribe(number)), TcpSteal(ConnectionData(number, b"x")))
    assert (inbound.open, inbound.received) == (True, b"")
    member.say(TcpSteal(ConnectionUnsubscribe(number)))
    assert (inbound.open, stream(other).closed, world.traffic.open_connections()) == (False, True, 0)
    with pytest.raises(ConnectionResetError):
        world.traffic.send(inbound, b"more")


def test_a_stream_to_nobody(open_world: Any) -> None:
    world = open_world(absent_client="bad-gateway")
    world.member().subscribe(80).go()
    inbound = world.connect()
    with pytest.raises(ConnectionResetError):
        world.traffic.send(inbound, b"NOT HTTP\n")
    assert not inbound.open


def test_a_stream_to_a_client_that_came_back_without_the_port(world: Any) -> None:
    member = world.member().subscribe(80)
    member.client.ports.clear()
    with pytest.raises(ConnectionResetError):
        world.traffic.send(world.connect(), b"NOT HTTP\n")
