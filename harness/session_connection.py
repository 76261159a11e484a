"""A running mirrord, from its user's side: a WebSocket on which ports are asked for and the end is announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol, TypeVar

from fakes.mirrord.protocol.client import (
    ClientMessage,
    Close,
    GetEnvVarsRequest,
    MirrorFilteredPort,
    MirrorPort,
    Ping,
    PortUnsubscribe,
    ReadyForLogs,
    StealPort,
    SwitchProtocolVersion,
    Tcp,
    TcpSteal,
    encode_client_message,
)
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import (
    DaemonClose,
    DaemonMessage,
    GetEnvVarsResponse,
    Pong,
    StealEvent,
    SubscribeResult,
    SwitchProtocolVersionResponse,
    TcpEvent,
    decode_daemon_message,
)
from fakes.mirrord.protocol.filters import HttpFilter, StealAll, StealFiltered
from harness.cluster import SubscriptionError, User
from harness.response_errors import error_text
from harness.session_traffic import ApplicationTraffic
from harness.wire_filters import wire_filter

__all__ = ["SessionConnection", "WebSocket"]

T = TypeVar("T")

_PROTOCOL_VERSION = "1.29.0"
_LOGS_SINCE = (1, 3, 1)
_LOST = "the connection was lost"


class WebSocket(Protocol):
    """An open WebSocket that carries binary messages."""

    @property
    def closed(self) -> bool:
        """Whether either side has closed it. What came before can still be received."""
        ...

    def send(self, data: bytes) -> None:
        """Send a message.

        Raises:
            OSError: it is closed.
        """
        ...

    def receive(self, *, wait: bool = False) -> bytes | None:
        """The next message. None if there is none: yet, or, if waited for, in reasonable time."""
        ...

    def close(self) -> None: ...


class SessionConnection:
    """Implements ``harness.cluster.SessionHandle`` over a WebSocket that the operator has accepted."""

    def __init__(self, socket: WebSocket, *, session_id: int, user: User) -> None:
        self._socket = socket
        self._id = session_id
        self._user = user
        self._modes: dict[int, str] = {}
        self._close_reason: str | None = None
        self._over = False
        self.application = ApplicationTraffic(self.id, lambda port: self._modes.get(port) == "steal")
        spoken = self._ask(
            SwitchProtocolVersion(_PROTOCOL_VERSION),
            lambda m: m.version if isinstance(m, SwitchProtocolVersionResponse) else None,
        )
        if _takes_logs(spoken):
            self._send(ReadyForLogs())

    @property
    def id(self) -> str:
        return f"{self._id:X}"

    @property
    def user(self) -> User:
        return self._user

    @property
    def connected(self) -> bool:
        self._listen()
        return not self._over

    @property
    def close_reason(self) -> str | None:
        self._listen()
        return self._close_reason

    def subscribe(
        self, port: int, mode: str = "steal", http_filter: str | HttpFilter | None = None
    ) -> None:  # fmt: skip
        result = self._ask(_subscription(port, mode, http_filter), _result)
        if isinstance(result, Err):
            raise SubscriptionError(error_text(result.value))
        self._modes[port] = mode

    def unsubscribe(self, port: int) -> None:
        stop = PortUnsubscribe(port)
        mirrored = self._modes.pop(port, "steal") == "mirror"
        self._send(Tcp(stop) if mirrored else TcpSteal(stop))
        self._ask(Ping(), lambda message: isinstance(message, Pong) or None)

    def environment(self) -> dict[str, str]:
        answer = self._ask(GetEnvVarsRequest(select=("*",)), _environment)
        return dict(answer)

    def attend(self) -> None:
        """Take in what has come, and let the application answer it."""
        if not self._over:
            self._listen()

    def answer_waiting(self) -> None:
        """Let the application answer what it has kept waiting."""
        for message in self.application.answer_waiting():
            self._send(message)

    def disconnect(self) -> None:
        if self.connected:
            self._send(Close())
            while not self._socket.closed and self._socket.receive(wait=True) is not None:
                pass
        self.close()

    def close(self) -> None:
        """Break the connection off, without a word to the operator."""
        self._over = True
        self._socket.close()

    def _send(self, message: ClientMessage) -> None:
        self._socket.send(encode_client_message(message))

    def _ask(self, message: ClientMessage, read: Callable[[DaemonMessage], T | None]) -> T:
        """Send a message and wait for what ``read`` recognizes as the answer.

        Raises:
            OSError: the session ended instead.
        """
        self._send(message)
        while (data := self._socket.receive(wait=True)) is not None:
            received = decode_daemon_message(data)
            if (answer := read(received)) is not None:
                return answer
            self._take(received)
        self._listen()
        raise ConnectionResetError(self._close_reason or _LOST)

    def _listen(self) -> None:
        """Take in what has come without being asked for."""
        while (data := self._socket.receive()) is not None:
            self._take(decode_daemon_message(data))
        self._over = self._over or self._socket.closed

    def _take(self, message: DaemonMessage) -> None:
        if isinstance(message, DaemonClose):
            self._over, self._close_reason = True, message.reason
            return
        for reply in self.application.take(message):
            with suppress(ConnectionError):
                self._send(reply)


def _takes_logs(version: str) -> bool:
    return tuple(int(part) for part in version.split(".") if part.isdigit()) >= _LOGS_SINCE


def _subscription(port: int, mode: str, http_filter: str | HttpFilter | None) -> ClientMessage:
    wanted = wire_filter(http_filter) if isinstance(http_filter, str) else http_filter
    if mode == "mirror":
        return Tcp(MirrorPort(port) if wanted is None else MirrorFilteredPort(port, wanted))
    return TcpSteal(StealPort(StealAll(port) if wanted is None else StealFiltered(port, wanted)))


def _environment(message: DaemonMessage) -> Mapping[str, str] | None:
    if isinstance(message, GetEnvVarsResponse) and isinstance(message.result, Ok):
        found: Mapping[str, str] = message.result.value
        return found
    return None


def _result(message: DaemonMessage) -> Ok[object] | None:
    if isinstance(message, (TcpEvent, StealEvent)) and isinstance(message.message, SubscribeResult):
        return message.message.result
    return None
