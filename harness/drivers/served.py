"""``served``: the fake cluster behind TLS on loopback, with a kubeconfig for each user, so that binaries can use it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from kubernetes.client import ApiClient
from kubernetes.config import new_client_from_config

from fakes.apimachinery.clock import FakeClock
from harness.cluster import Capability, Cluster, OperatorSettings, SessionHandle, User
from harness.drivers import auditing, people
from harness.drivers.kubeconfig import kubeconfig, write_private
from harness.drivers.serving import ServedFake
from harness.evidence import AuditEntry

__all__ = ["ServedDriver", "open_served"]

_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def open_served(
    *, seed: int, now: datetime | None, operator: str = "model", settings: OperatorSettings | None = None
) -> Cluster:
    """A fresh cluster with the operator's model in it, served until it is closed."""
    directory = Path(mkdtemp(prefix="harness-served-"))
    try:
        served = ServedFake(
            directory=directory, operator=operator, clock="fake", now=now or _START, seed=seed, settings=settings
        )
        served.start()
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return ServedDriver(served, directory)


class ServedDriver:
    """Implements ``harness.cluster.Cluster`` over a ServedFake."""

    capabilities = frozenset({Capability.CLOCK_CONTROL, Capability.DESTRUCTIVE, Capability.KUBECTL})
    admin = people.ADMIN

    def __init__(self, served: ServedFake, directory: Path) -> None:
        self._served = served
        self._directory = directory
        self._people = people.People(served.cluster)
        self._clients: dict[User, ApiClient] = {}
        self._kubeconfigs: dict[User, Path] = {}
        self._pause = threading.Event()

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return people.user(name, groups, real_name=real_name, hostname=hostname)

    def api_client(self, user: User) -> ApiClient:
        client = self._clients.get(user)
        if client is None:
            client = self._clients[user] = new_client_from_config(str(self.kubeconfig(user)))
        return client

    def kubeconfig(self, user: User) -> Path | None:
        path = self._kubeconfigs.get(user)
        if path is None:
            credentials = self._people.credentials(user)
            ca = self._served.cluster.client_ca.pem
            content = kubeconfig(self._served.url, ca, {user.name: credentials}, user.name)
            path = write_private(self._directory / "people" / f"{len(self._kubeconfigs)}.kubeconfig", content)
            self._kubeconfigs[user] = path
        return path

    def now(self) -> datetime:
        return self._served.cluster.clock.now()

    def step(self, duration: timedelta) -> None:
        clock = self._served.cluster.clock
        assert isinstance(clock, FakeClock)
        self._served.call(lambda: clock.step(duration))

    def pause(self) -> bool:
        self._served.call(self._served.cluster.settle)
        self._pause.wait(0.01)
        return True

    def connect(
        self, user: User, target: str, namespace: str = "default", *, session_id: str | None = None,
        key: str | None = None,
    ) -> SessionHandle:  # fmt: skip
        raise NotImplementedError

    def evidence(self) -> Sequence[AuditEntry]:
        return self._served.call(lambda: auditing.entries(self._served.cluster.audit))

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._served.stop()
        shutil.rmtree(self._directory, ignore_errors=True)
