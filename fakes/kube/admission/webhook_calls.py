"""Posting a review to a webhook: over HTTP/1.1 and TLS, or to a server of this process behind a Service.

One connection a call. Not here: proxies, redirects, HTTP/2. The texts of failures are those of Go's HTTP client.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fakes.apimachinery.clock import enter_loop
from fakes.apiserver.dialling import client_context, failure_text
from fakes.apiserver.endpoints.http import ASGIApp
from fakes.apiserver.loopback import exchange, http_scope
from fakes.apiserver.storage.interface import Storage
from fakes.kube.service_routing import NoRouteError, route

__all__ = ["CallError", "ServiceApps", "WebhookClient"]

_MAX_ANSWER = 16 * 1024 * 1024


class CallError(Exception):
    """A call that did not bring an answer; the text is what the caller of the server is told."""


ServiceApps = Callable[[str, str], ASGIApp | None]
"""From namespace and name of a Service to the server of this process behind it, if it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Where a call goes: the URL as messages show it, and the address behind it."""

    url: str
    host: str
    port: int
    server_name: str
    path: str
    app: ASGIApp | None = None
    listening: bool = True


@dataclass(slots=True)
class WebhookClient:
    """Calls webhooks. Certificates are checked by the bundle of the webhook, or by the machine's authorities."""

    storage: Storage
    apps: ServiceApps
    _contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)

    async def post(self, config: Mapping[str, Any], body: bytes, *, seconds: int) -> bytes:
        """The body of the answer.

        Raises:
            CallError: there is none, or it is no success.
        """
        await enter_loop()
        url = _url(config, seconds)
        try:
            target = self._target(config, url)
        except (NoRouteError, ValueError) as error:
            raise CallError(f'Post "{url}": {error}') from error
        try:
            async with asyncio.timeout(seconds):
                status, answer = await self._exchange(target, config.get("caBundle") or "", body)
        except TimeoutError as error:
            raise CallError(f'Post "{url}": context deadline exceeded') from error
        except (OSError, ValueError, EOFError) as error:
            text = failure_text(error, f"{target.host}:{target.port}", target.server_name)
            raise CallError(f'Post "{url}": {text}') from error
        if not 200 <= status < 300:
            raise CallError(_refused(status, answer))
        return answer

    def _target(self, config: Mapping[str, Any], url: str) -> _Target:
        parts = urlsplit(url)
        path = f"{parts.path or '/'}?{parts.query}"
        service = config.get("service")
        host, port = parts.hostname or "", parts.port or 443
        if service is None:
            return _Target(url=url, host=host, port=port, server_name=host, path=path)
        namespace, name = service.get("namespace", ""), service.get("name", "")
        app = self.apps(namespace, name)
        if app is None:
            found = route(self.storage, namespace, name, port)
            return _Target(
                url=url, host=found.host, port=found.port, server_name=host, path=path, listening=found.listening
            )  # fmt: skip
        return _Target(url=url, host="", port=port, server_name=host, path=path, app=app)

    async def _exchange(self, target: _Target, bundle: str, body: bytes) -> tuple[int, bytes]:
        if target.app is not None:
            path, _, query = target.path.partition("?")
            headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
            status, _, answer = await exchange(
                target.app, http_scope("POST", path, query.encode(), headers), body
            )
            return status, answer
        if not target.listening:
            raise ConnectionRefusedError
        reader, writer = await asyncio.open_connection(
            target.host,
            target.port,
            ssl=self._context(bundle),
            server_hostname=target.server_name,
            limit=1 << 20,
        )
        try:
            writer.write(_head(target, len(body)) + body)
            await writer.drain()
            return await _read(reader)
        finally:
            writer.transport.abort()

    def _context(self, bundle: str) -> ssl.SSLContext:
        if bundle not in self._contexts:
            self._contexts[bundle] = client_context(base64.b64decode(bundle))
        return self._contexts[bundle]


def _url(config: Mapping[str, Any], seconds: int) -> str:
    """The URL of a webhook, with the time it may take."""
    if (service := config.get("service")) is not None:
        host = f"{service.get('name', '')}.{service.get('namespace', '')}.svc:{service.get('port', 443)}"
        return f"https://{host}/{str(service.get('path') or '').lstrip('/')}?timeout={seconds}s"
    url = str(config.get("url", ""))
    return f"{url}{'&' if '?' in url else '?'}timeout={seconds}s"


def _head(target: _Target, length: int) -> bytes:
    host = urlsplit(target.url).netloc
    return (
        f"POST {target.path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: kube-apiserver-admission\r\n"
        f"Content-Length: {length}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        "Connection: close\r\n\r\n"
    ).encode()


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    line = await reader.readline()
    if not line:
        raise EOFError
    words = line.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
        raise ValueError(f'malformed HTTP response "{line.decode("latin-1").strip()}"')
    headers: dict[bytes, bytes] = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.partition(b":")
        headers[name.strip().lower()] = value.strip()
    return int(words[1]), await _read_body(reader, headers)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[bytes, bytes]) -> bytes:
    try:
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            return await _read_chunks(reader)
        if b"content-length" in headers:
            return await reader.readexactly(min(int(headers[b"content-length"]), _MAX_ANSWER))
    except asyncio.IncompleteReadError as error:
        raise ValueError("unexpected EOF") from error
    return await reader.read(_MAX_ANSWER)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    chunks, total = [], 0
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        total += size
        if total > _MAX_ANSWER:
            raise ValueError("http: request body too large")
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(2)
    return b"".join(chunks)


_STATUS_TEXTS: Mapping[int, str] = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    403: "forbidden",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}


def _refused(status: int, answer: bytes) -> str:
    if text := _STATUS_TEXTS.get(status):
        return text
    shown = answer.decode("utf-8", "replace").strip() or "unknown"
    if status >= 500:
        return f'an error on the server ("{shown}") has prevented the request from succeeding'
    return f"the server responded with the status code {status} but did not return more information"
