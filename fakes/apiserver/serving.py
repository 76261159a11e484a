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

from fakes.apiserver.endpoints.http import ASGIApp

__all__ = ["ServedApp", "ServingOptions"]

T = TypeVar("T")

_MAX_HEADERS = 64 * 1024


class _TLSProtocol(HttpToolsProtocol):
    """Hands the client's certificate on, in the state of the scopes of HTTP requests and WebSockets."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is not None:
            self.app_state = dict(self.app_state, peer_certificate=tls.getpeercert(binary_form=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingOptions:
    """Where and how to serve. Port 0 takes a free one; ``ca`` signs the certificates that clients may present."""

    certificate: Path
    key: Path
    ca: Path
    host: str = "127.0.0.1"
    port: int = 0
    idle_timeout: int = 90


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
        config = uvicorn.Config(
            app, host=options.host, port=options.port, http=_TLSProtocol, ws="websockets-sansio", loop="uvloop",
            lifespan="off", log_config=None, access_log=False, server_header=False, ws_ping_interval=None,
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
        except BaseException as error:  # noqa: BLE001 - handed to the starting thread
            self._failure = error
        finally:
            self._up.set()

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
