"""A cluster on a socket, whoever runs it, as scenarios see it: people, clients, kubeconfigs, sessions and time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubernetes.config import new_client_from_config

from fakes.apimachinery.clock import FakeClock, RealClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from harness.cluster import ANONYMOUS, Capability, NotHereError, SessionHandle, User
from harness.drivers.identities import People, impersonation_headers, kubeconfig_for, tls_of
from harness.drivers.kubeconfig import write_private
from harness.drivers.observed_pool import ObservedPool, Observer, Seen
from harness.drivers.operator_control import ModelOperator
from harness.drivers.session_sockets import open_over_tls
from harness.drivers.traffic import DriverTraffic
from harness.evidence import AuditEntry
from harness.isolation.sessions import SESSIONS
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

    from harness.drivers.operator_beside import OperatorBeside
    from harness.session_connection import SessionConnection

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
    """

    stanza: dict[str, Any]
    people: People
    directory: Path
    observer: Observer | None = None
    seen: Seen | None = None
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
        operator: the model of the operator, if it is ours and beside us.
        started: where the ids of sessions are put down, each before it is asked for.
        evidence: what the cluster tells of its requests.
        on_close: called once, last.
    """

    def __init__(
        self, *, clients: Clients, admin: User, capabilities: frozenset[Capability], names: Names, observer: Observer,
        operator: OperatorBeside | None = None, evidence: Callable[[], Sequence[AuditEntry]] = list,
        on_close: Callable[[], object] = lambda: None, started: set[str] | None = None,
    ) -> None:  # fmt: skip
        self._clients = clients
        self._admin = admin
        self._capabilities = capabilities
        self._session_ids = names.branch("sessions")
        self._observer = observer
        self._started = started if started is not None else set()
        self._operator = operator
        self._evidence = evidence
        self._on_close = on_close
        self._sessions: list[SessionConnection] = []
        self._mine: set[str] = set()
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
        client = self.api_client(user)
        tls, headers = tls_of(client)
        number = self._new_id() if session_id is None else int(session_id, 16)
        known = f"{number:X}" in self._mine
        self._started.add(f"{number:X}")
        self._mine.add(f"{number:X}")
        try:
            session = open_over_tls(
                client.configuration.host, tls, user, target, namespace, session_id=number, key=key,
                parameters=parameters, copy=copy, seen=self._clients.seen,
                headers=[*headers, *impersonation_headers(self._clients.people.stanza(user))],
            )  # fmt: skip
        except StatusError as error:
            if error.code == HTTPStatus.GONE and not known and not self._has_our_operator:
                raise NotHereError(
                    f"its operator has had the session {number:X} before, and takes no id twice"
                ) from error
            raise
        self._sessions.append(session)
        return session

    def _new_id(self) -> int:
        """An id that no session of this run had: an operator that lives on takes none twice."""
        number = self._session_ids.uint64()
        while not self._has_our_operator and f"{number:X}" in self._started:
            number = self._session_ids.uint64()
        return number

    @property
    def _has_our_operator(self) -> bool:
        return self._operator is not None and self._operator.operator is not None

    @property
    def operator(self) -> ModelOperator:
        """The model, where it is ours."""
        beside = self._operator
        if beside is None or beside.operator is None:
            raise AttributeError("the operator of this cluster is not ours")
        return ModelOperator(beside.operator, beside.run)

    @property
    def traffic(self) -> DriverTraffic:
        """Traffic to pods, as far as our operator knows of it: nobody else sends or gets any."""
        beside = self._operator
        if beside is None or beside.operator is None or beside.network is None:
            raise AttributeError("the operator of this cluster is not ours")
        return DriverTraffic(
            beside.network, beside.operator.traffic, call=beside.run, wait=beside.wait, sessions=lambda: self._sessions,
            pause=self.pause,
        )  # fmt: skip

    def evidence(self) -> Sequence[AuditEntry]:
        return self._evidence()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            for session in self._sessions:
                session.close()
            if not self._has_our_operator:
                self._end_sessions()
        finally:
            self._on_close()
            self._clients.close()

    def _end_sessions(self) -> None:
        """End what this scenario started: an operator that lives on would keep it, for the next to see, until its time."""
        for each in sorted(self._mine):
            with suppress(StatusError, OSError):
                call(self.api_client(self._admin), "DELETE", f"{SESSIONS}/{each}")
