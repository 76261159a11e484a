"""An ASGI application that hands everything on to another server, over HTTP/1.1 or WebSockets and TLS.

One connection a request. Not here: HTTP/2, trailers, upgrades to anything but WebSockets.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from fakes.apimachinery.clock import enter_loop
from fakes.apiserver.dialling import failure_text
from fakes.apiserver.endpoints.http import Receive, Scope, Send
from fakes.apiserver.http_connection import Head, HTTPConnection, host_header

__all__ = ["RemoteApp"]

_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-connection", b"te", b"trailer", b"transfer-encoding",
     b"upgrade", b"host", b"content-length", b"expect")
)  # fmt: skip
_HANDSHAKE = b"sec-websocket-"
_TEXT = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
_ABNORMAL = 1011


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteApp:
    """A server at an address.

    Args:
        server_name: for whom its certificate has to be.
        dialled: host and port as messages have them.
    """

    host: str
    port: int
    tls: ssl.SSLContext
    server_name: str
    dialled: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await enter_loop()
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        headers = [host_header(self.host, self.port), *_forwarded(scope), *_passed(scope["headers"])]
        try:
            connection = await HTTPConnection.open(self.host, self.port, self.tls, self.server_name)
            head = await connection.exchange(scope["method"], _target(scope), headers, body)
        except OSError as error:
            await _unreachable(f"error trying to reach service: {self._told(error)}", send)
            return
        try:
            bodiless = scope["method"] == "HEAD" or head.status in (204, 304)
            await _relay(connection, head, receive, send, bodiless=bodiless)
        finally:
            connection.close()

    async def get(self, scope: Scope) -> tuple[int, bytes]:
        """Ask for something ourselves: the status and the whole body.

        Raises:
            OSError: there is no answer.
        """
        await enter_loop()
        connection = await HTTPConnection.open(self.host, self.port, self.tls, self.server_name)
        try:
            headers = [host_header(self.host, self.port), *scope["headers"]]
            head = await connection.exchange("GET", _target(scope), headers)
            return head.status, b"".join([chunk async for chunk in connection.body()])
        finally:
            connection.close()

    def _told(self, error: Exception) -> str:
        return failure_text(error, self.dialled, self.server_name)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        passed = [pair for pair in _passed(scope["headers"]) if not pair[0].startswith(_HANDSHAKE)]
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in [*_forwarded(scope), *passed]
        ]
        await receive()
        try:
            socket = await connect(
                f"wss://{self.server_name}{_target(scope)}", host=self.host, port=self.port, ssl=self.tls,
                server_hostname=self.server_name, additional_headers=headers, max_size=None, compression=None,
                subprotocols=[Subprotocol(each) for each in scope.get("subprotocols") or ()], ping_interval=None,
                user_agent_header=None, proxy=None,
            )  # fmt: skip
        except InvalidStatus as error:
            answer = error.response
            told = [(name.lower().encode(), value.encode()) for name, value in answer.headers.raw_items()]
            await _refuse(answer.status_code, _passed(told), bytes(answer.body or b""), send)
            return
        except (OSError, InvalidHandshake) as error:
            await _refuse(503, _TEXT, f"{self._told(error)}\n".encode(), send)
            return
        await send({"type": "websocket.accept", "subprotocol": socket.subprotocol})
        await _pump(socket, receive, send)


async def _body(receive: Receive) -> bytes:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string") or b""
    return (path + b"?" + query if query else path).decode("latin-1")


def _passed(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [pair for pair in headers if pair[0] not in _HOP_BY_HOP]


def _forwarded(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Who asked, and for what: as the API server's proxy tells it."""
    found = [
        (b"x-forwarded-host", value) for name, value in scope["headers"] if name == b"host"
    ]  # fmt: skip
    client = scope.get("client")
    if client:
        found.append((b"x-forwarded-for", str(client[0]).encode()))
    return [*found, (b"x-forwarded-proto", b"https"), (b"x-forwarded-uri", scope["path"].encode())]


async def _relay(
    connection: HTTPConnection, head: Head, receive: Receive, send: Send, *, bodiless: bool
) -> None:
    """Send the answer on as it comes, until it ends or the client goes."""
    length = [pair for pair in head.headers if pair[0] == b"content-length"]
    await send(
        {"type": "http.response.start", "status": head.status, "headers": [*_passed(head.headers), *length]}
    )

    if bodiless:
        await send({"type": "http.response.body", "body": b""})
        return

    async def answer() -> None:
        async for chunk in connection.body():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    await _first_of(answer(), gone())


async def _pump(socket: ClientConnection, receive: Receive, send: Send) -> None:
    """Hand messages on in both directions until either side ends."""

    async def outwards() -> None:
        with suppress(ConnectionClosed):
            while True:
                data = await socket.recv()
                await send({"type": "websocket.send", "text" if isinstance(data, str) else "bytes": data})
        await send(
            {
                "type": "websocket.close",
                "code": _sendable(socket.close_code),
                "reason": socket.close_reason or "",
            }
        )

    async def inwards() -> None:
        with suppress(ConnectionClosed):
            while (message := await receive())["type"] == "websocket.receive":
                text = message.get("text")
                await socket.send(message["bytes"] if text is None else text)
        await socket.close(_sendable(message.get("code")), message.get("reason") or "")

    try:
        await _first_of(outwards(), inwards())
    finally:
        socket.transport.abort()


def _sendable(code: int | None) -> int:
    """A code that may be in a frame; those for connections that broke may not."""
    return 1000 if code == 1005 else code if code is not None and code not in (1006, 1015) else _ABNORMAL


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run both, and end the other when one has ended; what goes wrong in it is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _unreachable(text: str, send: Send) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": _TEXT})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})


async def _refuse(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    """An answer that is no WebSocket."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "websocket.http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "websocket.http.response.body", "body": body})
