"""One HTTP exchange as the filters and handlers see it: a Request in, a Response out.

The ASGI server turns scopes into Requests and Responses into messages; nothing in between knows how bytes travel.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.request_info import RequestInfo

__all__ = [
    "ASGIApp",
    "Handler",
    "Handover",
    "ProtobufWriter",
    "Query",
    "Request",
    "Response",
    "Stream",
    "not_found_page",
    "text_response",
]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
ProtobufWriter = Callable[[dict[str, Any]], bytes | None]
"""Writes a document as protobuf, in its envelope; None for a kind that has no message."""

MAX_BODY: Final = 3 * 1024 * 1024
"""Bytes of a request body; more is 413. Source: apiserver, server/config.go, MaxRequestBodyBytes."""

JSON: Final = (b"content-type", b"application/json")
TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")


_unreadable: Final = re.compile(r";|%(?![0-9A-Fa-f]{2})").search


class Query:
    """Query parameters: of a repeated one, ``get`` gives the first; a pair with a semicolon or half an escape is none."""

    __slots__ = ("_values",)

    def __init__(self, raw: bytes) -> None:
        self._values: dict[str, list[str]] = {}
        if raw:
            text = raw.decode("utf-8", "replace")
            if ";" in text or "%" in text:
                text = "&".join(pair for pair in text.split("&") if not _unreadable(pair))
            for name, value in parse_qsl(text, keep_blank_values=True):
                self._values.setdefault(name, []).append(value)

    def get(self, name: str, default: str = "") -> str:
        values = self._values.get(name)
        return values[0] if values else default

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __bool__(self) -> bool:
        return bool(self._values)


class Request:
    """A request on its way through the filters, which fill in ``info``, ``user`` and what the audit log wants to know."""

    __slots__ = (
        "_query", "audit", "decision_reason", "headers", "impersonator", "info", "method", "path", "protobuf", "raw_query",
        "receive", "scope", "started", "user", "warnings",
    )  # fmt: skip

    info: RequestInfo
    started: datetime
    user: UserInfo
    audit: Any

    def __init__(self, scope: Scope, receive: Receive, protobuf: ProtobufWriter | None = None) -> None:
        self.scope = scope
        self.protobuf = protobuf
        self.receive = receive
        self.method: str = scope["method"] if scope["type"] == "http" else "GET"
        self.path: str = scope["path"]
        self.raw_query: bytes = scope.get("query_string", b"")
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._query: Query | None = None
        self.warnings: list[str] = []
        self.impersonator: UserInfo | None = None
        self.decision_reason = ""

    @property
    def query(self) -> Query:
        if self._query is None:
            self._query = Query(self.raw_query)
        return self._query

    @property
    def peer_certificate(self) -> bytes | None:
        """The client's certificate as DER, if it presented one."""
        state = self.scope.get("state")
        return state.get("peer_certificate") if state else None

    @property
    def upgrade(self) -> bool:
        """Whether the client asks for a WebSocket."""
        return bool(self.scope["type"] == "websocket")

    def header(self, name: bytes) -> str:
        """The first value of a header given in lower case, or an empty string."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return ""

    async def body(self, limit: int = MAX_BODY) -> bytes:
        """The whole body.

        Raises:
            StatusError: 413, it is longer than the limit.
        """
        if self.scope["type"] != "http":
            return b""
        message = await self.receive()
        raw: bytes = message.get("body", b"")
        if not message.get("more_body"):
            if len(raw) > limit:
                raise StatusError.request_entity_too_large(limit)
            return raw
        chunks, size = [raw], len(raw)
        while message.get("more_body"):
            message = await self.receive()
            if message["type"] == "http.disconnect":
                break
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > limit:
                raise StatusError.request_entity_too_large(limit)
        return b"".join(chunks)


class Response:
    """A complete answer. ``tamper`` comes between the application and its client, if something is to go wrong."""

    __slots__ = ("body", "headers", "status", "tamper")

    def __init__(
        self, status: int, body: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers if headers is not None else [JSON]
        self.tamper: Callable[[Receive, Send], tuple[Receive, Send]] | None = None


class Stream(Response):
    """An answer whose body arrives in chunks until the iterator ends or the client goes away."""

    __slots__ = ("chunks",)

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], chunks: AsyncIterator[bytes]) -> None:
        super().__init__(status, b"", headers)
        self.chunks = chunks


class Handover(Response):
    """The connection is given to another ASGI application: a backend behind the aggregator, or a WebSocket."""

    __slots__ = ("app", "scope")

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        super().__init__(0)
        self.app = app
        self.scope = scope


Handler = Callable[[Request], Awaitable[Response]]


def text_response(status: int, text: str, *headers: tuple[bytes, bytes]) -> Response:
    """A plain text page, as Go's ``http.Error`` writes it."""
    return Response(
        status,
        text.encode(),
        [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff"), *headers],
    )


def not_found_page() -> Response:
    """What answers a path that no server claims."""
    return text_response(404, "404 page not found\n")
