"""A client of an API server elsewhere, over HTTPS; implements ``fakes.apimachinery.client.Client``.

What an operator needs of a real cluster: requests with JSON in and out, watches, connections that are kept. It tries again
what met a connection that had been closed in the meantime, and what the server asks it to (``Retry-After``).
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from fakes.apimachinery.clock import Clock, RealClock
from fakes.apimachinery.status import StatusError
from fakes.apiserver.http_connection import Head, HTTPConnection, host_header
from fakes.apiserver.loopback import status_error

__all__ = ["RemoteClient"]

_IDLE = 8
_TRIES = 11


class RemoteClient:
    """A client that a TLS context (its certificate), or headers (a token), authenticate.

    Args:
        url: ``https://host:port``.
        clock: by which it waits before it tries again.
        headers: asked for what to send with each request, as tokens change; names in lower case.
    """

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext,
        *,
        headers: Callable[[], Sequence[tuple[bytes, bytes]]] = tuple,
        agent: str = "mirrord-operator",
        clock: Clock | None = None,
    ) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 443
        self._root = parts.path.rstrip("/")
        self._tls = tls
        self._clock = clock if clock is not None else RealClock()
        self._common = (
            host_header(self._host, self._port), (b"accept", b"application/json"), (b"user-agent", agent.encode())
        )  # fmt: skip
        self._headers = headers
        self._idle: list[HTTPConnection] = []

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Any:
        raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = [
            *self._common,
            *self._headers(),
            *((name.lower().encode(), value.encode()) for name, value in headers),
        ]
        if raw:
            sent.append((b"content-type", content_type.encode()))
        for attempt in range(_TRIES):
            try:
                connection, head = await self._send(method, self._target(path, query), sent, raw)
                answer = await self._finish(connection)
            except OSError as error:
                raise _unreachable(error) from error
            wait = _retry_after(head)
            if wait is None or attempt == _TRIES - 1:
                break
            await self._clock.sleep_until(self._clock.now() + wait)
        if not 200 <= head.status < 300:
            raise status_error(head.status, answer)
        return msgspec.json.decode(answer) if answer else None

    async def watch(
        self, path: str, *, query: Mapping[str, str] | None = None
    ) -> AsyncGenerator[dict[str, Any], None]:
        try:
            connection = await self._connect()
        except OSError as error:
            raise _unreachable(error) from error
        try:
            head = await connection.exchange(
                "GET",
                self._target(path, {**(query or {}), "watch": "true"}),
                [*self._common, *self._headers()],
            )
            if head.status != 200:
                raise status_error(head.status, b"".join([chunk async for chunk in connection.body()]))
            rest = b""
            async with aclosing(connection.body()) as chunks:
                async for chunk in chunks:
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        if line:
                            yield msgspec.json.decode(line)
        except OSError as error:
            raise _unreachable(error) from error
        finally:
            connection.close()

    def _target(self, path: str, query: Mapping[str, str] | None) -> str:
        return f"{self._root}{path}?{urlencode(query)}" if query else f"{self._root}{path}"

    async def _connect(self) -> HTTPConnection:
        return await HTTPConnection.open(self._host, self._port, self._tls)

    async def _send(
        self, method: str, target: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[HTTPConnection, Head]:
        while self._idle:
            connection = self._idle.pop()
            try:
                return connection, await connection.exchange(method, target, headers, body)
            except OSError:
                if connection.heard:
                    raise
        connection = await self._connect()
        return connection, await connection.exchange(method, target, headers, body)

    async def _finish(self, connection: HTTPConnection) -> bytes:
        """The whole body; the connection is kept, or closed if that was not to be."""
        try:
            answer = b"".join([chunk async for chunk in connection.body()])
        except BaseException:
            connection.close()
            raise
        self._keep(connection)
        return answer

    def _keep(self, connection: HTTPConnection) -> None:
        if connection.reusable and len(self._idle) < _IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close the connections that are kept; for the thread of the loop that opened them."""
        while self._idle:
            self._idle.pop().close()


def _retry_after(head: Head) -> timedelta | None:
    """How long to wait before trying again; None if that is not asked for. Source: client-go, rest/with_retry.go."""
    if head.status != 429 and head.status < 500:
        return None
    for name, value in head.headers:
        if name == b"retry-after" and value.isdigit():
            return timedelta(seconds=int(value))
    return None


def _unreachable(error: OSError) -> StatusError:
    return StatusError.of(503, "ServiceUnavailable", f"the API server cannot be reached: {error}")
