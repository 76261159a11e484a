"""Opening sessions, as the command line does: in this process, or over TLS."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback_websocket import connect_websocket
from fakes.cluster import FakeCluster
from harness.cluster import User
from harness.drivers.observed_pool import Seen
from harness.drivers.tls_websocket import TlsWebSocket
from harness.session_connection import SessionConnection
from harness.session_requests import SUBPROTOCOL, connect_request

__all__ = ["open_in_process", "open_over_tls"]


def open_in_process(
    cluster: FakeCluster, user: User, target: str, namespace: str = "default", *, session_id: int,
    certificate: bytes | None = None, key: str | None = None, parameters: Mapping[str, str] | None = None,
    copy: str | None = None,
) -> SessionConnection:  # fmt: skip
    """Start a session, or come back to one, with a client certificate in DER.

    Raises:
        StatusError: the API server or the operator refused.
    """
    request = connect_request(user, target, namespace, session_id, key=key, parameters=parameters, copy=copy)
    socket = connect_websocket(
        cluster.driver, cluster.app, request.path, query=request.query.encode(),
        headers=[(name.encode(), value.encode()) for name, value in request.headers], subprotocols=[SUBPROTOCOL],
        peer_certificate=certificate,
    )  # fmt: skip
    return SessionConnection(socket, session_id=session_id, user=user)


def open_over_tls(
    url: str, tls: ssl.SSLContext, user: User, target: str, namespace: str = "default", *, session_id: int,
    key: str | None = None, headers: Sequence[tuple[str, str]] = (), parameters: Mapping[str, str] | None = None,
    copy: str | None = None, seen: Seen | None = None, called: int | None = None,
) -> SessionConnection:  # fmt: skip
    """The same at an ``https://`` address; the context holds the client certificate, or a header the token.

    Args:
        seen: told of the answer.
        called: the id that the session goes by, if not its own.

    Raises:
        StatusError: the API server or the operator refused.
        OSError: nobody answers.
    """
    request = connect_request(user, target, namespace, session_id, key=key, parameters=parameters, copy=copy)
    path, sent = f"{request.path}?{request.query}", [*request.headers, *headers]
    tell = seen or _tell_nobody
    try:
        socket = TlsWebSocket(url, path, tls, headers=sent, subprotocol=SUBPROTOCOL)
    except StatusError as error:
        tell(user, "GET", path, error.code)
        raise
    tell(user, "GET", path, HTTPStatus.SWITCHING_PROTOCOLS)
    return SessionConnection(socket, session_id=session_id if called is None else called, user=user)


def _tell_nobody(*_: object) -> None:
    """Nobody wants to know."""
