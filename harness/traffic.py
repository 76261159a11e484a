"""Traffic from outside to the workloads of a cluster: who sends it, and who answers.

Only a cluster of ours can say where it went; it says so by ``Capability.TRAFFIC_SIMULATION``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable

from harness.cluster import Capability, Cluster

__all__ = [
    "AGENT",
    "NOBODY",
    "ORIGINAL",
    "Delivery",
    "Headers",
    "HttpVersion",
    "Outbound",
    "Traffic",
    "request",
    "traffic_of",
]

ORIGINAL: Final = "original"
"""The target's own process answered."""
AGENT: Final = "agent"
"""mirrord answered, as nobody else could."""
NOBODY: Final = "nobody"
"""There is no answer yet, or the connection was lost before one came."""

Headers: TypeAlias = Sequence[tuple[str, str | bytes]]
HttpVersion: TypeAlias = Literal["HTTP/1.1", "HTTP/2.0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What has come of a request, or of a stream.

    ``answered_by`` is ``ORIGINAL``, ``AGENT``, ``NOBODY``, or the id of a session as people see it. ``stolen_by`` is the id
    of the session that a request went to, whether or not it has answered.
    """

    answered_by: str
    stolen_by: str | None = None
    mirrored_to: tuple[str, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""
    lost: str | None = None
    pod: str = ""


class Outbound(Protocol):
    """A connection to a port of a pod, from the side of whoever opened it."""

    @property
    def pod(self) -> str:
        """Whose it is, as ``namespace/name``."""
        ...

    @property
    def open(self) -> bool: ...

    def request(
        self, method: str = "GET", path: str = "/", headers: Headers = (), body: bytes = b"", *,
        arrives_within: timedelta = timedelta(0),
    ) -> int:  # fmt: skip
        """Send a request; its number on this connection, counted from 0. ``arrives_within``: how long its body takes.

        Raises:
            ConnectionError: the connection is closed.
        """
        ...

    def delivery(self, number: int = -1) -> Delivery:
        """What has come of a request until now."""
        ...

    def send(self, data: bytes) -> Delivery:
        """Send bytes that are no HTTP, or that follow an upgrade; where they go.

        Raises:
            ConnectionError: the connection is closed.
        """
        ...

    def received(self) -> bytes:
        """The bytes that have come back, but for responses."""
        ...

    def close(self) -> None: ...


class Traffic(Protocol):
    """The ways into a cluster's pods."""

    def connect(
        self, target: str, port: int, namespace: str = "default", *, http_version: HttpVersion = "HTTP/1.1",
        tls: bool = False,
    ) -> Outbound:  # fmt: skip
        """Open a connection; a target is spelt as in mirrord.json, and several pods are taken in turns.

        Raises:
            ConnectionRefusedError: nobody has the port.
            StatusError: there is no such target.
        """
        ...


@runtime_checkable
class _Reachable(Protocol):
    @property
    def traffic(self) -> Traffic: ...


def traffic_of(cluster: Cluster) -> Traffic:
    """The ways into a cluster's pods.

    Raises:
        AssertionError: it has none that tell; scenarios that need one have the tag ``@needs_traffic_simulation``.
    """
    need = Capability.TRAFFIC_SIMULATION
    assert isinstance(cluster, _Reachable), f"this cluster has no {need}: tag it @needs_{need}"
    return cluster.traffic


def request(
    cluster: Cluster, target: str, port: int, method: str = "GET", path: str = "/", headers: Headers = (),
    body: bytes = b"", *, namespace: str = "default", http_version: HttpVersion = "HTTP/1.1",
    connection: Outbound | None = None,
) -> Delivery:  # fmt: skip
    """Send one request, on a connection of its own unless one is given, and say what came of it."""
    used = connection or traffic_of(cluster).connect(target, port, namespace, http_version=http_version)
    delivery = used.delivery(used.request(method, path, headers, body))
    if connection is None:
        used.close()
    return delivery
