"""HTTP requests and responses as they travel inside messages: whole, in frames, or in chunks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from fakes.mirrord.protocol.composites import Enum, ListOf, OnlyVariant, OptionOf, Struct
from fakes.mirrord.protocol.wire import BOOL, BYTES, SOCKET_ADDRESS, STR, U16, U64, Codec, Reader, put_varint

__all__ = [
    "BodyChunk",
    "ChunkError",
    "Data",
    "Frame",
    "FramedHttpRequest",
    "FramedHttpResponse",
    "Headers",
    "HttpRequest",
    "HttpResponse",
    "PlainTransport",
    "RequestStart",
    "ResponseStart",
    "TlsTransport",
    "Trailers",
]

Headers: TypeAlias = tuple[tuple[str, bytes], ...]
"""Header lines in their order; on the wire, the values of one name stand together."""


class _Headers:
    def read(self, reader: Reader) -> Headers:
        lines: list[tuple[str, bytes]] = []
        for _ in range(reader.length()):
            name = STR.read(reader)
            lines.extend((name, BYTES.read(reader)) for _ in range(reader.length()))
        return tuple(lines)

    def write(self, output: bytearray, value: Iterable[tuple[str, bytes]]) -> None:
        grouped: dict[str, list[bytes]] = {}
        for name, line in value:
            grouped.setdefault(name.lower(), []).append(line)
        put_varint(output, len(grouped))
        for name, lines in grouped.items():
            STR.write(output, name)
            put_varint(output, len(lines))
            for line in lines:
                BYTES.write(output, line)


HEADERS = _Headers()


@dataclass(frozen=True, slots=True)
class Data:
    """A frame with a piece of a body."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Trailers:
    """A frame with the headers after a body."""

    headers: Headers


Frame: TypeAlias = Data | Trailers

FRAMES = ListOf(Enum({0: Struct(Data, data=BYTES), 1: Struct(Trailers, headers=HEADERS)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request with its whole body. ``request_id`` is always 0 for the agent, the connection's id fresh each time."""

    method: str
    uri: str
    headers: Headers = ()
    version: str = "HTTP/1.1"
    body: bytes = b""
    connection_id: int
    request_id: int = 0
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedHttpRequest:
    """A request whose body comes in frames."""

    method: str
    uri: str
    headers: Headers = ()
    version: str = "HTTP/1.1"
    body: tuple[Frame, ...] = ()
    connection_id: int
    request_id: int = 0
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A response with its whole body."""

    port: int
    connection_id: int
    request_id: int = 0
    status: int
    version: str = "HTTP/1.1"
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedHttpResponse:
    """A response whose body comes in frames."""

    port: int
    connection_id: int
    request_id: int = 0
    status: int
    version: str = "HTTP/1.1"
    headers: Headers = ()
    body: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStart:
    """The head of a response whose body follows in chunks, and what is there of the body."""

    port: int
    connection_id: int
    request_id: int = 0
    status: int
    version: str = "HTTP/1.1"
    headers: Headers = ()
    body: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyChunk:
    """More of the body of a request or a response."""

    frames: tuple[Frame, ...]
    is_last: bool
    connection_id: int
    request_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkError:
    """A body that will not come to its end."""

    connection_id: int
    request_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsTransport:
    """A request that came over TLS."""

    alpn: bytes | None = None
    server_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTransport:
    """A request that came over TCP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStart:
    """The head of a request, what is there of its body, and where it came from."""

    connection_id: int
    request_id: int = 0
    method: str
    uri: str
    headers: Headers = ()
    version: str = "HTTP/1.1"
    frames: tuple[Frame, ...] = ()
    is_last: bool = True
    source: tuple[str, int]
    destination: tuple[str, int]
    transport: PlainTransport | TlsTransport = PlainTransport()


def _request(kind: type, body: Codec) -> Struct:
    return Struct(
        kind,
        method=STR,
        uri=STR,
        headers=HEADERS,
        version=STR,
        body=body,
        connection_id=U64,
        request_id=U16,
        port=U16,
    )


def _response(kind: type, body: Codec) -> Struct:
    return Struct(
        kind,
        port=U16,
        connection_id=U64,
        request_id=U16,
        status=U16,
        version=STR,
        headers=HEADERS,
        body=body,
    )


HTTP_REQUEST = _request(HttpRequest, BYTES)
FRAMED_HTTP_REQUEST = _request(FramedHttpRequest, FRAMES)
HTTP_RESPONSE = _response(HttpResponse, BYTES)
FRAMED_HTTP_RESPONSE = _response(FramedHttpResponse, FRAMES)
RESPONSE_START = _response(ResponseStart, FRAMES)
BODY_CHUNK = Struct(BodyChunk, frames=FRAMES, is_last=BOOL, connection_id=U64, request_id=U16)
CHUNK_ERROR = Struct(ChunkError, connection_id=U64, request_id=U16)
REQUEST_START = Struct(
    RequestStart,
    connection_id=U64,
    request_id=U16,
    method=STR,
    uri=STR,
    headers=HEADERS,
    version=STR,
    frames=FRAMES,
    is_last=BOOL,
    source=OnlyVariant(SOCKET_ADDRESS),
    destination=SOCKET_ADDRESS,
    transport=Enum(
        {
            0: Struct(PlainTransport),
            1: Struct(TlsTransport, alpn=OptionOf(BYTES), server_name=OptionOf(STR)),
        }
    ),
)
