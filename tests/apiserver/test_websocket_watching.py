"""Events of a watch travel over a WebSocket as a v1.36.2 server sends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fakes.apiserver.endpoints.handlers.websocket_watching import over_websocket
from fakes.apiserver.endpoints.http import Request

EVENT = b'{"type":"ADDED","object":{}}\n'


async def events(*lines: bytes, forever: bool = False) -> AsyncIterator[bytes]:
    for line in lines:
        yield line
    if forever:
        await asyncio.Event().wait()


def watched(
    lines: AsyncIterator[bytes], *, text: bool = True, origin: str | None = "http://x", protocols: tuple[str, ...] = (),
    gone: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    sent: list[dict[str, Any]] = []
    received: list[dict[str, Any]] = [{"type": "websocket.connect"}]
    if gone:
        received += [
            {"type": "websocket.receive", "text": "ignored"},
            {"type": "websocket.disconnect", "code": 1000},
        ]

    async def receive() -> Any:
        if not received:
            await asyncio.Event().wait()
        return received.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    headers = [(b"origin", origin.encode())] if origin is not None else []
    scope = {"type": "websocket", "path": "/", "headers": headers, "subprotocols": list(protocols)}
    answer = over_websocket(Request(scope, receive), lines, text=text)
    asyncio.run(asyncio.wait_for(_run(answer.app, scope, receive, send), 5))
    return sent


async def _run(app: Any, *arguments: Any) -> None:
    await app(*arguments)


def test_json_is_text_and_the_end_is_told() -> None:
    assert watched(events(EVENT)) == [
        {"type": "websocket.accept", "subprotocol": None},
        {"type": "websocket.send", "text": EVENT.decode()},
        {"type": "websocket.close", "code": 1000},
    ]


def test_protobuf_is_binary_without_its_length() -> None:
    assert watched(events(b"\0\0\0\2ab"), text=False)[1] == {"type": "websocket.send", "bytes": b"ab"}


def test_a_client_that_goes_away_ends_the_watch() -> None:
    sent = watched(events(EVENT, forever=True), gone=True)
    assert [each["type"] for each in sent][:1] == ["websocket.accept"]
    assert "websocket.close" not in [each["type"] for each in sent]


@pytest.mark.parametrize(
    ("origin", "protocols", "status"),
    [(None, (), 403), ("null", (), 403), ("http://x", ("a", "b"), 400)],
)
def test_what_is_no_handshake_is_refused(origin: str | None, protocols: tuple[str, ...], status: int) -> None:
    sent = watched(events(EVENT), origin=origin, protocols=protocols)
    assert [each.get("status") for each in sent] == [status, None]


def test_any_one_subprotocol_is_confirmed() -> None:
    assert watched(events(), protocols=("foo",))[0]["subprotocol"] == "foo"
