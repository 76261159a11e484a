"""Servers behind the aggregator, some of which are unreachable on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.apiserver.endpoints.http import ASGIApp, Receive, Scope, Send
from fakes.kube.aggregator import Backend, Backends, ServiceReference

__all__ = ["FaultyBackends"]


@dataclass(frozen=True, slots=True)
class FaultyBackends:
    """Implements ``Backends`` over others.

    Args:
        is_away: whether nobody answers behind a Service, by its namespace and name.
    """

    inner: Backends
    is_away: Callable[[str, str], bool]

    @property
    def peer_certificate(self) -> bytes | None:
        return self.inner.peer_certificate

    def local(self, namespace: str, name: str) -> Backend | None:
        return None if self.is_away(namespace, name) else self.inner.local(namespace, name)

    def resolve(self, service: ServiceReference) -> Backend:
        found = self.inner.resolve(service)
        return _Away(service.port) if self.is_away(service.namespace, service.name) else found


@dataclass(frozen=True, slots=True)
class _Away:
    """A server that does not answer."""

    port: int
    remote = False
    address = ""

    def _refused(self) -> ConnectionRefusedError:
        return ConnectionRefusedError(f"dial tcp 127.0.0.1:{self.port}: connect: connection refused")

    @property
    def app(self) -> ASGIApp:
        async def refuse(_scope: Scope, _receive: Receive, _send: Send) -> None:
            raise self._refused()

        return refuse

    async def probe(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> tuple[int, Any]:
        raise self._refused()
