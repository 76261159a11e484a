"""Paths with a special verb, and denials; the rows are answers of a v1.36.2 server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.names import Names
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
