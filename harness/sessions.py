"""The sessions of a cluster as the operator reports them to whoever may read its status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.cluster import Cluster
from harness.objects import call

__all__ = ["Port", "Session", "sessions"]

OPERATOR = "/apis/operator.metalbear.co/v1/mirrordoperators/operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port that a session holds."""

    number: int
    kind: str
    http_filter: str | None

    def __str__(self) -> str:
        """As `mirrord operator status` prints it."""
        text = f"Port: {self.number}, Type: {self.kind}"
        return text if self.http_filter is None else f"{text}, Filter: {self.http_filter}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as the operator's status lists it."""

    id: str
    target: str
    namespace: str
    user: str
    seconds: int
    ports: tuple[Port, ...]


def sessions(cluster: Cluster) -> list[Session]:
    """All sessions of the scenario, in the operator's order, as the administrator sees them."""
    operator = call(cluster.api_client(cluster.admin), "GET", OPERATOR)
    found = [_session(each) for each in operator.get("status", {}).get("sessions", ())]
    concerns: Callable[[str], bool] | None = getattr(cluster, "concerns", None)
    return found if concerns is None else [each for each in found if not each.id or concerns(each.id)]


def _session(data: dict[str, Any]) -> Session:
    return Session(
        id=data.get("id") or "",
        target=data["target"],
        namespace=data.get("namespace") or "",
        user=data["user"],
        seconds=data["duration_secs"],
        ports=tuple(_port(port) for port in data.get("locked_ports") or ()),
    )


def _port(data: dict[str, Any] | list[Any]) -> Port:
    if isinstance(data, dict):
        return Port(number=data["port"], kind=data["kind"], http_filter=data.get("filter"))
    number, kind, http_filter = data
    return Port(number=number, kind=kind, http_filter=http_filter)
