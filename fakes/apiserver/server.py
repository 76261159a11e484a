"""The generic API server: an ASGI application made of filters and a handler.

It serves HTTP/1.1 semantics and WebSocket upgrades; how bytes travel is the business of whoever calls it: a socket
server, or a caller in the same process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from fakes.apimachinery.clock import Clock, enter_loop
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.authenticator import Authenticator
from fakes.apiserver.authorization.authorizer import Attributes, Authorizer
from fakes.apiserver.endpoints.filters.audit import AuditLog, with_audit
from fakes.apiserver.endpoints.filters.authentication import with_authentication
from fakes.apiserver.endpoints.filters.authorization import with_authorization
from fakes.apiserver.endpoints.filters.request_info import with_request_info
from fakes.apiserver.endpoints.filters.status import with_status
from fakes.apiserver.endpoints.http import (
    Handler,
    Handover,
    ProtobufWriter,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    Stream,
)

__all__ = ["APIServer", "ServerConfig", "build_handler_chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """The parts of a server.

    ``impersonation`` wraps a handler, or is None where nobody may act as another; so does ``flow_control``, which sees what
    is refused, too. ``protobuf`` writes answers for clients
    that prefer it; without it they get JSON.
    """

    name: str
    clock: Clock
    names: Names
    authenticator: Authenticator
    authorizer: Authorizer
    forbidden: Callable[[Attributes, str], StatusError]
    audit: AuditLog
    impersonation: Callable[[Handler], Handler] | None = None
    flow_control: Callable[[Handler], Handler] | None = None
    faults: Callable[[Handler], Handler] | None = None
    protobuf: ProtobufWriter | None = None


def build_handler_chain(
    handler: Handler, config: ServerConfig, on_bug: Callable[[Request, Exception], None]
) -> Handler:
    """The filters around a handler: the last line here is the first to see a request."""
    if config.faults is not None:
        handler = config.faults(handler)
    handler = with_authorization(handler, config.authorizer, config.forbidden)
    if config.flow_control is not None:
        handler = config.flow_control(handler)
    if config.impersonation is not None:
        handler = config.impersonation(handler)
    handler = with_authentication(handler, config.authenticator)
    handler = with_audit(handler, config.audit, config.names, config.name)
    handler = with_request_info(handler, config.clock, config.names)
    return with_status(handler, on_bug)


class APIServer:
    """An ASGI application.

    Args:
        handler: answers what passed all filters.
        raise_bugs: raise exceptions that are no refusals to the caller, as tests want; a served application answers 500.
    """

    def __init__(self, handler: Handler, config: ServerConfig, *, raise_bugs: bool = True) -> None:
        self.config = config
        self.raise_bugs = raise_bugs
        self.bugs: list[Exception] = []
        self.after_request: Callable[[], Awaitable[None] | None] = lambda: None
        self._handle = build_handler_chain(handler, config, self._on_bug)

    def _on_bug(self, request: Request, error: Exception) -> None:
        self.bugs.append(error)
        if self.raise_bugs:
            raise error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        request = Request(scope, receive, self.config.protobuf)
        response = await self._handle(request)
        if response.tamper is not None:
            receive, send = response.tamper(receive, send)
        try:
            await respond(request, response, receive, send)
        except ConnectionAbortedError as error:
            await _cut(scope, receive, error)
        finally:
            if (following := self.after_request()) is not None:
                await following


async def _cut(scope: Scope, receive: Receive, error: ConnectionAbortedError) -> None:
    """End the connection without ending the answer; raised on to a caller in this process, who has no connection."""
    cut = (scope.get("state") or {}).get("cut")
    if cut is None:
        raise error
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass


async def respond(request: Request, response: Response, receive: Receive, send: Send) -> None:
    """Send an answer in the terms of ASGI."""
    match response:
        case Handover():
            await response.app(response.scope, receive, send)
        case _ if request.upgrade:
            await _refuse_upgrade(response, send)
        case Stream():
            await _stream(response, receive, send)
        case _:
            headers = [*response.headers, (b"content-length", str(len(response.body)).encode())]
            body = b"" if request.method == "HEAD" else response.body
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})


async def _refuse_upgrade(response: Response, send: Send) -> None:
    """A Status instead of a WebSocket, by the ASGI extension for it."""
    headers = [*response.headers, (b"content-length", str(len(response.body)).encode())]
    await send({"type": "websocket.http.response.start", "status": response.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.body})


async def _stream(response: Stream, receive: Receive, send: Send) -> None:
    """Send chunks as they come; the client's going away ends it at once, and with it whatever makes the chunks."""
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await enter_loop()
    sending = asyncio.current_task()
    gone = False

    async def listen() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        if sending is not None:
            sending.cancel()

    listening = asyncio.get_running_loop().create_task(listen())
    try:
        await _send_chunks(response.chunks, send)
    except asyncio.CancelledError:
        if not gone or sending is None or sending.uncancel() > 0:
            raise
    finally:
        listening.cancel()


async def _send_chunks(chunks: AsyncIterator[bytes], send: Send) -> None:
    try:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
