"""Health checks and the version; the rows are answers of a v1.36.2 server."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Request, Response
from fakes.kube.nonresource import health, version


def request(path: str, query: str = "", accept: str = "") -> Request:
    async def receive() -> dict[str, Any]:
        return {}

    headers = [(b"accept", accept.encode())] if accept else []
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers},
        receive,
    )


def text(response: Response) -> str:
    return response.body.decode()


@pytest.mark.parametrize(
    ("path", "query", "end"),
    [
        ("/healthz", "", "ok"),
        ("/livez", "exclude=etcd", "ok"),
        ("/livez/ping", "verbose", "ok"),
        ("/healthz/poststarthook/rbac/bootstrap-roles", "", "ok"),
        ("/healthz/", "", "404 page not found\n"),
        ("/livez/shutdown", "", "404 page not found\n"),
        ("/readyz", "verbose", "[+]shutdown ok\nreadyz check passed\n"),
        ("/readyz", "verbose&exclude=x", 'cannot be excluded: no matches for "x"\nreadyz check passed\n'),
    ],
)
def test_what_a_check_says(path: str, query: str, end: str) -> None:
    assert text(health(request(path, query))).endswith(end)


def test_a_check_that_is_left_out_is_named() -> None:
    said = text(health(request("/livez", "verbose&exclude=etcd")))
    assert "[+]etcd excluded: ok\n" in said
    assert said.startswith("[+]ping ok\n")


@pytest.mark.parametrize("accept", ["application/yaml", "image/png"])
def test_the_version_comes_as_json_only(accept: str) -> None:
    with pytest.raises(StatusError, match="Available representations: application/json"):
        version(request("/version", accept=accept))
