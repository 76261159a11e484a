"""A run on a cluster that is not all ours, from the preflight to the last deletion.

Nothing is written before every right has been asked for. Everything that is made carries the run's label and is deleted in
reverse order: after each scenario, and at the end of this process whatever is left; what a kill leaves, ``harness cleanup``
finds by the label.
"""

from __future__ import annotations

import atexit
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from fakes.apimachinery.clock import Clock, FakeClock, RealClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from harness.cluster import Capability, Cluster, ClusterUnavailableError, OperatorSettings, User
from harness.drivers.client_evidence import ClientEvidence
from harness.drivers.guarding import Guarded
from harness.drivers.identities import People
from harness.drivers.live import Clients, LiveCluster
from harness.drivers.live_people import Impersonators, TokenHolders, choose_people
from harness.drivers.model_installation import ModelInstallation, installation_rights
from harness.drivers.named_contexts import NamedContext
from harness.drivers.operator_beside import await_available
from harness.drivers.operator_settings import model_settings
from harness.drivers.session_starting import Starter, check_settings, starter_of
from harness.drivers.settling import Sentinels, Settling
from harness.isolation.lease import RunLease
from harness.isolation.ledger import RUN_LABEL, Ledger
from harness.isolation.preflight import (
    USUAL,
    Answer,
    PreflightError,
    Right,
    ask,
    lines,
    needed,
    without_kubelet,
)
from harness.isolation.sessions import SESSIONS, OwnSessions, SessionGuard
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["LiveOptions", "LiveRun"]

_WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """How a run behaves on a live cluster."""

    operator: str = "installed"
    """``installed``, ``model`` (ours, beside the runner), or ``none``."""
    operator_host: str = ""
    """This machine, as the cluster's API server reaches it; for ``model``."""
    listen: str = "127.0.0.1"
    """Where the model listens."""
    allow_destructive: bool = False
    namespace: str = "default"
    """Where the run's Lease is."""
    owned: bool = False
    """The cluster was made for the run: ending everything in it harms nobody."""
    run: str = ""
    """The id of the run; one is made up otherwise."""
    mirrord: Path | None = None
    """The binary that starts sessions; our own client does without one."""
    rights: tuple[Right, ...] | None = None
    """What its scenarios need to be allowed, if that is known."""


