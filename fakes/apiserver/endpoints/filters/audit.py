"""Who asked for what, and what came of it: the evidence of a failed scenario."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import (
    ASGIApp,
    Handler,
    Handover,
    Message,
    Receive,
    Request,
    Response,
    Scope,
    Send,
)  # fmt: skip

__all__ = ["AuditEvent", "AuditLog", "with_audit"]


@dataclass(slots=True, kw_only=True)
class AuditEvent:
    """One request. ``user`` is the one that the request was authorized as, ``impersonator`` who sent it if another.

    ``decision`` is ``allow``, ``forbid`` or empty if it was not asked; ``reason`` is the authorizer's. Query strings and
    bodies are not kept: they may hold secrets.
    """

    id: str
    time: datetime
    server: str
    method: str
    path: str
    verb: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    impersonator: str = ""
    decision: str = ""
    reason: str = ""
    code: int = 0
    message: str = ""


class AuditLog:
    """The newest events, oldest first; what is older than ``limit`` events is forgotten."""

    def __init__(self, limit: int = 5000) -> None:
        self._events: deque[AuditEvent] = deque(maxlen=limit)

    def append(self, event: AuditEvent) -> None:
        self._events.append(event)

    def clear(self) -> None:
        self._events.clear()

    def __iter__(self) -> Iterator[AuditEvent]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)


def _noting(app: ASGIApp, event: AuditEvent) -> ASGIApp:
    """The application to which a request is handed over, with an eye on what it answers."""

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    event.code = message["status"]
                case "websocket.accept":
                    event.code = 101
            await send(message)

        await app(scope, receive, sent)

    return noted


def _note(error: StatusError, event: AuditEvent) -> None:
    event.code, event.message = error.code, error.message
    error.headers = (*error.headers, ("Audit-Id", event.id))


def with_audit(handler: Handler, log: AuditLog, names: Names, server: str) -> Handler:
    """Record every request, and give it its ``Audit-Id``: the client's own, or a new one.

    An object that is nested more deeply than this process can follow is refused here, so that the log says so.
    """

    async def filtered(request: Request) -> Response:
        event = AuditEvent(
            id=request.header(b"audit-id") or names.uid(), time=request.started, server=server,
            method=request.method, path=request.path,
        )  # fmt: skip
        request.audit = event
        log.append(event)
        try:
            response = await handler(request)
        except StatusError as error:
            _note(error, event)
            raise
        except RecursionError as error:
            refusal = StatusError.bad_request("exceeded max depth")
            _note(refusal, event)
            raise refusal from error
        if isinstance(response, Handover):
            response.app = _noting(response.app, event)
            return response
        event.code = response.status
        response.headers = [*response.headers, (b"audit-id", event.id.encode("latin-1", "replace"))]
        return response

    return filtered
