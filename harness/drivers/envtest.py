"""``envtest``: a real etcd and kube-apiserver on this machine, without nodes, with the model of the operator beside the runner.

Users have client certificates. The model's clock is ours and stands still until a scenario moves it; the API server's own
time goes on meanwhile, so what passes with ``step`` passes for sessions and not for tokens or ages of built-in objects.
A control plane is started once in a process and put back to how it was for every scenario.
"""

from __future__ import annotations

import atexit
import base64
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fakes.apimachinery.clock import Clock, FakeClock, RealClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import service_account_groups, service_account_username
from fakes.kube.rbac.aggregation import aggregate
from fakes.mirrord import chart
from fakes.mirrord.model.settings import Settings
from harness.cluster import Capability, Cluster, OperatorSettings, User
from harness.drivers.audit_log import AuditLogFile
from harness.drivers.control_plane import ControlPlane, ControlPlaneError, find_assets
from harness.drivers.identities import CertifiedPeople
from harness.drivers.live import Clients, LiveCluster
from harness.drivers.observed_pool import Observer
from harness.drivers.operator_beside import (
    API_SERVICE,
    OperatorBeside,
    await_available,
    front_proxy_of,
    manifests,
)
from harness.drivers.operator_settings import model_settings
from harness.drivers.people import ADMIN
from harness.drivers.restoring import Snapshot
from harness.drivers.session_starting import check_settings, find_mirrord, starter_of
from harness.drivers.settling import Sentinels, Settling
from harness.isolation.sessions import OwnSessions
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["open_envtest", "plan"]

_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
_HARNESS = User(name="system:harness", groups=("system:masters",))
_OPERATOR = service_account_username(chart.NAMESPACE, chart.SERVICE_ACCOUNT)
_SENTINEL = "harness-sentinel"
_UNTOLD = (_HARNESS.name, _OPERATOR, "system:apiserver", "system:kube-aggregator", "system:aggregator")
_BOOTSTRAPPED = (
    "/api/v1/namespaces/default",
    "/api/v1/namespaces/kube-public",
    "/api/v1/namespaces/kube-node-lease",
    "/api/v1/namespaces/default/services/kubernetes",
    "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication",
)
_CLUSTER_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
_ATTEMPTS = 200
_CAPABILITIES = frozenset({Capability.DESTRUCTIVE, Capability.KUBECTL})
_OF_MODEL = frozenset({Capability.OPERATOR_CONTROL, Capability.TRAFFIC_SIMULATION})


def open_envtest(
    *, seed: int, now: datetime | None, operator: str = "model", settings: OperatorSettings | None = None,
    assets: str | Path | None = None, argument: str = "", clock: str = "fake", sessions: str = "",
) -> Cluster:  # fmt: skip
    """A cluster as fresh as a new one, on the control plane of this process.

    Args:
        assets: the directory of both programs; ``envtest:DIR`` says it too.
        sessions: by what sessions are started: ``mirrord`` or ``protocol``, our own client, which is the default.
        clock: ``fake`` or ``real``, for the model of the operator.

    Raises:
        ControlPlaneError: there are no such programs, or they do not start.
    """
    if operator == "installed":
        raise ControlPlaneError(
            "the product needs nodes to run on, and envtest has none: use --operator model or none"
        )
    mirrord = find_mirrord(sessions, operator)
    if mirrord is not None:
        check_settings(settings)
    directory = assets or argument
    moment: Clock = FakeClock(now or _START) if clock == "fake" else RealClock()
    pool = _pool(Path(directory).absolute() if directory else None)
    plane = pool.pop() if pool else _Plane(Path(directory) if directory else None)
    try:
        return plane.open(
            moment, Names(seed), model_settings(settings), operator, mirrord,
            lambda: pool.append(plane),
        )  # fmt: skip
    except BaseException:
        plane.stop()
        raise


def plan(*, assets: str | Path | None = None, argument: str = "", **_: str) -> list[str]:
    """Whether the programs are there."""
    directory = assets or argument
    found = find_assets(Path(directory) if directory else None)
    return [f"starts {found.etcd} and {found.kube_apiserver} on loopback, and ends them with the run"]


