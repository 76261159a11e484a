"""``envtest``: a real etcd and kube-apiserver on this machine, without nodes, with the model of the operator beside the runner.

Users have client certificates. The model's clock is ours and stands still until a scenario moves it; the API server's own
time goes on meanwhile, so what passes with ``step`` passes for sessions and not for tokens or ages of built-in objects.
A control plane is started once in a process and put back to how it was for every scenario.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fakes.apimachinery.clock import Clock, FakeClock, RealClock
from fakes.apimachinery.names import Names
from fakes.apiserver.authentication.user import service_account_groups, service_account_username
from fakes.mirrord import chart
from fakes.mirrord.model.settings import Settings
from harness.cluster import Capability, Cluster, OperatorSettings, User
from harness.drivers.audit_log import AuditLogFile
from harness.drivers.control_plane import ControlPlane, ControlPlaneError, find_assets
from harness.drivers.identities import CertifiedPeople
from harness.drivers.live import Clients, LiveCluster
from harness.drivers.operator_beside import API_SERVICE, FrontProxy, OperatorBeside, await_available, front_proxy_of, manifests
from harness.drivers.operator_settings import model_settings
from harness.drivers.people import ADMIN
from harness.drivers.restoring import Snapshot
from harness.drivers.settling import Sentinels
from harness.objects import call

__all__ = ["open_envtest"]

_START = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
_HARNESS = User(name="system:harness", groups=("system:masters",))
_OPERATOR = service_account_username(chart.NAMESPACE, chart.SERVICE_ACCOUNT)
_CAPABILITIES = frozenset({Capability.DESTRUCTIVE, Capability.KUBECTL})


def open_envtest(
    *, seed: int, now: datetime | None, operator: str = "model", settings: OperatorSettings | None = None,
    assets: str | Path | None = None, argument: str = "", clock: str = "fake",
) -> Cluster:  # fmt: skip
    """A cluster as fresh as a new one, on the control plane of this process.

    Args:
        assets: the directory of both programs; ``envtest:DIR`` says it too.
        clock: ``fake`` or ``real``, for the model of the operator.

    Raises:
        ControlPlaneError: there are no such programs, or they do not start.
    """
    if operator == "installed":
        raise ControlPlaneError("the product needs nodes to run on, and envtest has none: use --operator model or none")
    directory = assets or argument
    moment: Clock = FakeClock(now or _START) if clock == "fake" else RealClock()
    pool = _pool(Path(directory).absolute() if directory else None)
    plane = pool.pop() if pool else _Plane(Path(directory) if directory else None)
    try:
        return plane.open(moment, Names(seed), model_settings(settings), operator, lambda: pool.append(plane))
    except BaseException:
        plane.stop()
        raise


@cache
def _pool(assets: Path | None) -> list[_Plane]:  # noqa: ARG001 - a pool for each
    """The control planes that run and that nobody uses."""
    return []


class _Plane:
    """A control plane with the chart's objects in it and an operator beside it."""

    def __init__(self, assets: Path | None) -> None:
        self._plane = ControlPlane(find_assets(assets))
        atexit.register(self.stop)
        self._directory = self._plane.directory
        self._stanza = _stanza(self._plane)
        self._people = CertifiedPeople(self._plane.ca)
        self._own = self._clients("own")
        self._api = self._own.api_client(_HARNESS)
        self._audit = AuditLogFile(
            self._plane.audit_log, ignored=(_HARNESS.name, _OPERATOR, "system:apiserver", "system:kube-aggregator")
        )
        self._operator = self._beside()
        self._sentinels = Sentinels(self._api, "harness-sentinel")
        self._sentinels.make()
        self._snapshot = Snapshot.take(self._api)

    def _clients(self, name: str) -> Clients:
        return Clients(stanza=self._stanza, people=self._people, directory=self._directory / name)

    def _beside(self) -> OperatorBeside:
        proxy = FrontProxy(b"", ())
        tls = self._plane.client_context(_OPERATOR, service_account_groups(chart.NAMESPACE))
        beside: OperatorBeside | None = None
        return beside or _install(self._api, self._directory, self._plane.url, tls, proxy)

    def open(self, clock: Clock, names: Names, settings: Settings, operator: str, free: Any) -> Cluster:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError
