"""Tampering with the sending of one answer: cutting it off, or ending a watch while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.faults import Cut, EndWatch
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Message, Receive, Send
from fakes.apiserver.storage.interface import encode

__all__ = ["Tampering"]

_EXPIRED = "The resourceVersion for the provided watch is too old."


class Tampering:
    """Stands between an application and its client.

    Args:
        over: called with this, once, when a watch has ended.
    """

    __slots__ = (
        "_closed",
        "_cut",
        "_ended",
        "_ending",
        "_events",
        "_expired",
        "_gate",
        "_over",
        "_send",
        "_sent",
    )

    def __init__(self, *, cut: Cut | None, ending: EndWatch | None, over: Callable[..., Any] | None) -> None:
        self._cut = cut
        self._ending = ending
        self._over = over
        self._sent = 0
        self._events = 0
        self._ended = self._expired = self._closed = False
        self._gate: asyncio.Future[None] | None = None
        self._send: Send | None = None

    def end(self, *, expired: bool) -> None:
        """End a watch, as if its server had: cleanly, or with an ERROR event."""
        self._ended, self._expired = True, expired
        if self._gate is not None and not self._gate.done():
            self._gate.set_result(None)

    def wrap(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """What the application is to use instead."""
        self._send = send
        if self._over is None:
            return receive, self._cutting
        first = True

        async def received() -> Message:
            nonlocal first
            if first:
                first = False
                return await receive()
            return await self._received(receive)

        return received, self._watching

    async def _received(self, receive: Receive) -> Message:
        """What the client sends next; that it has gone, when the watch is to end."""
        await enter_loop()
        loop = asyncio.get_running_loop()
        self._gate = loop.create_future()
        if self._ended:
            self._gate.set_result(None)
        heard = loop.create_task(_next(receive))
        try:
            await asyncio.wait((heard, self._gate), return_when=asyncio.FIRST_COMPLETED)
            if not self._ended:
                return heard.result()
        finally:
            heard.cancel()
            self._leave()
        await self._close()
        return {"type": "http.disconnect"}

    def _leave(self) -> None:
        """The answer is over, or its client is gone."""
        if self._over is not None:
            self._over(self, None)

    async def _close(self) -> None:
        assert self._send is not None
        if self._closed:
            return
        self._closed = True
        if self._expired:
            status = encode(StatusError.expired(_EXPIRED).status)
            line = b'{"type":"ERROR","object":' + status + b"}\n"
            await self._send({"type": "http.response.body", "body": line, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _watching(self, message: Message) -> None:
        if self._closed:
            return
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._leave()
        if message.get("body"):
            if self._ending is not None and self._events >= self._ending.after:
                self.end(expired=self._ending.expired)
                return
            self._events += 1
        await self._cutting(message)
        if self._ending is not None and self._events >= self._ending.after and not self._ended:
            self.end(expired=self._ending.expired)

    async def _cutting(self, message: Message) -> None:
        assert self._send is not None
        body = message.get("body", b"")
        cut = self._cut
        if cut is None or not body:
            await self._send(message)
            return
        left = (len(body) // 2) if cut.after is None else cut.after - self._sent
        if left >= len(body) and message.get("more_body"):
            self._sent += len(body)
            await self._send(message)
            return
        left = max(0, min(left, len(body) - 1))
        await self._send({"type": "http.response.body", "body": body[:left], "more_body": True})
        raise ConnectionAbortedError("the connection was cut in the middle of the answer")


async def _next(receive: Receive) -> Message:
    return await receive()
