"""Who gets the traffic of a port, and what counts as HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.detection import detect
from fakes.mirrord.model.filters import CompositeFilter, HeaderFilter, HttpFilter, PathFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.ports import Holders
from fakes.mirrord.model.requests import Request
from fakes.mirrord.model.responses import bad_gateway, marked
from fakes.mirrord.model.routing import Connection, Route, Router, flushes, loser_warning

A, B, C, M, N = (SessionId(number) for number in range(1, 6))
YES, NO = HeaderFilter("x-filter: yes"), HeaderFilter("x-filter: no")
ASKS_YES, ASKS_NO, ASKS = (
    Request.of(headers=[("x-filter", "yes")]),
    Request.of(headers=[("x-filter", "no")]),
    Request.of(),
)


def steal(by: SessionId, **fields: Any) -> Route:
    return Route(destination="session", stolen_by=by, **fields)


FILTERED = Holders(None, {A: YES, B: NO})
BOTH = Holders(None, {A: YES, B: YES, C: PathFilter("/")})

HTTP: list[tuple[str, Holders, Request, Route]] = [
    ("nobody", Holders(), ASKS, Route()),
    ("one unfiltered", Holders(A), ASKS, steal(A)),
    ("filters that differ, the first", FILTERED, ASKS_YES, steal(A)),
    ("filters that differ, the second", FILTERED, ASKS_NO, steal(B)),
    ("filters that differ, neither", FILTERED, ASKS, Route()),
    ("several match", BOTH, ASKS_YES, steal(A, losers=(B, C))),
    ("mirrors", Holders(None, {}, {M: None, N: None}), ASKS, Route(mirrored_to=(M, N))),
    ("a mirror of what is stolen", Holders(A, {}, {M: None}), ASKS, steal(A, mirrored_to=(M,))),
    ("a mirror of what is not", Holders(None, {A: YES}, {M: None}), ASKS_NO, Route(mirrored_to=(M,))),
    ("filtered mirrors", Holders(None, {}, {M: YES, N: NO}), ASKS_NO, Route(mirrored_to=(N,))),
    ("one's own mirror", Holders(A, {}, {A: None}), ASKS, steal(A, mirrored_to=(A,))),
]


@pytest.mark.parametrize(
    ("holders", "request_", "route"), [row[1:] for row in HTTP], ids=[row[0] for row in HTTP]
)
def test_a_request_is_routed(holders: Holders, request_: Request, route: Route) -> None:
    assert Router().route(holders, request_) == route


STREAMS: list[tuple[Holders, Route]] = [
    (Holders(), Route()),
    (Holders(A), steal(A)),
    (Holders(None, {A: PathFilter("/")}), Route()),
    (Holders(A, {}, {M: None, N: YES}), steal(A, mirrored_to=(M,))),
]


@pytest.mark.parametrize(("holders", "route"), STREAMS, ids=str)
def test_what_is_not_http_is_one_stream_that_filters_never_match(holders: Holders, route: Route) -> None:
    assert Router().route_stream(holders) == route


def test_each_request_on_a_connection_is_routed_alone_until_one_is_upgraded() -> None:
    router, connection = Router(), Connection()
    routes = [router.route(FILTERED, request, connection) for request in (ASKS_YES, ASKS, ASKS_NO)]
    assert [route.stolen_by for route in routes] == [A, None, B]
    upgraded = connection.upgraded(routes[2])
    assert router.route(FILTERED, ASKS_YES, upgraded).stolen_by == B


def test_mirrored_with_a_filter_two_of_four_are_copied_and_all_reach_the_original() -> None:
    holders = Holders(None, {}, {M: YES})
    routes = [Router().route(holders, request) for request in (ASKS_YES, ASKS_NO, ASKS_YES, ASKS)]
    assert [bool(route.mirrored_to) for route in routes] == [True, False, True, False]
    assert {route.destination for route in routes} == {"original"}


VERSIONS: list[tuple[Holders, dict[str, Any], tuple[int, int, int], bool]] = [
    (Holders(A), {}, (1, 19, 3), False),
    (Holders(A), {}, (1, 19, 4), True),
    (Holders(None, {A: YES}), {}, (1, 2, 0), True),
    (Holders(None, {A: YES}), {"upgrade": True}, (1, 4, 9), False),
    (Holders(None, {A: YES}), {"upgrade": True}, (1, 5, 0), True),
    (Holders(None, {A: YES}), {"tls": True}, (1, 18, 0), False),
    (Holders(None, {A: YES}), {"tls": True}, (1, 19, 0), True),
]


@pytest.mark.parametrize(("holders", "how", "version", "stolen"), VERSIONS)
def test_a_client_that_is_too_old_does_not_get_it(
    holders: Holders, how: dict[str, Any], version: tuple[int, int, int], stolen: bool
) -> None:
    route = Router(versions={A: version}).route(holders, ASKS_YES, **how)
    assert route == (steal(A) if stolen else Route(too_old=(A,)))


def test_of_several_that_match_one_that_is_new_enough_gets_it() -> None:
    holders = Holders(None, {A: YES, B: YES})
    route = Router(versions={A: (1, 2, 0)}).route(holders, ASKS_YES, upgrade=True)
    assert route == steal(B, too_old=(A,))


@pytest.mark.parametrize(
    ("absent", "destination"), [("original", "original"), ("bad-gateway", "bad-gateway")]
)
def test_what_an_absent_client_would_have_had(absent: Any, destination: str) -> None:
    router = Router(connected=lambda session: session != A, absent_client=absent)
    assert router.route(Holders(A), ASKS).destination == destination
    assert router.route(Holders(None, {A: YES, B: YES}), ASKS_YES).stolen_by == B


def test_connections_are_cut_when_the_first_session_begins_to_steal() -> None:
    assert flushes(Holders(), Holders(A))
    assert flushes(Holders(None, {}, {M: None}), Holders(None, {A: YES}, {M: None}))
    assert not flushes(Holders(A), Holders(B))
    assert not flushes(Holders(), Holders(None, {}, {M: None}))


def test_losers_are_told_what_they_lost() -> None:
    assert loser_warning(Request.of("PUT", "/a?b", [("X-A", "1")]), 80) == (
        'An HTTP request was stolen by another user. METHOD=(PUT) URI=(/a?b), HEADERS=({"x-a": "1"}) PORT=(80)'
    )


DETECTED = [
    (b"hello ther", "undecided"),
    (b"PRI * HTTP/2.0", "http/2"),
    (b"PRI * HT", "undecided"),
    (b"GET / HTTP/1.1\r\n\r\n", "http/1"),
    (b"GET / HTTP/1.0\r\n\r\n", "http/1"),
    (b"FOO / HTTP/1.1\r\n\r\n", "http/1"),
    (b"GET / asd d HTTP/1.1", "tcp"),
    (b"HTTP/a", "tcp"),
    (b"HTTP/2", "tcp"),
    (b"GET    /    HTTP/1.1\r\n\r\n", "http/1"),
    (b"GET / HTTP/1.1\r\nbad header\r\n", "http/1"),
    (b"GET / HTTP/1.1\n", "http/1"),
    (b"\r\nGET / HTTP/1.1\r\n", "http/1"),
    (b"GET / HTTP/1.2\r\n", "tcp"),
    (b"GET / HTTP/1.", "undecided"),
    (b"", "undecided"),
    (b"THIS IS NOT HTTP!\n", "tcp"),
    (b"short.\n", "tcp"),
    (b"\x16\x03\x01", "tcp"),
]


@pytest.mark.parametrize(("start", "detected"), DETECTED, ids=str)
def test_the_first_bytes_tell_http(start: bytes, detected: str) -> None:
    assert detect(start) == detected
    assert detect(start, final=True) == ("tcp" if detected == "undecided" else detected)


def test_responses_are_marked_with_who_answered() -> None:
    given = (("Cache-Control", b"max-age=60"), ("x", b"1"))
    assert marked(given, stolen=True, key="k") == (
        ("x", b"1"),
        ("cache-control", b"no-cache, no-store, must-revalidate"),
        ("mirrord-agent", b"forwarded-to-client"),
        ("mirrord-key", b"k"),
    )
    assert marked(given, stolen=False)[-1] == ("mirrord-agent", b"passed-through")
    assert marked(given, stolen=True, inject=False, override_cache_control=False) == given


def test_a_lost_request_is_answered() -> None:
    assert bad_gateway("the request was dropped", "3.250.0") == (
        502,
        b"mirrord-agent v3.250.0: the request was dropped\n",
    )


def fifty() -> Holders:
    filters: dict[SessionId, HttpFilter] = {}
    for number in range(50):
        baggage = HeaderFilter(f"^baggage: .*mirrord-session=k{number}.*$")
        user = HeaderFilter(f"x-user: (?!bob)u{number}$")
        filters[SessionId(number)] = (
            baggage if number % 2 else CompositeFilter(True, (user, PathFilter("^/api")))
        )
    return Holders(None, filters, {SessionId(100): None, SessionId(101): PathFilter("/admin")})


def test_four_thousand_requests_are_routed_over_fifty_sessions() -> None:
    holders, router = fifty(), Router()
    requests = [
        Request.of(
            "GET",
            f"/api/{number}",
            [
                ("Host", "shop"),
                ("User-Agent", "curl/8"),
                ("baggage", f"mirrord-session=k{number % 60}"),
                ("x-user", f"u{number % 70}"),
                ("x-request-id", str(number * 7919)),
            ],
        )
        for number in range(4000)
    ]
    stolen = sum(router.route(holders, request).stolen_by is not None for request in requests)
    assert stolen > 3000
