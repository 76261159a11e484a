"""Reaching an ASGI application from the same process: no socket, no TLS, and no event loop unless something waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator, Mapping, Sequence
from types import coroutine
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import ASGIApp, Message, Receive, Scope

__all__ = ["Driver", "LoopbackClient", "exchange", "http_scope", "receiving", "status_error"]

T = TypeVar("T")


@coroutine
def _resume(started: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
    """Go on with a coroutine that was driven by hand up to its first wait."""
    value: Any = None
    while True:
        try:
            waited = started.send(value)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        try:
            value = yield waited
        except BaseException as error:
            try:
                waited = started.throw(error)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            value = yield waited


class Driver:
    """Runs coroutines from synchronous code: by hand as far as they go, and in an event loop from their first wait on.

    Not for use from several threads at once.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following: set[asyncio.Task[None]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop, made when it is first needed."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end and give the result."""
        try:
            work.send(None)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        return self.loop.run_until_complete(_resume(work))

    def follow(self, work: Coroutine[Any, Any, None]) -> None:
        """Run to the end; inside of a running loop as far as nothing waits, and the rest whenever that loop can."""
        try:
            work.send(None)
        except StopIteration:
            return
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            self.loop.run_until_complete(_resume(work))
            return
        task = running.create_task(_finish(work))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    def idle(self) -> None:
        """Let everything that is ready happen."""
        if self._loop is not None:
            loop = self._loop
            while loop._ready:  # type: ignore[attr-defined]
                loop.run_until_complete(_nothing())

    def close(self) -> None:
        """Cancel what still waits, and close the loop."""
        if self._loop is None:
            return
        loop, self._loop = self._loop, None
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _finish(started: Coroutine[Any, Any, None]) -> None:
    await _resume(started)


async def _nothing() -> None:
    """One turn of the loop."""


def http_scope(
    method: str,
    path: str,
    query: bytes,
    headers: Sequence[tuple[bytes, bytes]],
    peer_certificate: bytes | None = None,
) -> Scope:
    """An ASGI scope for a request that never was on a wire."""
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": method,
        "path": path, "raw_path": path.encode(), "query_string": query, "root_path": "", "headers": headers,
        "scheme": "https", "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 6443),
        "state": {"peer_certificate": peer_certificate},
    }  # fmt: skip


def receiving(body: bytes) -> Receive:
    """The client's side of an exchange: a body, and then a client that waits for the answer without going away."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await enter_loop()
            await asyncio.get_running_loop().create_future()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def exchange(app: ASGIApp, scope: Scope, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """One request and its whole answer: status, headers, body."""
    status, headers, chunks = 0, list[tuple[bytes, bytes]](), list[bytes]()

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receiving(body), send)
    return status, headers, chunks[0] if len(chunks) == 1 else b"".join(chunks)


def status_error(code: int, body: bytes) -> StatusError:
    """What a client raises for an answer that is no success, whether or not the body is a Status."""
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        decoded = None
    if isinstance(decoded, dict) and decoded.get("kind") == "Status":
        return StatusError(decoded)
    return StatusError.of(code, "", body.decode("utf-8", "replace").strip())


class LoopbackClient:
    """A client of an application in this process; implements ``fakes.apimachinery.client.Client``.

    Args:
        headers: sent with every request, a bearer token for one; names in lower case.
        peer_certificate: the client's certificate in DER.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        peer_certificate: bytes | None = None,
    ) -> None:
        self._app = app
        self._headers = list(headers)
        self._peer_certificate = peer_certificate

    def _scope(
        self, method: str, path: str, query: Mapping[str, str] | None, headers: Sequence[tuple[str, str]],
        content_type: str = "",
    ) -> Scope:  # fmt: skip
        sent = [*self._headers, (b"accept", b"application/json"), (b"user-agent", b"loopback")]
        if content_type:
            sent.append((b"content-type", content_type.encode()))
        sent.extend((name.lower().encode(), value.encode()) for name, value in headers)
        return http_scope(method, path, urlencode(query or {}).encode(), sent, self._peer_certificate)

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
        scope = self._scope(method, path, query, headers, content_type if raw else "")
        code, _, answer = await exchange(self._app, scope, raw)
        if not 200 <= code < 300:
            raise status_error(code, answer)
        return msgspec.json.decode(answer) if answer else None

    async def watch(
        self, path: str, *, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        await enter_loop()
        lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        failure: list[StatusError] = []
        code = 0

        async def send(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            elif code == 200:
                if chunk := message.get("body"):
                    lines.put_nowait(chunk)
            else:
                failure.append(status_error(code, message.get("body", b"")))

        async def run() -> None:
            try:
                scope = self._scope("GET", path, {**(query or {}), "watch": "true"}, ())
                await self._app(scope, receiving(b""), send)
            finally:
                lines.put_nowait(None)

        task = asyncio.get_running_loop().create_task(run())
        try:
            while (line := await lines.get()) is not None:
                yield msgspec.json.decode(line)
            if failure:
                raise failure[0]
            await task
        finally:
            task.cancel()
