"""Requests as messages to clients, in the form that each of them understands, and clients' answers as responses.

A request is always sent whole: in chunks of which the first is the last, in frames, or in one piece, as the version says.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.mirrord.model.requests import Request
from fakes.mirrord.protocol.client import ChunkedHttpResponse, LayerTcpSteal
from fakes.mirrord.protocol.daemon import ChunkedHttpRequest, DaemonTcp
from fakes.mirrord.protocol.http import (
    BodyChunk,
    ChunkError,
    Data,
    Frame,
    FramedHttpRequest,
    FramedHttpResponse,
    Headers,
    HttpRequest,
    HttpResponse,
    RequestStart,
    ResponseStart,
    TlsTransport,
)
from fakes.mirrord.protocol.http import PlainTransport as Plain
from fakes.mirrord.traffic.clients import Version
from fakes.mirrord.traffic.inbound import Inbound

__all__ = ["PartialResponse", "request_message"]

_FRAMED: Version = (1, 3, 0)
_CHUNKED: Version = (1, 19, 0)


def request_message(
    inbound: Inbound, request: Request, body: bytes, version: Version, connection_id: int
) -> DaemonTcp:
    """The message that carries a request to a client that speaks a version."""
    headers, frames = request.headers, (Data(body),) if body else ()
    if version >= _CHUNKED:
        return ChunkedHttpRequest(
            RequestStart(
                connection_id=connection_id, method=request.method, uri=request.target, headers=headers,
                version=inbound.version, frames=frames, source=(inbound.peer, inbound.peer_port),
                destination=(inbound.address, inbound.port), transport=TlsTransport() if inbound.tls else Plain(),
            )
        )  # fmt: skip
    if version >= _FRAMED:
        return FramedHttpRequest(
            method=request.method, uri=request.target, headers=headers, version=inbound.version, body=frames,
            connection_id=connection_id, port=inbound.port,
        )  # fmt: skip
    return HttpRequest(
        method=request.method, uri=request.target, headers=headers, version=inbound.version, body=body,
        connection_id=connection_id, port=inbound.port,
    )  # fmt: skip


class PartialResponse:
    """A client's answer to one request, as far as it has come."""

    __slots__ = ("_body", "complete", "failed", "headers", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: Headers = ()
        self.complete = False
        self.failed = False
        self._body = bytearray()

    @property
    def body(self) -> bytes:
        return bytes(self._body)

    def take(self, message: LayerTcpSteal) -> None:
        """Add a message that is about this request."""
        part = message.part if isinstance(message, ChunkedHttpResponse) else message
        match part:
            case HttpResponse():
                self._head(part.status, part.headers)
                self._body += part.body
                self.complete = True
            case FramedHttpResponse():
                self._head(part.status, part.headers)
                self._add(part.body)
                self.complete = True
            case ResponseStart():
                self._head(part.status, part.headers)
                self._add(part.body)
            case BodyChunk():
                self._add(part.frames)
                self.complete = part.is_last and self.status is not None
            case ChunkError():
                self.failed = True
            case _:
                pass

    def _head(self, status: int, headers: Headers) -> None:
        self.status, self.headers = status, headers

    def _add(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            if isinstance(frame, Data):
                self._body += frame.data