@cache
def _pool(assets: Path | None) -> list[_Plane]:  # noqa: ARG001 - a pool for each
    """The control planes that run and that nobody uses."""
    return []


class _Plane:
    """A control plane with the chart's objects in it and an operator beside it."""

    def __init__(self, assets: Path | None) -> None:
        self._plane = ControlPlane(find_assets(assets))
        atexit.register(self.stop)
        self._beside: OperatorBeside | None = None
        try:
            self._fill()
        except BaseException:
            self.stop()
            raise

    def _fill(self) -> None:
        """Install what the chart does and remember the result."""
        plane = self._plane
        self._people = CertifiedPeople(plane.ca)
        api = self._clients("own").api_client(_HARNESS)
        for path in _BOOTSTRAPPED:
            _await(api, path)
        self._sentinels = Sentinels(api, _SENTINEL)
        self._sentinels.make()
        self._settling = Settling(self._sentinels, ADMIN)
        self._api = self._clients("restoring", Settling(self._sentinels, _HARNESS)).api_client(_HARNESS)
        tls = plane.client_context(_OPERATOR, service_account_groups(chart.NAMESPACE))
        beside = self._beside = OperatorBeside(
            directory=plane.directory, url=plane.url, tls=tls, front_proxy=front_proxy_of(api)
        )
        _aggregate_roles(api)
        for path, obj in manifests(Settings(), port=beside.port, ca=beside.ca):
            call(api, "POST", path, obj)
        beside.replace(RealClock(), Names(0), Settings())
        await_available(api)
        self._snapshot = Snapshot.take(api, leaving_alone=[_SENTINEL])
        self._audit = AuditLogFile(plane.audit_log, ignored=_UNTOLD)

    def _clients(self, name: str, observer: Observer | None = None) -> Clients:
        ca = base64.b64encode(self._plane.ca.pem).decode()
        stanza = {"server": self._plane.url, "certificate-authority-data": ca}
        return Clients(
            stanza=stanza, people=self._people, directory=self._plane.directory / name, observer=observer
        )

    def open(
        self, clock: Clock, names: Names, settings: Settings, operator: str, mirrord: Path | None, done: Callable[[], None],
    ) -> Cluster:  # fmt: skip
        """Put everything back to how it was, and give it to one user."""
        beside = self._beside
        assert beside is not None
        self._snapshot.restore(self._api)
        beside.replace(clock, names, settings)
        await_available(self._api)
        if operator == "none":
            call(self._api, "DELETE", API_SERVICE)
        self._sentinels.wait()
        self._audit.begin()
        capabilities = _CAPABILITIES | (_OF_MODEL if operator == "model" else frozenset())
        if isinstance(clock, FakeClock):
            capabilities |= {Capability.CLOCK_CONTROL}
        clients = self._clients("people", self._settling)
        starter = starter_of(mirrord, clients, OwnSessions(), lambda: self._api, fresh=True)

        def close() -> None:
            starter.finish()
            done()

        return LiveCluster(
            clients=clients, admin=ADMIN, capabilities=capabilities, names=names, observer=self._settling, starter=starter,
            operator=beside, evidence=self._audit.entries, on_close=close,
        )  # fmt: skip

    def stop(self) -> None:
        """End the operator and the control plane. A second call does nothing."""
        atexit.unregister(self.stop)
        beside, self._beside = self._beside, None
        if beside is not None:
            beside.stop()
        self._plane.stop()


def _aggregate_roles(api: ApiClient) -> None:
    """Give ``admin``, ``edit`` and ``view`` their rules, as the controller manager would."""
    roles = call(api, "GET", _CLUSTER_ROLES)["items"]
    for name, rules in aggregate(roles).items():
        call(
            api,
            "PATCH",
            f"{_CLUSTER_ROLES}/{name}",
            {"rules": rules},
            content_type="application/merge-patch+json",
        )


def _await(api: ApiClient, path: str) -> None:
    """Return when an object is there that the API server makes by itself, after it is ready.

    Raises:
        StatusError: it does not come.
    """
    pause = threading.Event()
    for _ in range(_ATTEMPTS):
        with suppress(StatusError):
            call(api, "GET", path)
            return
        pause.wait(0.05)
    call(api, "GET", path)
