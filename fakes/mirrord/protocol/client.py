"""What a client sends. Files, look-ups and outgoing connections are not read, only recognized: see ``Unhandled``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from fakes.mirrord.model.filters import HeaderFilter, HttpFilter
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.protocol.composites import Enum, ListOf, Struct
from fakes.mirrord.protocol.filters import (
    HTTP_FILTER,
    STEAL_TYPE,
    StealAll,
    StealFiltered,
    StealFilteredHeader,
    StealType,
)
from fakes.mirrord.protocol.http import (
    BODY_CHUNK,
    CHUNK_ERROR,
    FRAMED_HTTP_RESPONSE,
    HTTP_RESPONSE,
    RESPONSE_START,
    BodyChunk,
    ChunkError,
    FramedHttpResponse,
    HttpResponse,
    ResponseStart,
)
from fakes.mirrord.protocol.wire import BOOL, BYTES, STR, U16, U64, U128, DecodeError, Reader

__all__ = [
    "ChunkedHttpResponse",
    "ClientMessage",
    "Close",
    "ConnectionData",
    "ConnectionUnsubscribe",
    "GetEnvVarsRequest",
    "LayerTcp",
    "LayerTcpSteal",
    "MirrorFilteredPort",
    "MirrorPort",
    "OperatorPong",
    "PauseTargetRequest",
    "Ping",
    "PortUnsubscribe",
    "ReadyForLogs",
    "StealPort",
    "SwitchProtocolVersion",
    "Tcp",
    "TcpSteal",
    "Unhandled",
    "decode_client_message",
    "encode_client_message",
    "subscription_of",
]


@dataclass(frozen=True, slots=True)
class MirrorPort:
    """Mirror all the traffic of a port."""

    port: int


@dataclass(frozen=True, slots=True)
class MirrorFilteredPort:
    """Mirror the requests of a port that a filter matches."""

    port: int
    filter: HttpFilter


@dataclass(frozen=True, slots=True)
class StealPort:
    """Steal the traffic of a port."""

    steal: StealType


@dataclass(frozen=True, slots=True)
class PortUnsubscribe:
    """No more traffic of a port."""

    port: int


@dataclass(frozen=True, slots=True)
class ConnectionUnsubscribe:
    """No more of a connection."""

    connection_id: int


@dataclass(frozen=True, slots=True)
class ConnectionData:
    """Bytes for the peer of a stolen connection."""

    connection_id: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ChunkedHttpResponse:
    """A part of a response that comes in chunks."""

    part: ResponseStart | BodyChunk | ChunkError


LayerTcp: TypeAlias = MirrorPort | ConnectionUnsubscribe | PortUnsubscribe | MirrorFilteredPort
LayerTcpSteal: TypeAlias = (
    StealPort
    | ConnectionUnsubscribe
    | PortUnsubscribe
    | ConnectionData
    | HttpResponse
    | FramedHttpResponse
    | ChunkedHttpResponse
)


@dataclass(frozen=True, slots=True)
class Close:
    """The client is done."""


@dataclass(frozen=True, slots=True)
class Tcp:
    """About mirrored traffic."""

    message: LayerTcp


@dataclass(frozen=True, slots=True)
class TcpSteal:
    """About stolen traffic."""

    message: LayerTcpSteal


@dataclass(frozen=True, slots=True, kw_only=True)
class GetEnvVarsRequest:
    """Asks for the environment of the target."""

    filter: tuple[str, ...] = ()
    select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for a Pong."""


@dataclass(frozen=True, slots=True)
class PauseTargetRequest:
    """An old request that nobody answers."""

    pause: bool


@dataclass(frozen=True, slots=True)
class SwitchProtocolVersion:
    """Says which version the client speaks, and asks which to speak; the very next message must answer."""

    version: str


@dataclass(frozen=True, slots=True)
class ReadyForLogs:
    """Log messages may be sent from now on."""


@dataclass(frozen=True, slots=True)
class OperatorPong:
    """Answers an OperatorPing."""

    id: int


@dataclass(frozen=True, slots=True)
class Unhandled:
    """A message that is not simulated: the index of its kind, and the bytes after it."""

    index: int
    payload: bytes


