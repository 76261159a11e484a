"""Opening sessions, as the command line does: in this process, or over TLS."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any

import websockets.exceptions
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from fakes.apiserver.loopback import status_error
from fakes.apiserver.loopback_websocket import connect_websocket
from fakes.cluster import FakeCluster
from harness.cluster import User
from harness.session_connection import SessionConnection
from harness.session_requests import SUBPROTOCOL, ConnectRequest, connect_request

__all__ = ["TlsWebSocket", "open_in_process", "open_over_tls"]

_PATIENCE = 10.0


def open_in_process(
    cluster: FakeCluster, user: User, target: str, namespace: str = "default", *, session_id: int,
    certificate: bytes | None = None, key: str | None = None,
) -> SessionConnection:  # fmt: skip
    """Start a session, or come back to one, with a client certificate in DER.

    Raises:
        StatusError: the API server or the operator refused.
    """
    request = connect_request(user, target, namespace, session_id, key=key)
    socket = connect_websocket(
        cluster.driver, cluster.app, request.path, query=request.query.encode(),
        headers=[(name.encode(), value.encode()) for name, value in request.headers], subprotocols=[SUBPROTOCOL],
        peer_certificate=certificate,
    )  # fmt: skip
    return SessionConnection(socket, session_id=session_id, user=user)


def open_over_tls(
    url: str, tls: ssl.SSLContext, user: User, target: str, namespace: str = "default", *, session_id: int,
    key: str | None = None, headers: Sequence[tuple[str, str]] = (),
) -> SessionConnection:  # fmt: skip
    """The same at an ``https://`` address; the context holds the client certificate, or a header the token.

    Raises:
        StatusError: the API server or the operator refused.
        OSError: nobody answers.
    """
    request = connect_request(user, target, namespace, session_id, key=key)
    return SessionConnection(_opened(url, tls, request, headers), session_id=session_id, user=user)


def _opened(
    url: str, tls: ssl.SSLContext, request: ConnectRequest, headers: Sequence[tuple[str, str]]
) -> TlsWebSocket:
    address = f"wss{url.removeprefix('https')}{request.path}?{request.query}"
    try:
        connection = _entered(
            address, ssl=tls, subprotocols=[Subprotocol(SUBPROTOCOL)], additional_headers=[*request.headers, *headers],
            ping_interval=None, compression=None, max_size=None, proxy=None, open_timeout=_PATIENCE,
        )  # fmt: skip
    except websockets.exceptions.InvalidStatus as error:
        answer = error.response
        raise status_error(answer.status_code, bytes(answer.body or b"")) from error
    return TlsWebSocket(connection)


def _entered(address: str, **options: Any) -> ClientConnection:
    """A connection that is closed by hand: the library wants its maker to be entered as a context."""
    connection: ClientConnection = ExitStack().enter_context(connect(address, **options))
    return connection


class TlsWebSocket:
    """Implements ``harness.session_connection.WebSocket``."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._closed = False
        self._early: list[bytes] = []

    @property
    def closed(self) -> bool:
        if not self._closed and not self._early and (data := self._received(0)) is not None:
            self._early.append(data)
        return self._closed

    def send(self, data: bytes) -> None:
        try:
            self._connection.send(data)
        except websockets.exceptions.ConnectionClosed as error:
            self._closed = True
            raise ConnectionResetError("the WebSocket is closed") from error

    def receive(self, *, wait: bool = False) -> bytes | None:
        if self._early:
            return self._early.pop(0)
        return None if self._closed else self._received(_PATIENCE if wait else 0)

    def _received(self, timeout: float) -> bytes | None:
        try:
            data = self._connection.recv(timeout=timeout)
        except TimeoutError:
            return None
        except websockets.exceptions.ConnectionClosed:
            self._closed = True
            return None
        return data.encode() if isinstance(data, str) else data

    def close(self) -> None:
        self._closed = True
        with suppress(OSError):
            self._connection.close()
