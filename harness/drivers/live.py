"""A cluster on a socket, whoever runs it, as scenarios see it: people, clients, kubeconfigs, sessions and time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubernetes.config import new_client_from_config

from fakes.apimachinery.clock import FakeClock, RealClock
from fakes.apimachinery.names import Names
from harness.cluster import ANONYMOUS, Capability, SessionHandle, User
from harness.drivers.identities import People, impersonation_headers, kubeconfig_for
from harness.drivers.kubeconfig import write_private
from harness.drivers.observed_pool import ObservedPool, Observer, Seen
from harness.drivers.operator_control import ModelOperator
from harness.drivers.session_names import SessionNames
from harness.drivers.session_starting import BinaryStarter, LiveSession, Start, Starter
from harness.drivers.traffic import DriverTraffic
from harness.evidence import AuditEntry
from harness.isolation.sessions import OwnSessions
from harness.session_connection import SessionConnection

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

    from harness.drivers.operator_beside import OperatorBeside

__all__ = ["Clients", "LiveCluster"]

_MOMENT = 0.01


@dataclass(slots=True, kw_only=True)
class Clients:
    """Kubeconfigs and official clients of people, made when they are first needed.

    Args:
        stanza: the ``cluster`` of a kubeconfig.
        directory: where kubeconfigs go; only its owner can read them.
        observer: sees requests before they are made.
        seen: is told of answers.
        names: what their users call sessions.
    """

    stanza: dict[str, Any]
    people: People
    directory: Path
    observer: Observer | None = None
    seen: Seen | None = None
    names: SessionNames | None = None
    _clients: dict[User, ApiClient] = field(default_factory=dict)
    _paths: dict[User, Path] = field(default_factory=dict)

    def kubeconfig(self, user: User) -> Path:
        path = self._paths.get(user)
        if path is None:
            content = kubeconfig_for(self.stanza, self.people.stanza(user), user.name)
            path = self._paths[user] = self.directory / f"{len(self._paths)}.kubeconfig"
            write_private(path, content)
        return path

    def api_client(self, user: User) -> ApiClient:
        client = self._clients.get(user)
        if client is None:
            client = self._clients[user] = new_client_from_config(str(self.kubeconfig(user)))
            client.rest_client.pool_manager = ObservedPool(
                client.rest_client.pool_manager,
                user,
                impersonation_headers(self.people.stanza(user)),
                self.observer,
                self.seen,
                self.names,
            )
        return client

    def close(self) -> None:
        for client in self._clients.values():
            client.rest_client.pool_manager.clear()
            client.close()
        self._clients.clear()


class LiveCluster:
    """Implements ``harness.cluster.Cluster``.

    Args:
        observer: sees what the clients of people do; ``clients`` has the same.
        starter: starts sessions.
        operator: the model of the operator, if it is ours and beside us.
        end: ends what sessions were started here, where the operator lives on and would keep them until their time.
        evidence: what the cluster tells of its requests.
        on_close: called once, last.
        own: the sessions that the run has started; all are its own without.
    """

    def __init__(
        self, *, clients: Clients, admin: User, capabilities: frozenset[Capability], names: Names, observer: Observer,
        starter: Starter, operator: OperatorBeside | None = None, evidence: Callable[[], Sequence[AuditEntry]] = list,
        end: Callable[[], object] = lambda: None, on_close: Callable[[], object] = lambda: None,
        own: OwnSessions | None = None,
    ) -> None:  # fmt: skip
        self._clients = clients
        self._admin = admin
        self._capabilities = capabilities
        self._session_ids = names.branch("sessions")
        self._observer = observer
        self._starter = starter
        self._end = end
        self._own = own
        self._operator = operator
        self._evidence = evidence
        self._on_close = on_close
        self._sessions: list[LiveSession] = []
        self._pause = threading.Event()
        self._closed = False

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._capabilities

    @property
    def admin(self) -> User:
        return self._admin

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return self._clients.people.user(name, groups, real_name=real_name, hostname=hostname)

    def api_client(self, user: User) -> ApiClient:
        return self._clients.api_client(user)

    def kubeconfig(self, user: User) -> Path | None:
        self._observer.before(user, "", "")
        return self._clients.kubeconfig(user)

    def now(self) -> datetime:
        clock = RealClock() if self._operator is None else self._operator.clock
        return clock.now()

    def step(self, duration: timedelta) -> None:
        operator = self._operator
        assert operator is not None
        clock = operator.clock
        assert isinstance(clock, FakeClock)
        operator.run(lambda: clock.step(duration))

    def pause(self) -> bool:
        self._observer.before(ANONYMOUS, "", "")
        if self._operator is not None:
            self._operator.settle()
        self._pause.wait(_MOMENT)
        return True

    def connect(
        self, user: User, target: str, namespace: str = "default", *, session_id: str | None = None,
        key: str | None = None, parameters: Mapping[str, str] | None = None, copy: str | None = None,
    ) -> SessionHandle:  # fmt: skip
        self._observer.before(user, "", "")
        name = self._session_ids.uint64() if session_id is None else int(session_id, 16)
        session = self._starter.start(
            Start(
                user=user, target=target, namespace=namespace, name=name, key=key, parameters=parameters or {}, copy=copy,
            )
        )  # fmt: skip
        self._sessions.append(session)
        return session

    def concerns(self, session_id: str) -> bool:
        """Whether a session is the scenario's: on somebody's cluster others may be at work."""
        if self._has_our_operator or self._own is None:
            return True
        names, number = self._clients.names, int(session_id, 16)
        real = names.real(number) if names is not None else None
        return f"{number if real is None else real:X}" in self._own

    @property
    def session_names(self) -> SessionNames | None:
        """What scenarios call sessions, for what is typed and printed."""
        return self._clients.names

    @property
    def _has_our_operator(self) -> bool:
        return self._operator is not None and self._operator.operator is not None

    @property
    def operator(self) -> ModelOperator:
        """The model, where it is ours."""
        beside = self._operator
        if beside is None or beside.operator is None:
            raise AttributeError("the operator of this cluster is not ours")
        return ModelOperator(beside.operator, beside.run, lasting=isinstance(self._starter, BinaryStarter))

    @property
    def traffic(self) -> DriverTraffic:
        """Traffic to pods, as far as our operator knows of it: nobody else sends or gets any."""
        beside = self._operator
        if beside is None or beside.operator is None or beside.network is None:
            raise AttributeError("the operator of this cluster is not ours")
        return DriverTraffic(
            beside.network, beside.operator.traffic, call=beside.run, wait=beside.wait,
            sessions=lambda: [each for each in self._sessions if isinstance(each, SessionConnection)], pause=self.pause,
            named=self._named,
        )  # fmt: skip

    def _named(self, session: int) -> str:
        names = self._clients.names
        return f"{session:X}" if names is None else names.text(f"{session:X}")

    def evidence(self) -> Sequence[AuditEntry]:
        return self._evidence()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with ExitStack() as last_first:
            last_first.callback(self._clients.close)
            last_first.callback(self._on_close)
            if not self._has_our_operator:
                last_first.callback(self._end)
            for session in self._sessions:
                last_first.callback(session.close)
