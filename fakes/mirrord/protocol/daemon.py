"""What the operator sends to a client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from fakes.mirrord.protocol.composites import Enum, ListOf, MapOf, Ok, OneOf, ResultOf, Struct
from fakes.mirrord.protocol.errors import RESPONSE_ERROR, ResponseError
from fakes.mirrord.protocol.file_answers import FILE_RESPONSE, FileAnswer
from fakes.mirrord.protocol.http import (
    BODY_CHUNK,
    CHUNK_ERROR,
    FRAMED_HTTP_REQUEST,
    HTTP_REQUEST,
    REQUEST_START,
    BodyChunk,
    ChunkError,
    FramedHttpRequest,
    HttpRequest,
    RequestStart,
)
from fakes.mirrord.protocol.unhandled import Unhandled, UnhandledCodec
from fakes.mirrord.protocol.wire import BYTES, IP, STR, U16, U64, U128, DecodeError, Reader

__all__ = [
    "ChunkedHttpRequest",
    "CloseConnection",
    "ConnectionBytes",
    "DaemonClose",
    "DaemonMessage",
    "DaemonTcp",
    "FileResponse",
    "GetAddrInfoResponse",
    "GetEnvVarsResponse",
    "LogMessage",
    "NewConnection",
    "OperatorPing",
    "Pong",
    "StealEvent",
    "SubscribeResult",
    "SwitchProtocolVersionResponse",
    "TcpEvent",
    "decode_daemon_message",
    "encode_daemon_message",
    "encode_error",
    "env_vars",
    "subscribed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """A connection that is not HTTP, or not known to be."""

    connection_id: int
    remote_address: str
    destination_port: int
    source_port: int
    local_address: str


@dataclass(frozen=True, slots=True)
class ConnectionBytes:
    """Bytes that arrived on a connection."""

    connection_id: int
    data: bytes


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """A connection is closed."""

    connection_id: int


@dataclass(frozen=True, slots=True)
class SubscribeResult:
    """The port that is subscribed, or why it is not."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ChunkedHttpRequest:
    """A part of a request that comes in chunks."""

    part: RequestStart | BodyChunk | ChunkError


DaemonTcp: TypeAlias = (
    NewConnection
    | ConnectionBytes
    | CloseConnection
    | SubscribeResult
    | HttpRequest
    | FramedHttpRequest
    | ChunkedHttpRequest
)


@dataclass(frozen=True, slots=True)
class DaemonClose:
    """The session is over for the client, for the reason given; it will not try to come back."""

    reason: str


@dataclass(frozen=True, slots=True)
class TcpEvent:
    """About mirrored traffic."""

    message: DaemonTcp


@dataclass(frozen=True, slots=True)
class StealEvent:
    """About stolen traffic."""

    message: DaemonTcp


@dataclass(frozen=True, slots=True)
class LogMessage:
    """A line for the client's log. One of level ``info`` before the client is ready for logs breaks its start."""

    message: str
    level: Literal["warn", "error", "info"]


@dataclass(frozen=True, slots=True)
class Pong:
    """Answers a Ping; one without a Ping is an error for the client."""


@dataclass(frozen=True, slots=True)
class GetEnvVarsResponse:
    """The environment of the target, ``Ok`` with a mapping, or an error."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class GetAddrInfoResponse:
    """Addresses, ``Ok`` with pairs of a name and an address, or an error."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class SwitchProtocolVersionResponse:
    """The version that is spoken from now on."""

    version: str


@dataclass(frozen=True, slots=True)
class OperatorPing:
    """Asks for an OperatorPong with the same id."""

    id: int


@dataclass(frozen=True, slots=True)
class FileResponse:
    """About files of the target."""

    answer: FileAnswer


DaemonMessage: TypeAlias = (
    DaemonClose
    | TcpEvent
    | StealEvent
    | LogMessage
    | Pong
    | GetEnvVarsResponse
    | GetAddrInfoResponse
    | SwitchProtocolVersionResponse
    | FileResponse
    | OperatorPing
    | Unhandled
)

UNHANDLED = {
    3: "TcpOutgoing",
    4: "UdpOutgoing",
    10: "PauseTarget",
    12: "Vpn",
    14: "ReverseDnsLookup",
    15: "SeqpacketOutgoing",
}
"""The kinds of messages that are only recognized, or written from ready bytes."""


class _AddressRecord:
    """A pair of a name and an address."""

    def read(self, reader: Reader) -> tuple[str, str]:
        return STR.read(reader), IP.read(reader)

    def write(self, output: bytearray, value: tuple[str, str]) -> None:
        STR.write(output, value[0])
        IP.write(output, value[1])


_DAEMON_TCP = Enum(
    {
        0: Struct(
            NewConnection,
            connection_id=U64,
            remote_address=IP,
            destination_port=U16,
            source_port=U16,
            local_address=IP,
        ),
        1: Struct(ConnectionBytes, connection_id=U64, data=BYTES),
        2: Struct(CloseConnection, connection_id=U64),
        3: Struct(SubscribeResult, result=ResultOf(U16, RESPONSE_ERROR)),
        4: HTTP_REQUEST,
        5: FRAMED_HTTP_REQUEST,
        6: Struct(ChunkedHttpRequest, part=Enum({1: BODY_CHUNK, 2: CHUNK_ERROR, 3: REQUEST_START})),
    }
)
_DAEMON_MESSAGE = Enum(
    {
        0: Struct(DaemonClose, reason=STR),
        1: Struct(TcpEvent, message=_DAEMON_TCP),
        2: Struct(StealEvent, message=_DAEMON_TCP),
        5: Struct(LogMessage, message=STR, level=OneOf("warn", "error", "info")),
        6: Struct(FileResponse, answer=FILE_RESPONSE),
        7: Struct(Pong),
        8: Struct(GetEnvVarsResponse, result=ResultOf(MapOf(), RESPONSE_ERROR)),
        9: Struct(GetAddrInfoResponse, result=ResultOf(ListOf(_AddressRecord()), RESPONSE_ERROR)),
        11: Struct(SwitchProtocolVersionResponse, version=STR),
        13: Struct(OperatorPing, id=U128),
    },
    other=UnhandledCodec(UNHANDLED),
)


def encode_daemon_message(message: DaemonMessage) -> bytes:
    """Write one message."""
    output = bytearray()
    _DAEMON_MESSAGE.write(output, message)
    return bytes(output)


def decode_daemon_message(data: bytes) -> DaemonMessage:
    """Read one message, which must be all of the bytes.

    Raises:
        DecodeError: it is none.
    """
    reader = Reader(data)
    message: DaemonMessage = _DAEMON_MESSAGE.read(reader)
    if reader.remaining:
        raise DecodeError(f"{reader.remaining} bytes after the message")
    return message


def env_vars(variables: Mapping[str, str]) -> GetEnvVarsResponse:
    """The environment of a target, as a message."""
    return GetEnvVarsResponse(Ok(dict(variables)))


def subscribed(port: int) -> SubscribeResult:
    """A port is subscribed."""
    return SubscribeResult(Ok(port))


def encode_error(error: ResponseError) -> bytes:
    """The bytes of an error alone."""
    output = bytearray()
    RESPONSE_ERROR.write(output, error)
    return bytes(output)
