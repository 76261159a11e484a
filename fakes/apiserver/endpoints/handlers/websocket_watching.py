"""A watch over a WebSocket, as clients in browsers ask for it: each event is a message of its own.

Events in JSON are text, those in protobuf binary; what the client sends is ignored. A subprotocol that it names is
confirmed, whatever it is.
Source: k8s.io/apiserver, pkg/endpoints/handlers/watch.go, and golang.org/x/net/websocket; observed on v1.36.2.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine

from fakes.apimachinery.clock import enter_loop
from fakes.apiserver.endpoints.http import ASGIApp, Handover, Receive, Request, Scope, Send

__all__ = ["over_websocket"]

_FRAME_HEAD = 4
"""Bytes of the length before an event in protobuf, which a message does not need."""


def over_websocket(request: Request, events: AsyncIterator[bytes], *, text: bool) -> Handover:
    """An answer that sends the events of a stream."""
    return Handover(_app(request.header(b"origin"), events, text), request.scope)


def _app(origin: str, events: AsyncIterator[bytes], text: bool) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        protocols = scope.get("subprotocols") or []
        refusal = 400 if len(protocols) > 1 else 403 if origin in ("", "null") else 0
        if refusal:
            await _close(events)
            await send({"type": "websocket.http.response.start", "status": refusal, "headers": []})
            await send({"type": "websocket.http.response.body", "body": b""})
            return
        await send({"type": "websocket.accept", "subprotocol": protocols[0] if protocols else None})
        await enter_loop()
        if await _until_gone(_send_events(events, send, text), receive):
            await send({"type": "websocket.close", "code": 1000})

    return app


async def _send_events(events: AsyncIterator[bytes], send: Send, text: bool) -> None:
    try:
        async for event in events:
            if text:
                await send({"type": "websocket.send", "text": event.decode()})
            else:
                await send({"type": "websocket.send", "bytes": event[_FRAME_HEAD:]})
    finally:
        await _close(events)


async def _until_gone(sending: Coroutine[None, None, None], receive: Receive) -> bool:
    """Let something be sent until the client goes away; whether it came to its end."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(sending)

    async def listen() -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    listening = loop.create_task(listen())
    try:
        await asyncio.wait((task, listening), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
            return True
        return False
    finally:
        for each in (task, listening):
            each.cancel()
        await asyncio.gather(task, listening, return_exceptions=True)


async def _close(events: AsyncIterator[bytes]) -> None:
    close = getattr(events, "aclose", None)
    if close is not None:
        await close()
