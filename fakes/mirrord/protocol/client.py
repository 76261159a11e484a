"""What a client sends. Outgoing connections are not read, only recognized: see ``Unhandled``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from fakes.mirrord.model.filters import HeaderFilter, HttpFilter
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.protocol.composites import Enum, ListOf, OneOf, Struct
from fakes.mirrord.protocol.file_questions import FILE_REQUEST, FileQuestion
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
from fakes.mirrord.protocol.unhandled import Unhandled, UnhandledCodec
from fakes.mirrord.protocol.wire import BOOL, BYTES, I32, STR, U16, U64, U128, DecodeError, Reader

__all__ = [
    "ChunkedHttpResponse",
    "ClientMessage",
    "Close",
    "ConnectionData",
    "ConnectionUnsubscribe",
    "Family",
    "FileRequest",
    "GetAddrInfoRequest",
    "GetAddrInfoRequestV2",
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
class FileRequest:
    """About files of the target."""

    question: FileQuestion


@dataclass(frozen=True, slots=True)
class GetAddrInfoRequest:
    """Asks for the IPv4 addresses of a name."""

    node: str


Family: TypeAlias = Literal["ipv4", "ipv6", "both", "any", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAddrInfoRequestV2:
    """Asks for the addresses of a name. An agent looks at nothing but the name and the family."""

    node: str
    service_port: int = 0
    family: Family = "any"
    socket_type: str = "any"
    flags: int = 0
    protocol: int = 0


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
    | FileRequest
    | GetAddrInfoRequest
    | GetAddrInfoRequestV2
    | Unhandled
)

UNHANDLED = {
    3: "TcpOutgoing",
    4: "UdpOutgoing",
    12: "Vpn",
    15: "ReverseDnsLookup",
    16: "SeqpacketOutgoing",
    17: "ShareLink",
}
"""The kinds of messages that are only recognized."""


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
        5: Struct(FileRequest, question=FILE_REQUEST),
        6: Struct(GetEnvVarsRequest, filter=ListOf(STR), select=ListOf(STR)),
        7: Struct(Ping),
        8: Struct(GetAddrInfoRequest, node=STR),
        9: Struct(PauseTargetRequest, pause=BOOL),
        10: Struct(SwitchProtocolVersion, version=STR),
        11: Struct(ReadyForLogs),
        13: Struct(
            GetAddrInfoRequestV2, node=STR, service_port=U16, family=OneOf("ipv4", "ipv6", "both", "any", "unknown"),
            socket_type=OneOf("stream", "dgram", "any", "unknown"), flags=I32, protocol=I32,
        ),
        14: Struct(OperatorPong, id=U128),
    },
    other=UnhandledCodec(UNHANDLED),
)  # fmt: skip


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