ClientMessage: TypeAlias = (
    Close
    | Tcp
    | TcpSteal
    | GetEnvVarsRequest
    | Ping
    | PauseTargetRequest
    | SwitchProtocolVersion
    | ReadyForLogs
    | OperatorPong
    | Unhandled
)

UNHANDLED = {
    3: "TcpOutgoing",
    4: "UdpOutgoing",
    5: "FileRequest",
    8: "GetAddrInfoRequest",
    12: "Vpn",
    13: "GetAddrInfoRequestV2",
    15: "ReverseDnsLookup",
    16: "SeqpacketOutgoing",
    17: "ShareLink",
}
"""The kinds of messages that are only recognized."""


class UnhandledCodec:
    """Recognizes a message by its index and keeps the rest."""

    def __init__(self, known: dict[int, str]) -> None:
        self._known = known

    def read(self, reader: Reader) -> Unhandled:
        index = reader.varint()
        if index not in self._known:
            raise DecodeError(f"no message {index}")
        return Unhandled(index, reader.rest())

    def write(self, output: bytearray, value: Any) -> None:
        if getattr(value, "index", None) not in self._known:
            raise ValueError(f"{value!r} is no message")
        output.append(value.index)
        output += value.payload


_LAYER_TCP = Enum(
    {
        0: Struct(MirrorPort, port=U16),
        1: Struct(ConnectionUnsubscribe, connection_id=U64),
        2: Struct(PortUnsubscribe, port=U16),
        3: Struct(MirrorFilteredPort, port=U16, filter=HTTP_FILTER),
    }
)
_LAYER_TCP_STEAL = Enum(
    {
        0: Struct(StealPort, steal=STEAL_TYPE),
        1: Struct(ConnectionUnsubscribe, connection_id=U64),
        2: Struct(PortUnsubscribe, port=U16),
        3: Struct(ConnectionData, connection_id=U64, data=BYTES),
        4: HTTP_RESPONSE,
        5: FRAMED_HTTP_RESPONSE,
        6: Struct(ChunkedHttpResponse, part=Enum({0: RESPONSE_START, 1: BODY_CHUNK, 2: CHUNK_ERROR})),
    }
)
_CLIENT_MESSAGE = Enum(
    {
        0: Struct(Close),
        1: Struct(Tcp, message=_LAYER_TCP),
        2: Struct(TcpSteal, message=_LAYER_TCP_STEAL),
        6: Struct(GetEnvVarsRequest, filter=ListOf(STR), select=ListOf(STR)),
        7: Struct(Ping),
        9: Struct(PauseTargetRequest, pause=BOOL),
        10: Struct(SwitchProtocolVersion, version=STR),
        11: Struct(ReadyForLogs),
        14: Struct(OperatorPong, id=U128),
    },
    other=UnhandledCodec(UNHANDLED),
)


def decode_client_message(data: bytes) -> ClientMessage:
    """Read one message, which must be all of the bytes.

    Raises:
        DecodeError: it is none.
    """
    reader = Reader(data)
    message: ClientMessage = _CLIENT_MESSAGE.read(reader)
    if reader.remaining:
        raise DecodeError(f"{reader.remaining} bytes after the message")
    return message


def encode_client_message(message: ClientMessage) -> bytes:
    """Write one message."""
    output = bytearray()
    _CLIENT_MESSAGE.write(output, message)
    return bytes(output)


def subscription_of(message: ClientMessage) -> Subscription | None:
    """The subscription that a message asks for, without pods; None if it asks for none."""
    match message:
        case Tcp(MirrorPort(port)):
            return Subscription(port=port, mode="mirror")
        case Tcp(MirrorFilteredPort(port, filter_)):
            return Subscription(port=port, mode="mirror", filter=filter_)
        case TcpSteal(StealPort(StealAll(port))):
            return Subscription(port=port, mode="steal")
        case TcpSteal(StealPort(StealFilteredHeader(port, pattern))):
            return Subscription(port=port, mode="steal", filter=HeaderFilter(pattern))
        case TcpSteal(StealPort(StealFiltered(port, filter_))):
            return Subscription(port=port, mode="steal", filter=filter_)
        case _:
            return None
