"""An ASGI application behind HTTP/1.1 and TLS on a socket: the only module that knows uvicorn.

HTTP/2 is not offered: clients of Kubernetes fall back to HTTP/1.1 by ALPN. A client certificate that no known authority
signed fails the TLS handshake, where a kube-apiserver would answer 401.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from fakes.apimachinery.clock import enter_loop
from fakes.apiserver.endpoints.http import ASGIApp
from fakes.apiserver.request_heads import (
    BAD_REQUEST,
    is_plain,
    read_request_line,
    refusal,
    refusal_of_headers,
)

__all__ = ["ServedApp", "ServingOptions"]

T = TypeVar("T")

_TOO_LARGE = "431 Request Header Fields Too Large"


class _WebSocketProtocol(WebSocketsSansIOProtocol):
    """Takes a refusal for the end of the handshake that it is; the original logs an error after each."""

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingOptions:
    """Where and how to serve. Port 0 takes a free one; ``ca`` signs the certificates that clients may present."""

    certificate: Path
    key: Path
    ca: Path
    host: str = "127.0.0.1"
    port: int = 0
    idle_timeout: int = 90
    """Seconds that a connection may stay open between two requests."""
    read_timeout: float = 32.0
    """Seconds without a byte in which a request that has begun must go on. Source: apiserver, ReadHeaderTimeout."""
    write_timeout: float = 30.0
    """Seconds after which a client that does not read is dropped."""
    max_headers: int = 1024 * 1024
    """Bytes of the head of a request; more is 431. Source: Go, net/http, DefaultMaxHeaderBytes."""


class _Joined:
    """A transport that sends the head of an answer and the beginning of its body at once, if they come together."""

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._head = data
            self._loop.call_soon(self._flush)
            return
        head, self._head = self._head, b""
        self._transport.write(head + data if head else data)

    def _flush(self) -> None:
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()


class _Protocol(HttpToolsProtocol):
    """Hands the client's certificate on, in the state of the scopes, and drops those who stall or send without end.

    The state also holds ``cut``, which ends the connection without ending the answer.
    """

    options: ServingOptions

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = dict(self.app_state, cut=transport.close)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.app_state["peer_certificate"] = tls.getpeercert(binary_form=True)
        self._reading, self._in_head = True, False
        self._between, self._held, self._method = True, b"", ""
        self._head = 0
        self._heard = self.loop.time()
        self._stalled: asyncio.TimerHandle | None = None
        self._watchdog = self.loop.call_later(self.options.read_timeout, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watchdog.cancel()
        if self._stalled is not None:
            self._stalled.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def _check(self) -> None:
        """Drop a client that began a request and stopped; one that never began counts too."""
        waiting = self._reading and not self.flow.read_paused and self.timeout_keep_alive_task is None
        if waiting and self.loop.time() - self._heard >= self.options.read_timeout:
            self.transport.abort()
            return
        self._watchdog = self.loop.call_later(self.options.read_timeout, self._check)

    def data_received(self, data: bytes) -> None:
        if self._between and not (is_plain(data) and not self._held):
            read = self._first_line(data)
            if read is None:
                return
            data = read
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > self.options.max_headers:
                self._refuse(_TOO_LARGE)

    def _first_line(self, data: bytes) -> bytes | None:
        """The data with a first line that the parser takes; None while it is not complete, or if it is refused."""
        data = self._held + data
        line, end, rest = data.partition(b"\n")
        if not end and len(data) <= self.options.max_headers:
            if not self._held:
                self._unset_keepalive_if_required()
                self._reading, self._heard = True, self.loop.time()
            self._held = data
            return None
        self._held = b""
        too_large = len(line) > self.options.max_headers
        read = _TOO_LARGE if too_large else read_request_line(line.removesuffix(b"\r"))
        if isinstance(read, str):
            self._refuse(read)
            return None
        self._method = read.method
        return read.line + rest

    def _refuse(self, status: str) -> None:
        if not self.transport.is_closing():
            self.transport.write(refusal(status))
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._refuse(BAD_REQUEST)

    def on_headers_complete(self) -> None:
        refused = refusal_of_headers(self.headers, self.parser.get_http_version())
        if self._head and self._size_of_head() > self.options.max_headers:
            refused = _TOO_LARGE
        self._in_head, self._head = False, 0
        if refused is not None:
            self._refuse(refused)
            raise ValueError(refused)
        super().on_headers_complete()
        if self._method:
            self.scope["method"], self._method = self._method, ""
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        self.cycle.transport = _Joined(self.transport, self.loop)  # type: ignore[assignment]

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_message_begin(self) -> None:
        self._between = False
        self._in_head = self._reading = True
        self._heard = self.loop.time()
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._heard = self.loop.time()
        super().on_body(body)

    def handle_websocket_upgrade(self) -> None:
        self._watchdog.cancel()
        super().handle_websocket_upgrade()

    def on_message_complete(self) -> None:
        self._reading, self._between = False, True
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.options.write_timeout, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class _Server(uvicorn.Server):
    """Tells when it is up, and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config, up: threading.Event) -> None:
        super().__init__(config)
        self.up = up

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()


class ServedApp:
    """An application that is served by a thread of its own.

    All its code runs in that thread: ``call`` runs a function there and gives its result, so that state needs no locks.
    """

    def __init__(self, app: ASGIApp, options: ServingOptions) -> None:
        self._options = options
        protocol = type("Protocol", (_Protocol,), {"options": options})
        config = uvicorn.Config(
            app, host=options.host, port=options.port, http=protocol, ws=_WebSocketProtocol, loop="uvloop",
            lifespan="off", interface="asgi3", log_config=None, access_log=False, server_header=False, ws_ping_interval=None,
            proxy_headers=False,
            timeout_keep_alive=options.idle_timeout, timeout_graceful_shutdown=1,
            ssl_certfile=options.certificate, ssl_keyfile=str(options.key), ssl_ca_certs=str(options.ca),
            ssl_cert_reqs=ssl.CERT_OPTIONAL,
        )  # fmt: skip
        self._up = threading.Event()
        self._server = _Server(config, self._up)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="fake-apiserver", daemon=True)

    def _run(self) -> None:
        try:
            self._server.config.load()
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                self._loop = runner.get_loop()
                runner.run(self._server.serve())
                runner.run(self._cut_off())
        except BaseException as error:
            self._failure = error
        finally:
            self._up.set()

    async def _cut_off(self) -> None:
        """Close what is still open, and let the applications behind it end."""
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        if tasks := tuple(self._server.server_state.tasks):
            await asyncio.wait(tasks, timeout=1)
        await enter_loop()

    def start(self) -> None:
        """Serve, and return when connections are accepted.

        Raises:
            OSError: the address cannot be had.
        """
        self._thread.start()
        self._up.wait()
        if not self._server.started:
            host, port = self._options.host, self._options.port
            raise OSError(f"cannot serve on {host}:{port}: is the port taken?") from self._failure

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        host = self._options.host
        return f"https://[{host}]:{self.port}" if ":" in host else f"https://{host}:{self.port}"

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in the serving thread, and wait for what it gives or raises."""
        loop = self._loop
        if loop is None or threading.current_thread() is self._thread:
            return function()

        async def run() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), loop).result()

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)
