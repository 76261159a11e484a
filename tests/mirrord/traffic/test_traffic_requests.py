"""HTTP requests: who gets them, in which form, what is added to them, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.mirrord.model.filters import BodyFilter, HeaderFilter, PathFilter
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.traffic_settings import TrafficSettings
from fakes.mirrord.protocol.client import ChunkedHttpResponse, ConnectionUnsubscribe, TcpSteal
from fakes.mirrord.protocol.daemon import ChunkedHttpRequest, LogMessage
from fakes.mirrord.protocol.http import (
    BodyChunk,
    ChunkError,
    Data,
    FramedHttpRequest,
    FramedHttpResponse,
    HttpRequest,
    HttpResponse,
    ResponseStart,
    Trailers,
)
from harness.session_traffic import Response

A, B = HeaderFilter("x-u: a"), HeaderFilter("x-u: b")


def test_each_gets_its_own_and_the_original_the_rest(world: Any) -> None:
    world.member().subscribe(80, "steal", A)
    world.member().subscribe(80, "steal", B)
    mirror = world.member().subscribe(80, "mirror", PathFilter("^/copied"))
    sent = [("a", "/"), ("b", "/copied"), ("c", "/copied/too"), ("c", "/")]
    exchanges = [world.send(target=path, headers=[("x-u", user)]) for user, path in sent]
    assert [world.outcome(each) for each in exchanges] == [
        ("1", 200),
        ("2", 200),
        ("original", 200),
        ("original", 200),
    ]
    assert [request.uri for request in mirror.application.requests] == ["/copied", "/copied/too"]
    assert [each.route.mirrored_to for each in exchanges] == [(), (3,), (3,), ()]


def test_a_kept_alive_connection_is_decided_request_by_request(world: Any) -> None:
    world.member().subscribe(80, "steal", A)
    inbound = world.connect()
    users = "abab"
    exchanges = [world.traffic.request(inbound, Request.of(headers=[("x-u", user)])) for user in users]
    assert [world.outcome(each)[0] for each in exchanges] == ["1", "original", "1", "original"]


def test_connection_ids_are_fresh(world: Any) -> None:
    member = world.member().subscribe(80)
    inbound = world.connect()
    for _ in range(3):
        world.traffic.request(inbound, Request())
    assert len({request.connection_id for request in member.application.requests}) == 3


FORMS: list[tuple[tuple[int, int, int], type]] = [
    ((1, 2, 0), HttpRequest),
    ((1, 3, 0), FramedHttpRequest),
    ((1, 18, 9), FramedHttpRequest),
    ((1, 19, 0), ChunkedHttpRequest),
]


@pytest.mark.parametrize(("version", "form"), FORMS)
def test_the_form_is_what_the_client_understands(
    world: Any, version: tuple[int, int, int], form: type
) -> None:
    member = world.member(version=version).subscribe(80, "steal", A)
    exchange = world.send("POST", "/x?y=1", [("X-U", "a"), ("x-u", "z")], b"body")
    assert isinstance(member.heard[-1].message, form)
    [request] = member.application.requests
    assert (request.method, request.uri, request.body, request.port) == ("POST", "/x?y=1", b"body", 80)
    assert request.headers == (("x-u", b"a"), ("x-u", b"z"), ("mirrord-key", b"k1"))
    assert world.outcome(exchange) == ("1", 200)


def test_a_request_over_http2_says_so(world: Any) -> None:
    member = world.member().subscribe(80)
    world.send(version="HTTP/2.0")
    assert member.application.requests[0].version == "HTTP/2.0"


def parts(number: int) -> dict[str, list[Any]]:
    where: dict[str, Any] = {"connection_id": number}
    head: dict[str, Any] = {**where, "port": 80, "status": 201, "headers": (("a", b"b"),)}
    return {
        "whole": [HttpResponse(**head, body=b"xyz")],
        "framed": [FramedHttpResponse(**head, body=(Data(b"x"), Data(b"yz"), Trailers(())))],
        "chunked": [
            ChunkedHttpResponse(ResponseStart(**head, body=(Data(b"x"),))),
            ChunkedHttpResponse(BodyChunk(**where, frames=(Data(b"y"),), is_last=False)),
            ChunkedHttpResponse(BodyChunk(**where, frames=(Data(b"z"),), is_last=True)),
        ],
    }


@pytest.mark.parametrize("form", ["whole", "framed", "chunked"])
def test_an_answer_in_any_form(world: Any, form: str) -> None:
    member = world.member().subscribe(80)
    member.application.responder = lambda _: None
    exchange = world.send()
    answers = parts(member.application.waiting[0].connection_id)[form]
    for answer in answers:
        assert world.outcome(exchange) == ("pending", None)
        member.say(TcpSteal(answer))
    assert world.outcome(exchange) == ("1", 201)
    assert exchange.answer.body == b"xyz"
    assert ("a", b"b") in exchange.answer.headers


@pytest.mark.parametrize("how", ["error", "unsubscribed"])
def test_an_answer_that_will_not_come(world: Any, how: str) -> None:
    member = world.member().subscribe(80)
    member.application.responder = lambda _: None
    exchange = world.send()
    number = member.application.waiting[0].connection_id
    failure = ChunkedHttpResponse(ChunkError(connection_id=number))
    member.say(TcpSteal(failure if how == "error" else ConnectionUnsubscribe(number)))
    assert world.outcome(exchange) == ("agent", 502)
    assert exchange.answer.body == b"mirrord-agent v3.187.0: the request was dropped\n"


def test_nobody_answers_for_another(world: Any) -> None:
    member, other = world.member().subscribe(80, "steal", A), world.member().subscribe(80, "steal", B)
    member.application.responder = lambda _: None
    exchange = world.send(headers=[("x-u", "a")])
    number = member.application.waiting[0].connection_id
    other.say(TcpSteal(HttpResponse(port=80, connection_id=number, status=200)))
    assert world.outcome(exchange) == ("pending", None)
    member.say(TcpSteal(HttpResponse(port=80, connection_id=number + 1, status=200)))
    assert world.outcome(exchange) == ("pending", None)


def test_a_client_that_no_longer_wants_the_port_says_so(world: Any) -> None:
    member = world.member().subscribe(80)
    member.client.tell = lambda message: held.append(message)
    held: list[Any] = []
    exchange = world.send()
    member.client.ports.clear()
    member.hear(held[0])
    assert world.outcome(exchange) == ("1", 502)
    assert (
        exchange.answer.body == b"mirrord-intproxy v3.250.0: port no longer subscribed with an HTTP filter\n"
    )


CACHE = ("cache-control", b"no-cache, no-store, must-revalidate")
MARKS: list[tuple[dict[str, Any], bool, list[tuple[str, bytes]]]] = [
    ({}, True, [CACHE, ("mirrord-agent", b"forwarded-to-client"), ("mirrord-key", b"k1")]),
    ({}, False, [("content-type", b"text/plain"), CACHE, ("mirrord-agent", b"passed-through")]),
    ({"inject_headers": False}, True, [CACHE, ("mirrord-key", b"k1")]),
    ({"inject_session_key_header": False}, True, [CACHE, ("mirrord-agent", b"forwarded-to-client")]),
    (
        {"override_cache_control": False},
        True,
        [("mirrord-agent", b"forwarded-to-client"), ("mirrord-key", b"k1")],
    ),
]


@pytest.mark.parametrize(("settings", "stolen", "headers"), MARKS)
def test_answers_are_marked(
    world: Any, settings: dict[str, Any], stolen: bool, headers: list[tuple[str, bytes]]
) -> None:
    world.traffic.settings = TrafficSettings(**settings)
    world.member().subscribe(80, "steal", A)
    exchange = world.send(headers=[("x-u", "a" if stolen else "b")])
    assert list(exchange.answer.headers) == headers


def test_untouched_answers_are_not_marked(world: Any) -> None:
    world.member().subscribe(81)
    assert world.send().answer.headers == (("content-type", b"text/plain"),)


def test_an_application_may_answer_anything(world: Any) -> None:
    member = world.member().subscribe(80)
    member.application.responder = lambda request: Response(status=404, body=request.uri.encode())
    exchange = world.send(target="/gone")
    assert (world.outcome(exchange), exchange.answer.body) == (("1", 404), b"/gone")


JSON = BodyFilter("$.a", "1")
BODIES: list[tuple[bytes, float, str]] = [
    (b'{"a": 1}', 0, "1"),
    (b'{"a": 2}', 0, "original"),
    (b'{"a": 1}'.ljust(65534), 0.9, "1"),
    (b'{"a": 1}'.ljust(65535), 0, "original"),
    (b'{"a": 1}', 1, "original"),
    (b"", 0, "original"),
]


@pytest.mark.parametrize(("body", "seconds", "who"), BODIES, ids=lambda value: str(value)[:12])
def test_bodies_are_read_up_to_a_size_and_a_time(world: Any, body: bytes, seconds: float, who: str) -> None:
    world.member().subscribe(80, "steal", JSON)
    mirror = world.member().subscribe(80, "mirror", JSON)
    request = Request.of("POST", body=body)
    exchange = world.traffic.request(world.connect(), request, arrives_within=timedelta(seconds=seconds))
    assert world.outcome(exchange)[0] == who
    assert [each.body for each in mirror.application.requests] == ([body] if who == "1" else [])


def test_the_losers_are_told(world: Any) -> None:
    world.member().subscribe(80, "steal", A)
    loser, silent = world.member().subscribe(80, "steal", A), world.member().subscribe(80, "steal", A)
    silent.client.ready_for_logs = False
    world.send(headers=[("x-u", "a")])
    warning = (
        'An HTTP request was stolen by another user. METHOD=(GET) URI=(/), HEADERS=({"x-u": "a"}) PORT=(80)'
    )
    assert loser.heard == [LogMessage(warning, "warn")]
    assert silent.heard == []


TOO_OLD: list[tuple[dict[str, Any], list[tuple[str, str]], bool, str]] = [
    ({"version": (1, 19, 3)}, [], False, ">=1.19.4"),
    ({"version": (1, 4, 0)}, [("upgrade", "websocket")], True, ">=1.5.0"),
]


@pytest.mark.parametrize(("client", "headers", "filtered", "needed"), TOO_OLD)
def test_a_client_that_is_too_old_is_told_and_the_original_answers(
    world: Any, client: dict[str, Any], headers: list[tuple[str, str]], filtered: bool, needed: str
) -> None:
    member = world.member(**client).subscribe(80, "steal", PathFilter("/") if filtered else None)
    exchange = world.send(headers=headers)
    assert world.outcome(exchange)[0] == "original"
    text = f"An HTTP request was not stolen due to mirrord-protocol version requirement: {needed}"
    assert member.application.logs == [text]


@pytest.mark.parametrize(("setting", "who"), [("original", "original"), ("bad-gateway", "agent")])
def test_the_client_is_away(open_world: Any, setting: str, who: str) -> None:
    world = open_world(absent_client=setting)
    world.member().subscribe(80).go()
    assert world.outcome(world.send())[0] == who


def test_a_client_that_came_back_without_the_port(world: Any) -> None:
    member = world.member().subscribe(80)
    member.client.ports.clear()
    assert world.outcome(world.send()) == ("agent", 502)


def test_one_request_at_a_time(world: Any) -> None:
    member = world.member().subscribe(80)
    member.application.responder = lambda _: None
    inbound = world.connect()
    world.traffic.request(inbound, Request())
    with pytest.raises(ValueError, match="one at a time"):
        world.traffic.request(inbound, Request())
    several = world.connect(version="HTTP/2.0")
    world.traffic.request(several, Request())
    world.traffic.request(several, Request())
    assert len(member.application.waiting) == 3


def test_the_original_is_not_there(world: Any) -> None:
    with pytest.raises(ConnectionRefusedError):
        world.connect(listening=False)
    world.member().subscribe(80, "steal", A)
    inbound = world.connect(listening=False)
    stolen = world.traffic.request(inbound, Request.of(headers=[("x-u", "a")]))
    passed = world.traffic.request(inbound, Request())
    assert [world.outcome(each) for each in (stolen, passed)] == [("1", 200), ("agent", 502)]
    text = b"failed to pass the request to its original destination: Connection refused (os error 111)\n"
    assert passed.answer.body.endswith(text)
