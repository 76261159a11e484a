"""``served``: the fake cluster behind TLS on loopback, with a kubeconfig for each user, so that binaries can use it."""

from __future__ import annotations

import shutil
import ssl
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from kubernetes.client import ApiClient
from kubernetes.config import new_client_from_config

from fakes.apimachinery.clock import FakeClock
from harness.cluster import Capability, Cluster, OperatorSettings, SessionHandle, User
from harness.drivers import auditing, people
from harness.drivers.kubeconfig import kubeconfig, write_private
from harness.drivers.operator_control import ModelOperator
from harness.drivers.serving import ServedFake
from harness.drivers.session_sockets import open_over_tls
from harness.drivers.traffic import DriverTraffic
from harness.evidence import AuditEntry
from harness.faults import Fault, Faults
from harness.session_connection import SessionConnection
from harness.traffic import Traffic

__all__ = ["ServedDriver", "open_served"]

_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def open_served(
    *, seed: int, now: datetime | None, operator: str = "model", settings: OperatorSettings | None = None
) -> Cluster:
    """A fresh cluster with the operator's model in it, served until it is closed."""
    directory = Path(mkdtemp(prefix="harness-served-"))
    try:
        served = ServedFake(
            directory=directory,
            operator=operator,
            clock="fake",
            now=now or _START,
            seed=seed,
            settings=settings,
        )
        served.start()
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return ServedDriver(served, directory)


class ServedDriver:
    """Implements ``harness.cluster.Cluster`` over a ServedFake."""

    admin = people.ADMIN

    def __init__(self, served: ServedFake, directory: Path) -> None:
        self._served = served
        self.capabilities = frozenset(
            {Capability.DESTRUCTIVE, Capability.FAULTS, Capability.KUBECTL, Capability.TRAFFIC_SIMULATION}
        )
        if served.cluster.operator is not None:
            self.capabilities |= {Capability.OPERATOR_CONTROL}
        if isinstance(served.cluster.clock, FakeClock):
            self.capabilities |= {Capability.CLOCK_CONTROL}
        if "kubelet" in served.cluster.controllers:
            self.capabilities |= {Capability.KUBELET}
        self._directory = directory
        self._people = people.People(served.cluster)
        self._clients: dict[User, ApiClient] = {}
        self._kubeconfigs: dict[User, Path] = {}
        self._contexts: dict[User, ssl.SSLContext] = {}
        self._sessions: list[SessionConnection] = []
        self._session_ids = served.cluster.names.branch("sessions")
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
        key: str | None = None, parameters: Mapping[str, str] | None = None, copy: str | None = None,
    ) -> SessionHandle:  # fmt: skip
        number = self._session_ids.uint64() if session_id is None else int(session_id, 16)
        session = open_over_tls(
            self._served.url, self._tls(user), user, target, namespace, session_id=number, key=key,
            parameters=parameters, copy=copy,
        )  # fmt: skip
        self._sessions.append(session)
        return session

    def _tls(self, user: User) -> ssl.SSLContext:
        """How that user connects, with their certificate if they have one."""
        context = self._contexts.get(user)
        if context is None:
            context = self._contexts[user] = ssl.create_default_context(cafile=str(self._served.ca_path))
            if (credentials := self._people.credentials(user)) is not None:
                pair = write_private(
                    self._directory / "people" / f"{len(self._contexts)}.pem",
                    credentials.certificate + credentials.key,
                )
                context.load_cert_chain(pair)
        return context

    @property
    def traffic(self) -> Traffic:
        return DriverTraffic.of(self._served.cluster, self._served.call, lambda: self._sessions, self.pause)

    @property
    def faults(self) -> Faults:
        return _ServedFaults(self._served)

    @property
    def operator(self) -> ModelOperator:
        operator = self._served.cluster.operator
        assert operator is not None, "this cluster has no operator"
        return ModelOperator(operator, self._served.call)

    def evidence(self) -> Sequence[AuditEntry]:
        return self._served.call(lambda: auditing.entries(self._served.cluster.audit))

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self._sessions.clear()
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._served.stop()
        shutil.rmtree(self._directory, ignore_errors=True)


class _ServedFaults:
    """Implements ``harness.faults.Faults`` from outside of the serving thread."""

    def __init__(self, served: ServedFake) -> None:
        self._call = served.call
        self._faults = served.cluster.faults

    def add(self, fault: Fault) -> None:
        self._call(lambda: self._faults.add(fault))

    def clear(self) -> None:
        self._call(self._faults.clear)

    def end_watches(self, fault: Fault) -> int:
        return self._call(lambda: self._faults.end_watches(fault))

    def compact(self) -> None:
        self._call(self._faults.compact)

    def take_down(self, namespace: str, service: str) -> None:
        self._call(lambda: self._faults.take_down(namespace, service))

    def bring_back(self, namespace: str, service: str) -> None:
        self._call(lambda: self._faults.bring_back(namespace, service))
