"""A WebSocket over TLS without threads: whoever uses it reads and writes, so nothing happens at the same time.

The library's own synchronous client reads in a thread of its own. While that waits inside of TLS, for the tickets that a
server sends unasked, a write from another thread can lose what arrives: seen with OpenSSL 3 under CPython 3.11.
"""

from __future__ import annotations

import socket
import ssl
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback import status_error

__all__ = ["TlsWebSocket"]

_CHUNK = 65536
_NORMAL = 1000


class TlsWebSocket:
    """Implements ``harness.session_connection.WebSocket``. Messages in several frames are not put together.

    Args:
        url: ``https://host:port``; ``path`` is with the query.
        patience: seconds to wait for whatever is waited for.
    """

    def __init__(
        self, url: str, path: str, tls: ssl.SSLContext, *, headers: Iterable[tuple[str, str]] = (),
        subprotocol: str, patience: float = 10.0,
    ) -> None:  # fmt: skip
        parts = urlsplit(url)
        self._patience = patience
        self._incoming: deque[bytes] = deque()
        self._protocol = ClientProtocol(
            parse_uri(f"wss://{parts.netloc}{path}"), subprotocols=[Subprotocol(subprotocol)], max_size=None
        )
        host, port = parts.hostname or "", parts.port or 443
        plain = socket.create_connection((host, port), timeout=patience)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = tls.wrap_socket(plain, server_hostname=host)
        try:
            self._shake_hands(headers)
        except BaseException:
            self._socket.close()
            raise

    def _shake_hands(self, headers: Iterable[tuple[str, str]]) -> None:
        protocol = self._protocol
        request = protocol.connect()
        for name, value in headers:
            request.headers[name] = value
        protocol.send_request(request)
        self._flush()
        while protocol.state is State.CONNECTING and protocol.handshake_exc is None:
            if not self._read(self._patience):
                raise TimeoutError("the server did not answer the request for a WebSocket")
        if isinstance(protocol.handshake_exc, InvalidStatus):
            answer: Response = protocol.handshake_exc.response
            raise status_error(answer.status_code, bytes(answer.body or b""))
        if protocol.handshake_exc is not None:
            raise StatusError.of(500, "", str(protocol.handshake_exc))

    @property
    def closed(self) -> bool:
        self._read_all()
        return self._protocol.state is not State.OPEN

    def send(self, data: bytes) -> None:
        if self.closed:
            raise ConnectionResetError("the WebSocket is closed")
        self._protocol.send_binary(data)
        self._flush()

    def receive(self, *, wait: bool = False) -> bytes | None:
        self._read_all()
        while wait and not self._incoming and self._protocol.state is State.OPEN:
            if not self._read(self._patience):
                break
        return self._incoming.popleft() if self._incoming else None

    def close(self) -> None:
        with suppress(OSError):
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(_NORMAL)
                self._flush()
                while self._read(self._patience):
                    pass
        self._socket.close()

    def _read_all(self) -> None:
        """Take in what has arrived already."""
        while self._socket.fileno() != -1 and self._read(0):
            pass

    def _read(self, timeout: float) -> bool:
        """Take in what arrives within some seconds; whether anything did."""
        if self._protocol.state is State.CLOSED:
            return False
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(_CHUNK)
        except (TimeoutError, ssl.SSLWantReadError):
            return False
        except OSError:
            data = b""
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._take_events()
        with suppress(OSError):
            self._flush()
        return True

    def _take_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in (Opcode.BINARY, Opcode.TEXT):
                self._incoming.append(bytes(event.data))

    def _flush(self) -> None:
        self._socket.settimeout(self._patience)
        for data in self._protocol.data_to_send():
            if data:
                self._socket.sendall(data)
