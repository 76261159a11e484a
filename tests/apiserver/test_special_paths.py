"""Paths with a special verb, and denials; the rows are answers of a v1.36.2 server."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.filters.request_info import with_request_info
from fakes.apiserver.endpoints.filters.status import with_status
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.request_info import request_info


@pytest.mark.parametrize(
    ("path", "special", "resource", "name", "subresource"),
    [
        ("/api/v1/proxy/nodes/n/x", "proxy", "nodes", "n", ""),
        ("/api/v1/nodes/n/proxy/x", "", "nodes", "n", "proxy"),
        ("/api/v1/watch/namespaces/x/pods/p", "watch", "pods", "p", ""),
    ],
)
def test_what_a_path_names(path: str, special: str, resource: str, name: str, subresource: str) -> None:
    info = request_info("GET", path, b"")
    assert (info.special, info.resource, info.name, info.subresource) == (
        special,
        resource,
        name,
        subresource,
    )


def test_a_special_verb_with_nothing_behind_it_is_answered_in_words() -> None:
    async def handler(request: Request) -> Response:
        raise AssertionError(request.path)

    async def receive() -> dict[str, Any]:
        return {}

    path = "/api/v1/watch"
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}

    async def run() -> Response:
        filtered = with_request_info(handler, FakeClock(), Names(1))
        return await with_status(filtered, lambda request, error: None)(Request(scope, receive))

    response = asyncio.run(run())
    problem = f"unable to determine kind and namespace from url, {path}\n"
    assert response.status == 500
    assert (
        response.body.decode() == f'Internal Server Error: "{path}": failed to create RequestInfo: {problem}'
    )
    assert [name for name, _ in response.headers] == [b"content-type", b"x-content-type-options", b"audit-id"]


@pytest.mark.parametrize(
    ("timeout", "problem"),
    [
        ("0", ""), ("1s", ""), ("-1h1.5m", ""), ("+.5s", ""), ("1µs", ""), ("32s", ""),
        ("1", "missing unit in duration"), ("1h2", "missing unit in duration"), ("x", "invalid duration"),
        ("1x", 'unknown unit "x" in duration'), ("1 s", 'unknown unit " s" in duration'), (".s", "invalid duration"),
        ("-", "invalid duration"), ("9999999999h", "invalid duration"), ("s1", "invalid duration"),
    ],
)  # fmt: skip
def test_a_timeout_is_a_duration_of_go(timeout: str, problem: str) -> None:
    async def handler(request: Request) -> Response:
        return Response(200)

    async def receive() -> dict[str, Any]:
        return {}

    query = urlencode({"timeout": timeout}).encode()
    scope = {"type": "http", "method": "GET", "path": "/api/v1/pods", "query_string": query, "headers": []}

    async def run() -> Response:
        return await with_request_info(handler, FakeClock(), Names(1))(Request(scope, receive))

    if not problem:
        assert asyncio.run(run()).status == 200
        return
    with pytest.raises(StatusError) as refused:
        asyncio.run(run())
    assert refused.value.message.endswith(f'request URL - time: {problem} "{timeout}"')
