"""``fake``: a cluster in this process, without a socket, on a clock that moves only when told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar, cast

from kubernetes.client import ApiClient, Configuration
from urllib3 import PoolManager

from fakes.apimachinery.clock import FakeClock
from fakes.cluster import FakeCluster
from harness.cluster import Capability, Cluster, OperatorSettings, SessionHandle, User
from harness.drivers import auditing, people
from harness.drivers.in_process import InProcessConnection
from harness.drivers.operator_control import ModelOperator
from harness.drivers.operator_settings import model_settings
from harness.drivers.session_sockets import open_in_process
from harness.drivers.traffic import DriverTraffic
from harness.evidence import AuditEntry
from harness.faults import Faults
from harness.session_connection import SessionConnection
from harness.traffic import Traffic
from harness.transport import InProcessPool

__all__ = ["FakeDriver", "open_fake"]

T = TypeVar("T")

_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def open_fake(
    *, seed: int, now: datetime | None, operator: str = "model", settings: OperatorSettings | None = None
) -> Cluster:
    """A fresh cluster with the operator's model in it."""
    return FakeDriver(
        FakeCluster(
            clock=FakeClock(now or _START), seed=seed, operator="model" if operator == "model" else "none",
            operator_settings=model_settings(settings),
        )
    )  # fmt: skip


class FakeDriver:
    """Implements ``harness.cluster.Cluster`` over a FakeCluster."""

    capabilities = frozenset(
        {
            Capability.CLOCK_CONTROL,
            Capability.KUBELET,
            Capability.DESTRUCTIVE,
            Capability.FAULTS,
            Capability.OPERATOR_CONTROL,
            Capability.TRAFFIC_SIMULATION,
        }
    )
    admin = people.ADMIN

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self._people = people.People(cluster)
        self._clients: dict[User, ApiClient] = {}
        self._sessions: list[SessionConnection] = []
        self._session_ids = cluster.names.branch("sessions")

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return people.user(name, groups, real_name=real_name, hostname=hostname)

    def _connection(self, user: User) -> InProcessConnection:
        credentials = self._people.credentials(user)
        return InProcessConnection(self._cluster, credentials.der if credentials else None)

    def api_client(self, user: User) -> ApiClient:
        client = self._clients.get(user)
        if client is None:
            client = self._clients[user] = ApiClient(Configuration(host="https://fake.cluster.local"))
            pool = InProcessPool(self._connection(user))
            client.rest_client.pool_manager = cast(PoolManager, pool)
        return client

    def kubeconfig(self, user: User) -> Path | None:
        return None

    def now(self) -> datetime:
        return self._cluster.clock.now()

    def step(self, duration: timedelta) -> None:
        clock = self._cluster.clock
        assert isinstance(clock, FakeClock)
        clock.step(duration)

    def pause(self) -> bool:
        self._cluster.driver.idle()
        return False

    def connect(
        self, user: User, target: str, namespace: str = "default", *, session_id: str | None = None,
        key: str | None = None, parameters: Mapping[str, str] | None = None, copy: str | None = None,
    ) -> SessionHandle:  # fmt: skip
        number = self._session_ids.uint64() if session_id is None else int(session_id, 16)
        credentials = self._people.credentials(user)
        session = open_in_process(
            self._cluster, user, target, namespace, session_id=number, key=key, parameters=parameters,
            copy=copy,
            certificate=credentials.der if credentials else None,
        )  # fmt: skip
        self._sessions.append(session)
        self._cluster.settle()
        return session

    @property
    def traffic(self) -> Traffic:
        return DriverTraffic.of(
            self._cluster, lambda function: function(), lambda: self._sessions, self.pause
        )

    @property
    def faults(self) -> Faults:
        return self._cluster.faults

    @property
    def operator(self) -> ModelOperator:
        operator = self._cluster.operator
        assert operator is not None, "this cluster has no operator"
        return ModelOperator(operator, self._call)

    def _call(self, function: Callable[[], T]) -> T:
        """Run a function, and let happen what follows from it."""
        found = function()
        self._cluster.driver.idle()
        self._cluster.settle()
        return found

    def evidence(self) -> Sequence[AuditEntry]:
        return auditing.entries(self._cluster.audit)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._cluster.close()
