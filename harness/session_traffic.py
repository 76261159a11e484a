"""What reaches the application behind a running mirrord, and what it answers: messages in, messages out.

An application answers each request with 200 and the id of its session, unless it is told otherwise. It takes in what is
mirrored, and what comes on streams, without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fakes.mirrord.protocol.client import ClientMessage, ConnectionData, TcpSteal
from fakes.mirrord.protocol.daemon import (
    ChunkedHttpRequest,
    CloseConnection,
    ConnectionBytes,
    DaemonMessage,
    DaemonTcp,
    LogMessage,
    NewConnection,
    StealEvent,
    TcpEvent,
)
from fakes.mirrord.protocol.http import (
    Data,
    FramedHttpRequest,
    Headers,
    HttpRequest,
    HttpResponse,
    RequestStart,
)
from harness.session_requests import CLIENT_VERSION

__all__ = ["ApplicationTraffic", "Kind", "ReceivedRequest", "ReceivedStream", "Responder", "Response"]

Kind: TypeAlias = Literal["stolen", "mirrored"]

_UNSUBSCRIBED = f"mirrord-intproxy v{CLIENT_VERSION}: port no longer subscribed with an HTTP filter\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request that the application saw."""

    kind: Kind
    method: str
    uri: str
    headers: Headers
    version: str
    body: bytes
    port: int
    connection_id: int


@dataclass(eq=False, slots=True, kw_only=True)
class ReceivedStream:
    """Bytes that the application saw, and whether there may be more."""

    kind: Kind
    port: int
    connection_id: int
    data: bytearray = field(default_factory=bytearray)
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What an application answers."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""


Responder: TypeAlias = Callable[[ReceivedRequest], Response | None]
"""Makes an answer; None keeps the request waiting until ``ApplicationTraffic.answer_waiting``."""


class ApplicationTraffic:
    """The traffic of one session.

    Args:
        session_id: what the application answers with.
        stealing: whether a port is still asked for; the answer for any other is the client's own.
    """

    def __init__(self, session_id: str, stealing: Callable[[int], bool]) -> None:
        self.requests: list[ReceivedRequest] = []
        self.streams: dict[int, ReceivedStream] = {}
        self.logs: list[str] = []
        self.waiting: list[ReceivedRequest] = []
        self.seen = 0
        self._stealing = stealing
        self._default = Response(body=session_id.encode())
        self.responder: Responder = self.answer_by_default

    def answer_by_default(self, request: ReceivedRequest) -> Response:
        """200 and the session's id; 101 to a request for another protocol."""
        for name, value in request.headers:
            if name.lower() == "upgrade":
                return Response(status=101, headers=(("connection", b"upgrade"), ("upgrade", value)))
        return self._default

    def take(self, message: DaemonMessage) -> list[ClientMessage]:
        """Take in a message; what is to be sent for it."""
        match message:
            case StealEvent(event):
                return self._event("stolen", event)
            case TcpEvent(event):
                return self._event("mirrored", event)
            case LogMessage():
                self.logs.append(message.message)
            case _:
                pass
        return []

    def answer_waiting(self) -> list[ClientMessage]:
        """Answer what was kept waiting, as by default."""
        waiting, self.waiting = self.waiting, []
        return [self._answered(request, self.answer_by_default(request)) for request in waiting]

    def say(self, stream: ReceivedStream, data: bytes) -> ClientMessage:
        """Send bytes on a stream that was stolen."""
        return TcpSteal(ConnectionData(stream.connection_id, data))

    def _event(self, kind: Kind, event: DaemonTcp) -> list[ClientMessage]:
        self.seen += 1
        match event:
            case HttpRequest() | FramedHttpRequest() | ChunkedHttpRequest(part=RequestStart()):
                return self._request(_read(kind, event))
            case NewConnection(connection_id=number, destination_port=port):
                self.streams[number] = ReceivedStream(kind=kind, port=port, connection_id=number)
            case ConnectionBytes(connection_id=number, data=data) if number in self.streams:
                self.streams[number].data += data
            case CloseConnection(connection_id=number) if number in self.streams:
                self.streams[number].closed = True
            case _:
                pass
        return []

    def _request(self, request: ReceivedRequest) -> list[ClientMessage]:
        if request.kind == "stolen" and not self._stealing(request.port):
            return [self._answered(request, Response(status=502, body=_UNSUBSCRIBED.encode()))]
        self.requests.append(request)
        if request.kind == "mirrored":
            return []
        response = self.responder(request)
        if response is None:
            self.waiting.append(request)
            return []
        return [self._answered(request, response)]

    def _answered(self, request: ReceivedRequest, response: Response) -> ClientMessage:
        if response.status == 101:
            number = request.connection_id
            self.streams[number] = ReceivedStream(kind="stolen", port=request.port, connection_id=number)
        return TcpSteal(
            HttpResponse(
                port=request.port, connection_id=request.connection_id, status=response.status, version=request.version,
                headers=response.headers, body=response.body,
            )
        )  # fmt: skip


def _read(kind: Kind, event: HttpRequest | FramedHttpRequest | ChunkedHttpRequest) -> ReceivedRequest:
    request = event.part if isinstance(event, ChunkedHttpRequest) else event
    match request:
        case HttpRequest(body=body, port=port):
            pass
        case FramedHttpRequest(body=frames, port=port):
            body = b"".join(frame.data for frame in frames if isinstance(frame, Data))
        case RequestStart(frames=frames, destination=(_, port)):
            body = b"".join(frame.data for frame in frames if isinstance(frame, Data))
        case _:
            raise ValueError(f"{request!r} is no request")
    return ReceivedRequest(
        kind=kind, method=request.method, uri=request.uri, headers=request.headers, version=request.version,
        body=body, port=port, connection_id=request.connection_id,
    )  # fmt: skip
