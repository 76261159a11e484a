"""A user's way into a FakeCluster in this process: what ``harness.transport`` needs below the official client."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from datetime import timedelta

from fakes.apimachinery.clock import FakeClock
from fakes.apiserver.endpoints.http import ASGIApp, Message, Scope
from fakes.apiserver.loopback import exchange, http_scope, receiving
from fakes.cluster import FakeCluster

__all__ = ["InProcessConnection"]

Headers = list[tuple[bytes, bytes]]


class InProcessConnection:
    """Implements ``harness.transport.Connection`` for one user."""

    def __init__(self, cluster: FakeCluster, certificate: bytes | None, token: str = "") -> None:
        self._cluster = cluster
        self._certificate = certificate
        self._headers = [(b"authorization", b"Bearer " + token.encode())] if token else []

    def _scope(self, method: str, path: str, query: bytes, headers: Headers) -> Scope:
        return http_scope(method, path, query, [*headers, *self._headers], self._certificate)

    def exchange(
        self, method: str, path: str, query: bytes, headers: Headers, body: bytes
    ) -> tuple[int, Headers, bytes]:
        scope = self._scope(method, path, query, headers)
        return self._cluster.driver.run(exchange(self._cluster.app, scope, body))

    def stream(
        self, method: str, path: str, query: bytes, headers: Headers
    ) -> tuple[int, Headers, io.RawIOBase]:
        stream = _Stream(self._cluster, self._cluster.app, self._scope(method, path, query, headers))
        stream.start()
        return stream.status, stream.headers, stream


class _Stream(io.RawIOBase):
    """The body of an answer that does not end by itself.

    Reading waits for what comes. On a clock that stands still it lets time pass up to whatever is due next, so that a
    watch with a timeout ends; if nothing is due, it says so instead of waiting for ever.
    """

    def __init__(self, cluster: FakeCluster, app: ASGIApp, scope: Scope) -> None:
        super().__init__()
        self._cluster = cluster
        self._app = app
        self._scope = scope
        self._chunks: deque[bytes] = deque()
        self._task: asyncio.Task[None] | None = None
        self.status = 0
        self.headers: Headers = []

    def start(self) -> None:
        """Send the request, and return when the head of the answer is there."""
        self._task = self._cluster.driver.loop.create_task(self._run())
        self._wait(lambda: bool(self.status))

    async def _run(self) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status, self.headers = message["status"], list(message["headers"])
            elif chunk := message.get("body"):
                self._chunks.append(chunk)

        await self._app(self._scope, receiving(b""), send)

    def _wait(self, ready) -> None:  # type: ignore[no-untyped-def]
        task, clock, driver = self._task, self._cluster.clock, self._cluster.driver
        if task is None:
            return
        while True:
            driver.idle()
            if ready() or task.done():
                break
            if not isinstance(clock, FakeClock):
                driver.loop.run_until_complete(asyncio.wait([task], timeout=0.05))
                continue
            deadline = clock.next_deadline()
            if deadline is None:
                raise TimeoutError(
                    "nothing more will happen on this watch: give it a timeout, or read less of it"
                )
            clock.step(max(timedelta(0), deadline - clock.now()))
        if not ready() and task.done() and (error := task.exception()) is not None:
            raise error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if not self._chunks:
            self._wait(lambda: bool(self._chunks))
        if not self._chunks:
            return 0
        chunk = self._chunks.popleft()
        taken = chunk[: len(buffer)]
        buffer[: len(taken)] = taken
        if len(taken) < len(chunk):
            self._chunks.appendleft(chunk[len(taken) :])
        return len(taken)

    def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._cluster.driver.idle()
        super().close()
