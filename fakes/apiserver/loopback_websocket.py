"""A WebSocket to an ASGI application in this process, used from synchronous code.

Nothing waits for the network here: once everything that is ready has happened, what has not arrived will not arrive
unless somebody else acts or time passes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import ASGIApp, Message, Scope
from fakes.apiserver.loopback import Driver, http_scope, status_error

__all__ = ["LoopbackWebSocket", "connect_websocket", "websocket_scope"]

_CLOSED_BY_US = 1000
_NOT_ACCEPTED = 403
_BROKEN = 1006


def websocket_scope(
    path: str, query: bytes, headers: Sequence[tuple[bytes, bytes]], subprotocols: Sequence[str] = (),
    peer_certificate: bytes | None = None,
) -> Scope:  # fmt: skip
    """An ASGI scope for a WebSocket that never was on a wire."""
    scope = http_scope("GET", path, query, headers, peer_certificate)
    del scope["method"]
    return {
        **scope, "type": "websocket", "scheme": "wss", "subprotocols": list(subprotocols),
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip


class LoopbackWebSocket:
    """An open WebSocket; made by ``connect_websocket``."""

    def __init__(self, driver: Driver, app: ASGIApp, scope: Scope) -> None:
        self._driver = driver
        self._incoming: deque[bytes] = deque()
        self._outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self._refusal: tuple[int, bytearray] | None = None
        self.accepted = False
        self.subprotocol: str | None = None
        self.close_code: int | None = None
        """Why it is closed, as WebSockets number reasons; None while it is open."""
        self._outgoing.put_nowait({"type": "websocket.connect"})
        self._task = driver.loop.create_task(self._run(app, scope))
        self._settle()

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._outgoing.get, self._hear)
        finally:
            if self.close_code is None:
                self.close_code = _BROKEN

    async def _hear(self, message: Message) -> None:
        match message["type"]:
            case "websocket.accept":
                self.accepted, self.subprotocol = True, message.get("subprotocol")
            case "websocket.send":
                self._incoming.append(message.get("bytes") or (message.get("text") or "").encode())
            case "websocket.close":
                self.close_code = message.get("code", _CLOSED_BY_US)
                self._outgoing.put_nowait({"type": "websocket.disconnect", "code": self.close_code})
            case "websocket.http.response.start":
                self._refusal = message["status"], bytearray()
            case "websocket.http.response.body" if self._refusal is not None:
                self._refusal[1].extend(message.get("body", b""))
            case unknown:
                raise ValueError(f"{unknown} does not belong on a WebSocket")

    def _settle(self) -> None:
        """Let everything that is ready happen; what breaks the application is raised here."""
        self._driver.idle()
        if self._task.done() and not self._task.cancelled():
            self._task.result()

    def check_accepted(self) -> None:
        """Raise what the server refused the connection with.

        Raises:
            StatusError: it was not accepted.
        """
        if self._refusal is not None:
            code, body = self._refusal
            raise status_error(code, bytes(body))
        if not self.accepted:
            raise StatusError.of(_NOT_ACCEPTED, "", "the WebSocket was not accepted")

    @property
    def closed(self) -> bool:
        """Whether either side has closed it. What came before can still be received."""
        self._settle()
        return self.close_code is not None

    def send(self, data: bytes) -> None:
        """Send a binary message.

        Raises:
            OSError: it is closed.
        """
        if self.closed:
            raise ConnectionResetError("the WebSocket is closed")
        self._outgoing.put_nowait({"type": "websocket.receive", "bytes": data})
        self._settle()

    def receive(self, *, wait: bool = False) -> bytes | None:
        """The next message; None if there is none, which no waiting changes."""
        if not self._incoming:
            self._settle()
        return self._incoming.popleft() if self._incoming else None

    def close(self) -> None:
        """Close it from this side; a second call does nothing."""
        if self.closed:
            return
        self.close_code = _CLOSED_BY_US
        self._outgoing.put_nowait({"type": "websocket.disconnect", "code": _CLOSED_BY_US})
        self._settle()


def connect_websocket(
    driver: Driver, app: ASGIApp, path: str, *, query: bytes = b"", headers: Sequence[tuple[bytes, bytes]] = (),
    subprotocols: Sequence[str] = (), peer_certificate: bytes | None = None,
) -> LoopbackWebSocket:  # fmt: skip
    """Open a WebSocket.

    Raises:
        StatusError: the application answered with something else.
    """
    socket = LoopbackWebSocket(
        driver, app, websocket_scope(path, query, headers, subprotocols, peer_certificate)
    )
    socket.check_accepted()
    return socket