class LiveRun:
    """Opens one scenario's cluster after another on one context; making it asks questions and touches nothing.

    Raises:
        PreflightError: a right is missing; the text has all of them.
    """

    def __init__(self, context: NamedContext, options: LiveOptions) -> None:
        self.context = context
        self.options = options
        self.id = options.run or Names(None).bytes(4).hex()
        self._directory = Path(mkdtemp(prefix="harness-live-"))
        self._labels = {RUN_LABEL: self.id}
        self._own_sessions = OwnSessions()
        self._starters: list[Starter] = []
        self._ledgers: list[Ledger] = []
        self._opened: LiveCluster | None = None
        self._model: ModelInstallation | None = None
        self._touched = self._prepared = False
        own = User(name="kubeconfig")
        self._own = self._clients("own", Impersonators(own, context.user))
        try:
            self._api = self._own.api_client(own)
            # Only now, as what is registered last is called first: the client takes its certificates away in the end.
            atexit.register(self.end)
            _end_by_exit_on_termination()
            self._ask()
        except BaseException:
            self.end()
            raise

    def _ask(self) -> None:
        self.admin = self._whoami()
        self._has_nodes = self._looks_for_nodes()
        self._needed = ask(self._api, self._rights())
        self._way, asked = choose_people(self._api)
        self.answers = [*self._needed, *asked]
        self._lease = RunLease(self._api, self.options.namespace, self.id, self._labels)
        self._sentinels = Sentinels(self._api, f"harness-{self.id}", self._labels)
        self._installed = Ledger(self.id, lambda: self._api)

    def _rights(self) -> list[Right]:
        rehearsed = list(USUAL if self.options.rights is None else self.options.rights)
        if not self._has_nodes:
            rehearsed += without_kubelet(rehearsed)
        return needed([*rehearsed, *(installation_rights() if self.options.operator == "model" else ())])

    def _clients(self, name: str, people: People) -> Clients:
        return Clients(stanza=self.context.cluster, people=people, directory=self._directory / name)

    def _whoami(self) -> User:
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        info = call(self._api, "POST", _WHOAMI, body)["status"]["userInfo"]
        return User(name=info.get("username", ""), groups=tuple(info.get("groups") or ()))

    @property
    def missing(self) -> list[Answer]:
        """What is needed and not allowed; not every way to play people is needed."""
        return [answer for answer in self._needed if not answer.allowed]

    def plan(self) -> list[str]:
        """What the run is about to do, for people to read."""
        destructive = (
            "yes, if no session is there that the run did not start" if self._destructive_wanted else "no"
        )
        return [
            f'run {self.id} on the context "{self.context.name}" ({self.context.server})',
            f"  as {self.admin.name}; people by {self._way.way}; operator: {self.options.operator}",
            f"  starts sessions by {self.options.mirrord or 'its own client of the protocol'}",
            f"  ends all sessions where a scenario says so: {destructive}",
            f"  labels what it makes {RUN_LABEL}={self.id}, changes and deletes nothing else, and deletes that in the end;",
            f"  should it be killed: harness cleanup --context {self.context.name} --run {self.id}",
            "rights:",
            *lines(self.answers),
        ]

    @property
    def _destructive_wanted(self) -> bool:
        return self.options.allow_destructive or self.options.owned

    def open(self, *, seed: int, now: datetime | None, settings: OperatorSettings | None) -> Cluster:
        """The cluster for one scenario; the one before must have been closed.

        Raises:
            PreflightError: a right is missing.
            LeaseHeldError: another run is at work there.
            ClusterUnavailableError: what the run needs cannot be made.
        """
        if self.missing:
            raise PreflightError(
                "\n".join(["not everything that the run needs is allowed:", *lines(self.missing)])
            )
        if self.options.mirrord is not None:
            check_settings(settings)
        self._touched = True
        self._lease.hold(RealClock().now())
        self._finish_starters()
        if not self._prepared:
            try:
                self._prepare()
            except StatusError as error:
                raise ClusterUnavailableError(f"the run cannot put there what it needs: {error}") from error
        clock: Clock = FakeClock(now or _START) if self._model is not None else RealClock()
        names = Names(seed)
        if self._model is not None:
            self._model.beside.replace(clock, names, model_settings(settings))
            await_available(self._api)
            self._model.restore_roles(self._sentinels)
        return self._enter(names, clock)

    def _prepare(self) -> None:
        if self.options.operator == "model":
            self._model = ModelInstallation(
                self._api, self.context, self._installed, self._labels, directory=self._directory,
                host=self.options.operator_host, listen=self.options.listen,
            )  # fmt: skip
        self._sentinels.make()
        self._prepared = True

    def _finish_starters(self) -> None:
        """Wait for what is left of the sessions of scenarios that are over."""
        while self._starters:
            self._starters.pop().finish()

    def _enter(self, names: Names, clock: Clock) -> Cluster:
        ledger = Ledger(self.id, lambda: self._api)
        self._ledgers.append(ledger)
        guard = SessionGuard(
            lambda: self._api, self._own_sessions, allow_destructive=self._destructive_wanted
        )
        clients = self._clients(
            f"people-{len(self._ledgers)}", self._people(lambda: clients.api_client(self.admin))
        )
        observer = clients.observer = Guarded(Settling(self._sentinels, self.admin), ledger, guard)
        evidence = ClientEvidence()
        clients.seen = evidence.saw

        def clean() -> None:
            with ExitStack() as last_first:
                last_first.callback(ledger.clean)
                if self._model is not None:
                    last_first.callback(self._model.forget_sessions)

        starter = starter_of(
            self.options.mirrord,
            clients,
            self._own_sessions,
            lambda: self._api,
            fresh=self._model is not None,
        )
        self._starters.append(starter)
        self._opened = LiveCluster(
            clients=clients, admin=self.admin, capabilities=self._capabilities(guard, clock), names=names, observer=observer,
            operator=self._model.beside if self._model else None, on_close=clean, evidence=evidence.entries, end=self._end_sessions,
            starter=starter, own=self._own_sessions,
        )  # fmt: skip
        return self._opened

    def _end_sessions(self) -> None:
        for each in self._own_sessions.taken():
            with suppress(StatusError):
                call(self._api, "DELETE", f"{SESSIONS}/{each}")

    def _people(self, api: Callable[[], ApiClient]) -> People:
        if self._way is Impersonators:
            return Impersonators(self.admin, self.context.user)
        if self._way is TokenHolders:
            return TokenHolders(self.admin, self.context.user, api, f"harness-{self.id}")
        return self._way(self.admin, self.context.user, api, self.id)  # type: ignore[call-arg]

    def _capabilities(self, guard: SessionGuard, clock: Clock) -> frozenset[Capability]:
        found = {Capability.KUBECTL}
        if isinstance(clock, FakeClock):
            found.add(Capability.CLOCK_CONTROL)
        if self._model is not None:
            found |= {Capability.OPERATOR_CONTROL, Capability.TRAFFIC_SIMULATION}
        if self._destructive_wanted and not guard.foreign():
            found.add(Capability.DESTRUCTIVE)
        if self._has_nodes:
            found.add(Capability.KUBELET)
        return frozenset(found)

    def _looks_for_nodes(self) -> bool:
        """Whether pods start by themselves; who may not see nodes supposes so."""
        try:
            return bool(call(self._api, "GET", "/api/v1/nodes?limit=1").get("items"))
        except StatusError:
            return True

    def end(self) -> None:
        """Delete what is left, and give the cluster back. A second call does nothing."""
        atexit.unregister(self.end)
        opened, model, touched = self._opened, self._model, self._touched
        self._opened, self._model, self._touched = None, None, False
        with ExitStack() as last_first:
            last_first.callback(shutil.rmtree, self._directory, ignore_errors=True)
            last_first.callback(self._own.close)
            last_first.callback(self._finish_starters)
            if touched:
                last_first.callback(self._lease.release)
                last_first.callback(self._sentinels.remove)
                last_first.callback(self._installed.clean)
                for ledger in self._ledgers:
                    last_first.callback(ledger.clean)
            if model is not None:
                last_first.callback(model.beside.stop)
            if opened is not None:
                last_first.callback(opened.close)


def _end_by_exit_on_termination() -> None:
    """Let SIGTERM end this process as Ctrl-C does, so that it cleans up; unless somebody has other plans for it."""
    if (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    ):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
