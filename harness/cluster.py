"""All that a scenario knows of a cluster: who is there, how it is asked, and what time it is.

Whether the cluster is in process, served on loopback or real is the business of a driver (``harness.drivers``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fakes.apimachinery.status import StatusError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

    from fakes.mirrord.protocol.filters import HttpFilter
    from harness.evidence import AuditEntry
    from harness.session_traffic import ApplicationTraffic

__all__ = [
    "ANONYMOUS",
    "Capability",
    "Cluster",
    "ClusterUnavailableError",
    "NotHereError",
    "OperatorSettings",
    "SessionHandle",
    "SessionWords",
    "StatusData",
    "StatusError",
    "SubscriptionError",
    "User",
]


class Capability(StrEnum):
    """What a cluster can do that not every cluster can; the tag ``@needs_<value>`` asks for it."""

    CLOCK_CONTROL = "clock_control"
    """``step`` moves the cluster's time."""
    TRAFFIC_SIMULATION = "traffic_simulation"
    """Requests can be sent to a workload, and who got them is known."""
    KUBELET = "kubelet"
    """Pods are started and report that they run, without being told."""
    DESTRUCTIVE = "destructive"
    """The cluster is ours: ending every session harms nobody."""
    FAULTS = "faults"
    """The cluster fails when it is asked to (``harness.faults``)."""
    KUBECTL = "kubectl"
    """The cluster listens on a socket, so a binary with a kubeconfig can use it."""
    OPERATOR_CONTROL = "operator_control"
    """The operator can be told to fail, to be replaced, and to be another (``harness.operators``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or program as the cluster sees it, and the machine they sit at."""

    name: str
    """The Kubernetes username."""
    groups: tuple[str, ...] = ()
    real_name: str = ""
    """What ``whoami`` calls them; sent as ``x-client-name``."""
    hostname: str = ""
    """Sent as ``x-client-hostname``."""

    def __str__(self) -> str:
        return f"{self.real_name}/{self.name}@{self.hostname}" if self.real_name else self.name


ANONYMOUS = User(name="system:anonymous", groups=("system:unauthenticated",))
"""Whoever shows no credentials at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusData:
    """Parts of an operator's status that nothing in the cluster brings about: queues, other clusters, previews."""

    data: dict[str, Any]
    """By the fields of ``status``; ``queues`` has the fields ``sqs`` and ``kafka`` of sessions, by session id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """What an installation of the operator decides; None leaves the product's default, or what holds already."""

    version: str | None = None
    default_namespace: str | None = None
    license_name: str | None = None
    license_organization: str | None = None
    license_expire_at: str | None = None
    setup_deadline: timedelta | None = None
    unused_ttl: timedelta | None = None
    max_session_time: timedelta | None = None
    supported_features: tuple[str, ...] | None = None
    license_tier: str | None = None
    """``teams`` or ``enterprise``."""
    license_seats: int | None = None
    license_seat_of: str | None = None
    """``certificate`` or ``k8s-user``: what a seat is counted by."""
    license_unreachable_since: datetime | None = None
    """When the operator last reached its license server, if it cannot now."""
    values: tuple[tuple[str, Any], ...] = ()
    """Values of the product's Helm chart, by their dotted names."""
    assumptions: tuple[tuple[str, Any], ...] = ()
    """What no source says of the operator, by the names of the model's settings; an operator of the product has none."""
    status: StatusData | None = None
    store_sessions: bool | None = None
    """Whether sessions are kept in the cluster as MirrordClusterSessions. The product does, the model if it is told to."""


class ClusterUnavailableError(Exception):
    """The cluster cannot be had, not by this scenario and not by the next; the text says why and what to do."""


class NotHereError(Exception):
    """A scenario wants what this cluster does not allow; the text says what."""


class SessionWords(Protocol):
    """How sessions are called in a scenario, where that is not what they are called on the cluster."""

    def word(self, word: str) -> str:
        """A word of a command line as the cluster knows it."""
        ...

    def cells(self, text: str) -> str:
        """What a program printed as the scenario knows it."""
        ...


class SubscriptionError(Exception):
    """The operator did not let a session have a port; the text is what the user reads."""


class SessionHandle(Protocol):
    """One running ``mirrord``, from the side of the user who started it."""

    @property
    def id(self) -> str:
        """The session's id as people see it: upper hexadecimal, no padding."""
        ...

    @property
    def user(self) -> User: ...

    @property
    def connected(self) -> bool:
        """The connection is open, as far as the client has been told."""
        ...

    @property
    def close_reason(self) -> str | None:
        """What the operator said when it ended the session; None if it said nothing."""
        ...

    @property
    def application(self) -> ApplicationTraffic:
        """What reaches the application behind this mirrord, and what it answers."""
        ...

    def answer_waiting(self) -> None:
        """Let the application answer what it has kept waiting."""
        ...

    def subscribe(
        self, port: int, mode: str = "steal", http_filter: str | HttpFilter | None = None
    ) -> None:  # fmt: skip
        """Ask for a port. ``http_filter`` may be spelt as status shows it: ``header=X-PG-Tenant: Avi.+``.

        Raises:
            SubscriptionError: the operator said no.
        """
        ...

    def unsubscribe(self, port: int) -> None: ...

    def environment(self) -> dict[str, str]:
        """The variables of the target's container, as mirrord gives them to the local process."""
        ...

    def disconnect(self) -> None:
        """End the client. Returns when the operator has seen it; a second call does nothing."""
        ...


class Cluster(Protocol):
    """A cluster with an operator in it, as seen by whoever uses it."""

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    @property
    def admin(self) -> User:
        """A member of ``system:masters``."""
        ...

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        """A user with credentials for this cluster. The same name and groups may be asked for again."""
        ...

    def api_client(self, user: User) -> ApiClient:
        """The official client, authenticated as that user; the cluster keeps it and closes it."""
        ...

    def kubeconfig(self, user: User) -> Path | None:
        """A kubeconfig whose current context is that user; None if the cluster is on no socket."""
        ...

    def now(self) -> datetime:
        """The cluster's time: aware, UTC."""
        ...

    def step(self, duration: timedelta) -> None:
        """Let time pass, and what is due in it happen. Needs ``Capability.CLOCK_CONTROL``."""
        ...

    def pause(self) -> bool:
        """Give what happens by itself a moment to happen.

        False says that nothing is under way any more, so that asking again would give the same answer.
        """
        ...

    def connect(
        self,
        user: User,
        target: str,
        namespace: str = "default",
        *,
        session_id: str | None = None,
        key: str | None = None,
        parameters: Mapping[str, str] | None = None,
        copy: str | None = None,
    ) -> SessionHandle:
        """Start mirrord as the command line does: a connection with the API's ``proxy`` verb.

        ``target`` is spelt as in mirrord.json (``deployment/shop``, ``deployment/shop/container/web``, ``targetless``);
        ``session_id`` in hexadecimal, None for a random one from the cluster's seed; ``parameters`` are those of the
        connection beside or instead of the usual ones, as ``profile``; ``copy`` names a copy target, to which the connection is then made instead.

        Raises:
            StatusError: the API server or the operator refused.
        """
        ...

    def evidence(self) -> Sequence[AuditEntry]:
        """The latest requests, oldest first; empty if the cluster keeps none."""
        ...

    def close(self) -> None:
        """End everything that this cluster started. A second call does nothing."""
        ...
