"""The client that an operator reaches a cluster elsewhere with, against a served cluster."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.status import StatusError
from fakes.apiserver.remote import RemoteClient
from harness.drivers.serving import ServedFake

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFake]:
    served = ServedFake(directory=tmp_path_factory.mktemp("served"), operator="none", controllers="none")
    served.start()
    yield served
    served.stop()


def _with(served: ServedFake, work: Callable[[RemoteClient], Awaitable[Any]], **options: Any) -> Any:
    """Do something with a client that a token authenticates."""
    tls = ssl.create_default_context(cafile=str(served.ca_path))
    headers = [(b"authorization", b"Bearer " + served.admin_token.encode())]

    async def run() -> Any:
        client = RemoteClient(options.get("url", served.url), tls, headers=lambda: headers)
        try:
            return await work(client)
        finally:
            client.close()
            for _ in range(3):
                await enter_loop()

    return asyncio.run(run())


def _config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"x": "é" * 50_000}}


def test_requests_follow_each_other_on_one_connection(served: ServedFake) -> None:
    async def work(client: RemoteClient) -> tuple[Any, Any, Any, int]:
        made = await client.request("POST", CONFIG_MAPS, body=_config_map("a"))
        read = await client.request("GET", f"{CONFIG_MAPS}/a")
        patch = {"data": {"x": None}}
        patched = await client.request(
            "PATCH", f"{CONFIG_MAPS}/a", body=patch, content_type="application/merge-patch+json"
        )
        await client.request("DELETE", f"{CONFIG_MAPS}/a")
        return made, read, patched, len(client._idle)

    made, read, patched, connections = _with(served, work)
    assert made == read
    assert "data" not in patched
    assert connections == 1


@pytest.mark.parametrize(
    ("method", "path", "code", "reason"),
    [
        ("GET", f"{CONFIG_MAPS}/missing", 404, "NotFound"),
        ("GET", "/no/such/page", 404, ""),
        ("POST", CONFIG_MAPS, 400, "BadRequest"),
    ],
)
def test_what_is_no_success_is_raised(
    served: ServedFake, method: str, path: str, code: int, reason: str
) -> None:
    with pytest.raises(StatusError) as raised:
        _with(served, lambda client: client.request(method, path))
    assert (raised.value.code, raised.value.reason) == (code, reason)


def test_a_watch_tells_what_happens_until_it_is_left(served: ServedFake) -> None:
    async def work(client: RemoteClient) -> list[str]:
        query = {"fieldSelector": "metadata.name=w", "resourceVersion": "0"}
        seen = []
        async with aclosing(client.watch(CONFIG_MAPS, query=query)) as events:
            await client.request("POST", CONFIG_MAPS, body=_config_map("w"))
            async for event in events:
                seen.append(event["type"])
                if event["type"] == "DELETED":
                    break
                await client.request("DELETE", f"{CONFIG_MAPS}/w")
        return seen

    assert _with(served, work) == ["ADDED", "DELETED"]


def test_a_refused_watch_is_raised(served: ServedFake) -> None:
    async def work(client: RemoteClient) -> None:
        async with aclosing(client.watch("/api/v1/nothings")) as events:
            await anext(events)

    with pytest.raises(StatusError) as raised:
        _with(served, work)
    assert raised.value.code == 404


def test_nobody_there_is_unavailable(served: ServedFake) -> None:
    with pytest.raises(StatusError) as raised:
        _with(served, lambda client: client.request("GET", "/version"), url="https://127.0.0.1:1")
    assert raised.value.code == 503


def test_a_kept_connection_that_was_closed_is_replaced(served: ServedFake) -> None:
    async def work(client: RemoteClient) -> int:
        for _ in range(2):
            await client.request("GET", "/version")
            client._idle[0]._writer.transport.abort()
        return len(client._idle)

    assert _with(served, work) == 1
