"""One HTTP/1.1 connection to a server, on which requests follow each other: what a client and a proxy share.

It follows no redirects, and knows neither compression nor HTTP/2.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import httptools

__all__ = ["HTTPConnection", "Head", "host_header"]

_CHUNK = 64 * 1024
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class Head:
    """Status and headers of an answer; names in lower case."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class _Parser:
    """Collects what httptools reports."""

    def __init__(self) -> None:
        self.head = Head()
        self.head_complete = False
        self.complete = False
        self.reusable = False
        self.chunks: list[bytes] = []
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.head.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.head.status = self.parser.get_status_code()
        self.head_complete = True

    def on_body(self, body: bytes) -> None:
        self.chunks.append(body)

    def on_message_complete(self) -> None:
        self.reusable = self.parser.should_keep_alive()
        self.complete = True


class HTTPConnection:
    """An open connection; made by ``open``. One request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answer = _Parser()
        self.heard = False
        """Whether anything of the present answer has come."""

    @classmethod
    async def open(
        cls, host: str, port: int, tls: ssl.SSLContext | None, server_name: str | None = None
    ) -> HTTPConnection:
        """Connect.

        Raises:
            OSError: nobody answers, or the certificate is not to be trusted.
        """
        name = (server_name or host) if tls is not None else None
        return cls(*await asyncio.open_connection(host, port, ssl=tls, server_hostname=name))

    @property
    def reusable(self) -> bool:
        """Whether another request may follow."""
        return self._answer.complete and self._answer.reusable and not self._reader.at_eof()

    async def exchange(self, method: str, target: str, headers: Headers, body: bytes = b"") -> Head:
        """Send a request whose body is whole, and wait for the head of the answer. Closes the connection if that fails.

        Raises:
            OSError: the connection broke.
        """
        lines = [f"{method} {target} HTTP/1.1".encode("latin-1"), *(b"%b: %b" % pair for pair in headers)]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(b"content-length: %d" % len(body))
        self._answer = _Parser()
        self.heard = False
        try:
            self._writer.write(b"\r\n".join([*lines, b"", body]))
            await self._writer.drain()
            while not self._answer.head_complete:
                await self._read()
        except BaseException:
            self.close()
            raise
        return self._answer.head

    async def body(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes.

        Raises:
            OSError: the connection broke before its end.
        """
        answer = self._answer
        while True:
            while answer.chunks:
                yield answer.chunks.pop(0)
            if answer.complete:
                return
            await self._read()

    async def _read(self) -> None:
        data = await self._reader.read(_CHUNK)
        if not data:
            if self._ends_with_connection():
                self._answer.complete = True
                return
            raise ConnectionResetError("the server closed the connection")
        self.heard = True
        try:
            self._answer.parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise ConnectionError(f"the server does not speak HTTP: {error}") from error

    def _ends_with_connection(self) -> bool:
        """Whether the answer's body has no other end than that of the connection."""
        if not self._answer.head_complete:
            return False
        return not any(
            name in (b"content-length", b"transfer-encoding") for name, _ in self._answer.head.headers
        )

    def close(self) -> None:
        """End it at once: nothing that matters is ever under way."""
        self._writer.transport.abort()


def host_header(host: str, port: int) -> tuple[bytes, bytes]:
    """The Host of a request."""
    return b"host", f"[{host}]:{port}".encode() if ":" in host else f"{host}:{port}".encode()
