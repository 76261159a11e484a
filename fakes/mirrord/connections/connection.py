"""One WebSocket of a client: binary messages in and out, until either side ends it.

No pings are sent: the product's client takes every frame that is not binary for an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Receive, Scope, Send
from fakes.mirrord.protocol.client import ClientMessage, Close, decode_client_message, encode_client_message
from fakes.mirrord.protocol.daemon import DaemonClose, DaemonMessage, encode_daemon_message
from fakes.mirrord.protocol.wire import DecodeError

__all__ = ["SUBPROTOCOL", "Connection"]

SUBPROTOCOL = "v4.channel.k8s.io"
_NORMAL, _GOING_AWAY = 1000, 1001
_CLOSE = encode_client_message(Close())

Hear = Callable[[ClientMessage], Awaitable[Iterable[DaemonMessage]]]


class Connection:
    """An ASGI application for one WebSocket.

    Args:
        hear: answers a message.
        gone: called once, when the connection is over.
    """

    def __init__(self, hear: Hear, gone: Callable[[], None] = lambda: None) -> None:
        self._hear = hear
        self._gone = gone
        self._outbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._close_code = _NORMAL
        self._client_left = False

    def tell(self, message: DaemonMessage) -> None:
        """Send a message when its turn comes."""
        self._outbox.put_nowait(encode_daemon_message(message))

    def end(self, reason: str) -> None:
        """Say why it is over, and close: the client will not come back."""
        self.tell(DaemonClose(reason))
        self._outbox.put_nowait(None)

    def drop(self) -> None:
        """Close without a word, as a server does that goes away: the client will try to come back."""
        self._close_code = _GOING_AWAY
        self._outbox.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            message = await receive()
            if message["type"] == "websocket.connect":
                await send({"type": "websocket.accept", "subprotocol": _chosen(scope)})
                await self._converse(receive, send)
        finally:
            self._gone()

    async def _converse(self, receive: Receive, send: Send) -> None:
        reader = asyncio.get_running_loop().create_task(self._read(receive))
        try:
            with suppress(OSError):
                while (data := await self._outbox.get()) is not None:
                    await send({"type": "websocket.send", "bytes": data})
                if not self._client_left:
                    await send({"type": "websocket.close", "code": self._close_code})
            if reader.done():
                reader.result()
        finally:
            reader.cancel()

    async def _read(self, receive: Receive) -> None:
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    self._client_left = True
                    return
                if not await self._take(message.get("bytes")):
                    return
        finally:
            self._outbox.put_nowait(None)

    async def _take(self, data: bytes | None) -> bool:
        """Answer a message; whether to go on reading."""
        if data is None:
            self.tell(DaemonClose("only binary messages are understood"))
            return False
        over = False
        for answer in await self._answers(data):
            self.tell(answer)
            over = over or isinstance(answer, DaemonClose)
        return not over and data != _CLOSE

    async def _answers(self, data: bytes) -> Iterable[DaemonMessage]:
        try:
            return await self._hear(decode_client_message(data))
        except DecodeError as error:
            return [DaemonClose(f"malformed message: {error}")]
        except StatusError as error:
            return [DaemonClose(error.message)]


def _chosen(scope: Scope) -> str | None:
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None
