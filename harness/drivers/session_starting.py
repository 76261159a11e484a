"""How sessions are started on a cluster that is on a socket: by our own client of mirrord's protocol, or by mirrord itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Protocol

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from harness.clients.mirrord import MIRRORD_VARIABLE
from harness.cluster import ClusterUnavailableError, NotHereError, OperatorSettings, SessionHandle, User
from harness.drivers.identities import impersonation_headers, tls_of
from harness.drivers.mirrord_process import MirrordProcess
from harness.drivers.session_names import SessionNames
from harness.drivers.session_sockets import open_over_tls
from harness.isolation.sessions import SESSIONS, OwnSessions, session_users
from harness.objects import call
from harness.session_requests import default_key, shown_user

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

    from harness.drivers.live import Clients

__all__ = [
    "BinaryStarter",
    "LiveSession",
    "ProtocolStarter",
    "Start",
    "Starter",
    "check_settings",
    "find_mirrord",
    "starter_of",
]

_TRIES = 3
_DRAWS = 40
_TAKEN = (HTTPStatus.GONE, HTTPStatus.CONFLICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A session as a scenario wants it; ``harness.cluster.Cluster.connect`` says what is what."""

    user: User
    target: str
    namespace: str
    name: int
    """The id that the scenario knows the session by."""
    key: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    copy: str | None = None

    @property
    def sent_key(self) -> str:
        return default_key(self.name) if self.key is None else self.key


class LiveSession(SessionHandle, Protocol):
    """A session that can be broken off."""

    def close(self) -> None: ...


class Starter(Protocol):
    """Starts sessions, and remembers what they are called."""

    def start(self, start: Start) -> LiveSession:
        """Start a session, or come back to the one of that name.

        Raises:
            StatusError: the API server or the operator refused.
            NotHereError: there is no way to do that here.
        """
        ...

    def finish(self) -> None:
        """Return when nothing is left of the sessions, which have been closed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStarter:
    """Starts sessions by our own client.

    Args:
        fresh: whether the operator has had no session before this scenario's.
    """

    clients: Clients
    names: SessionNames
    own: OwnSessions
    fresh: bool

    def start(self, start: Start) -> LiveSession:
        known = self.names.real(start.name)
        if known is None and start.copy is not None:
            known = start.name  # the session began with the copy, and has the id that it got then
        if known is not None:
            return self._open(start, known)
        real = start.name if self.fresh else self._another(start.name)
        for _ in range(_TRIES):
            self.own.add(f"{real:X}")
            try:
                session = self._open(start, real)
            except StatusError as error:
                if error.code not in _TAKEN or self.fresh:
                    raise
                real = self._another(start.name)
            else:
                self.names.call(start.name, real)
                return session
        raise NotHereError("the operator takes no id that is offered to it")

    def _another(self, name: int) -> int:
        """An id that nobody has had, and that is in a list by ids where the name is in a list by names. It is never shown."""
        low, high = self.names.neighbours(name)
        return low + 1 + Names(None).uint64() % max(1, high - low - 1)

    def finish(self) -> None:
        """Nothing is: a connection that is closed is gone."""

    def _open(self, start: Start, real: int) -> LiveSession:
        client = self.clients.api_client(start.user)
        tls, headers = tls_of(client)
        return open_over_tls(
            client.configuration.host, tls, start.user, start.target, start.namespace, session_id=real, called=start.name,
            key=start.sent_key, parameters=start.parameters, copy=start.copy, seen=self.clients.seen,
            headers=[*headers, *impersonation_headers(self.clients.people.stanza(start.user))],
        )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class BinaryStarter:
    """Starts sessions by mirrord, each person's with a home of its own.

    Args:
        users: who has each session, as lists show it, by the session's id.
        end: ends the session of an id.
    """

    binary: Path
    clients: Clients
    names: SessionNames
    own: OwnSessions
    users: Callable[[], Mapping[str, str]]
    end: Callable[[str], object]
    _started: list[MirrordProcess] = field(default_factory=list)
    _files: Path | None = None

    def start(self, start: Start) -> LiveSession:
        if self.names.real(start.name) is not None:
            raise NotHereError("mirrord comes back to no session: each is another")
        kubeconfig = self.clients.kubeconfig(start.user)
        for _ in range(_DRAWS):
            session = self._run(start, kubeconfig)
            self.own.add(f"{session.real:X}")
            try:
                if self.names.in_order(start.name, session.real):
                    self._learn(start, session.real)
                    return session
                session.disconnect()
                with suppress(StatusError):
                    self.end(f"{session.real:X}")
            except BaseException:
                session.close()
                raise
        raise NotHereError("mirrord draws no id that is in the order of the names")

    def _run(self, start: Start, kubeconfig: Path) -> MirrordProcess:
        if self._files is None:
            self.clients.directory.mkdir(parents=True, exist_ok=True)
            self._files = Path(mkdtemp(prefix="mirrord-", dir=self.clients.directory))
        directory, home = self._files / str(len(self._started)), self._files / f"home-{kubeconfig.stem}"
        for made in (directory, home):
            made.mkdir(exist_ok=True, mode=0o700)
        session = MirrordProcess(
            self.binary, kubeconfig, directory, start.user, start.target, start.namespace, called=start.name,
            key=start.sent_key, home=home, parameters=start.parameters, copy=start.copy,
        )  # fmt: skip
        self._started.append(session)
        return session

    def finish(self) -> None:
        while self._started:
            session = self._started.pop()
            session.close()
            session.await_end()

    def _learn(self, start: Start, real: int) -> None:
        """Remember what the session and who has it are called."""
        self.names.call(start.name, real)
        if shown := self.users().get(f"{real:X}"):
            self.names.call_person(shown_user(start.user), shown)


def check_settings(settings: OperatorSettings | None) -> None:
    """Let pass what an operator can be told whose sessions mirrord starts.

    Raises:
        NotHereError: it would tell of sessions by ids and people that are mirrord's to choose.
    """
    if settings is not None and (settings.store_sessions or settings.status is not None):
        raise NotHereError(
            "mirrord chooses ids and says who runs it, which stored sessions and given status tell"
        )


def starter_of(
    binary: Path | None, clients: Clients, own: OwnSessions, admin: Callable[[], ApiClient], *, fresh: bool
) -> Starter:
    """Who starts sessions: the binary if there is one; the names of sessions are those of the clients.

    Args:
        admin: somebody who may read the operator's status, through no client of the scenario.
        fresh: whether the operator has had no session before this scenario's.
    """
    names = clients.names = SessionNames()
    if binary is None:
        return ProtocolStarter(clients=clients, names=names, own=own, fresh=fresh)
    return BinaryStarter(
        binary=binary,
        clients=clients,
        names=names,
        own=own,
        users=lambda: session_users(admin()),
        end=lambda session: call(admin(), "DELETE", f"{SESSIONS}/{session}"),
    )


def find_mirrord(wanted: str, operator: str) -> Path | None:
    """The binary that starts sessions; None for our own client.

    Args:
        wanted: ``mirrord`` or ``protocol``; empty for mirrord where the operator is the product's and there is a mirrord.

    Raises:
        ClusterUnavailableError: there is no mirrord and it is wanted.
    """
    if wanted == "protocol" or (not wanted and operator != "installed"):
        return None
    found = shutil.which(os.environ.get(MIRRORD_VARIABLE) or "mirrord")
    if found is None and (wanted or os.environ.get(MIRRORD_VARIABLE)):
        raise ClusterUnavailableError(
            "sessions are to be started by mirrord, and there is none: name it by --mirrord, or put it on the PATH"
        )
    return Path(found).absolute() if found else None
