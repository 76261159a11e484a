"""The official client over an application in the same process: no socket, no TLS, and the same scenario code.

``InProcessPool`` stands in for the connection pool below ``ApiClient.rest_client.pool_manager``; what is above it, from
serialisation to error handling, is the client's own.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Mapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import urllib3

__all__ = ["Connection", "InProcessPool"]


class Connection(Protocol):
    """A user's way into a server in the same process."""

    def exchange(
        self, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """One request and its whole answer."""
        ...

    def stream(
        self, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]]
    ) -> tuple[int, list[tuple[bytes, bytes]], io.RawIOBase]:
        """One request whose answer is read as it arrives."""
        ...


class _Answer(urllib3.HTTPResponse):
    """An answer whose body is read as it comes: what a chunked body does on a socket."""

    def stream(
        self, amt: int | None = 2**16, decode_content: bool | None = None
    ) -> Generator[bytes, None, None]:
        while chunk := self.read(amt or 2**16, decode_content=False):
            yield chunk


class InProcessPool:
    """What ``urllib3.PoolManager`` is for a client, as far as the official client uses it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def request(
        self,
        method: str,
        url: str,
        *,
        body: str | bytes | None = None,
        fields: Any = None,
        headers: Mapping[str, str] | None = None,
        preload_content: bool = True,
        timeout: Any = None,
        **_: Any,
    ) -> urllib3.HTTPResponse:
        parts = urlsplit(url)
        query = parts.query.encode()
        sent = [
            (name.lower().encode(), str(value).encode("utf-8")) for name, value in (headers or {}).items()
        ]  # fmt: skip
        path = unquote(parts.path)
        raw = body.encode() if isinstance(body, str) else body or b""
        answer: io.RawIOBase | io.BytesIO
        try:
            if _streams(method, query):
                status, received, answer = self._connection.stream(method, path, query, sent)
            else:
                status, received, content = self._connection.exchange(method, path, query, sent, raw)
                answer = io.BytesIO(content)
        except ConnectionError as error:
            raise urllib3.exceptions.ProtocolError(f"Connection broken: {error!r}", error) from error
        return _Answer(
            body=answer,
            headers=urllib3.HTTPHeaderDict(
                [(name.decode(), value.decode("latin-1")) for name, value in received]
            ),
            status=status,
            reason="",
            preload_content=preload_content,
            request_method=method,
        )

    def clear(self) -> None:
        """There are no connections to close."""


def _streams(method: str, query: bytes) -> bool:
    """Whether the answer has no end of its own: a watch, or a log that is followed."""
    if method != "GET" or not query:
        return False
    wanted = {pair.partition(b"=")[::2] for pair in query.split(b"&")}
    return any(
        name in (b"watch", b"follow") and value.lower() not in (b"false", b"0") for name, value in wanted
    )
