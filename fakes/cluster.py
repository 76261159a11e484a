"""A whole cluster in this process: one clock, one storage, the servers and their controllers. The composition root.

Nothing here persists, and nothing is shared between two clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, Literal

from fakes.apimachinery.clock import Clock, FakeClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.pki import CertificateAuthority, pem_to_der, random_token
from fakes.apiserver.authentication.user import UserInfo, service_account_groups, service_account_username
from fakes.apiserver.authentication.x509 import CertificateVerifier
from fakes.apiserver.endpoints.filters.audit import AuditLog
from fakes.apiserver.endpoints.http import ASGIApp
from fakes.apiserver.faults import Faults
from fakes.apiserver.loopback import Driver, LoopbackClient
from fakes.apiserver.storage.interface import Event
from fakes.apiserver.storage.memory import MemoryStorage, Snapshot
from fakes.kube.aggregator import Backend
from fakes.kube.backends import ClusterBackends, LocalBackend
from fakes.kube.composition import FRONT_PROXY, KubeAPIServer, KubeConfig
from fakes.kube.controllers.bootstrap import fill
from fakes.kube.controllers.catalogue import ControllerSettings, catalogue, chosen
from fakes.kube.controllers.identities import Identity
from fakes.kube.controllers.kubelet import KubeletSettings
from fakes.kube.controllers.running import run_controllers
from fakes.kube.faulty_backends import FaultyBackends
from fakes.mirrord import chart
from fakes.mirrord.controllers.stored_sessions import RESOURCE
from fakes.mirrord.model.license import License
from fakes.mirrord.model.settings import FixedStatistics, Settings
from fakes.mirrord.server import OperatorAPIServer, front_proxied
from fakes.mirrord.traffic.network import Network
from fakes.mirrord.traffic.traffic import Traffic

__all__ = ["Credentials", "FakeCluster", "FixedStatistics", "License", "Settings"]

_PKI_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PKI_LIFETIME: Final = timedelta(days=365 * 100)
_LOOPBACK = UserInfo(name="system:apiserver", groups=("system:masters", "system:authenticated"))
_OPERATOR = UserInfo(
    name=service_account_username(chart.NAMESPACE, chart.SERVICE_ACCOUNT),
    groups=service_account_groups(chart.NAMESPACE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user's client certificate and key, in PEM, and the certificate in DER."""

    certificate: bytes
    key: bytes
    der: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authorities:
    """Who signs certificates. One set a process: making it costs as much as a cluster."""

    clients: CertificateAuthority
    front_proxy: CertificateAuthority
    front_proxy_pair: tuple[bytes, bytes]
    """Certificate and key, in PEM."""


@cache
def _authorities() -> _Authorities:
    front_proxy = CertificateAuthority("front-proxy-ca", _PKI_START, _PKI_LIFETIME)
    return _Authorities(
        clients=CertificateAuthority("kubernetes", _PKI_START, _PKI_LIFETIME), front_proxy=front_proxy,
        front_proxy_pair=front_proxy.issue_client(FRONT_PROXY),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _issue(user: str, groups: tuple[str, ...]) -> Credentials:
    certificate, key = _authorities().clients.issue_client(user, groups)
    return Credentials(certificate=certificate, key=key, der=pem_to_der(certificate))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recipe:
    """Everything on which the contents of a fresh cluster depend."""

    seed: int | str
    start: datetime
    running: tuple[str, ...]
    operator: Literal["model", "none"]
    settings: Settings | None
    kubelet: KubeletSettings | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """The contents of a fresh cluster."""

    snapshot: Snapshot
    names: Any
    timed: tuple[tuple[str, Any], ...]


@lru_cache(maxsize=8)
def _image(recipe: _Recipe) -> _Image:
    """Make a cluster once, so that every further one of its recipe is a copy that costs next to nothing."""
    made = FakeCluster(
        clock=FakeClock(recipe.start), seed=recipe.seed, controllers=recipe.running, operator=recipe.operator,
        operator_settings=recipe.settings, kubelet=recipe.kubelet, copied=False,
    )  # fmt: skip
    try:
        return made.image()
    finally:
        made.close()


class FakeCluster:
    """A kube-apiserver with a storage of its own, and what stands behind its aggregator.

    Args:
        clock: what time it is there; a FakeClock unless said otherwise.
        seed: for names, uids, faults and everything else that is random in it, but not for keys.
        wire_clock: by which connections live, if not by the cluster's clock.
        copied: whether this may be a copy of a cluster that was made before and was the same to the byte.
        controllers: the names of those that run, see ``fakes.kube.controllers.catalogue``; all of them unless said
            otherwise.
        operator: whether the model of the operator is installed, as the product's chart would.
        operator_settings: how that operator behaves.
        kubelet: how long things take on nodes.
    """

    def __init__(
        self, *, clock: Clock | None = None, seed: int | str | None = 0, controllers: Sequence[str] | None = None,
        tokens: Mapping[str, UserInfo] | None = None, operator: Literal["model", "none"] = "none",
        operator_settings: Settings | None = None, kubelet: KubeletSettings | None = None, wire_clock: Clock | None = None, copied: bool = True,
    ) -> None:  # fmt: skip
        self.clock = clock if clock is not None else FakeClock()
        self.names = Names(seed)
        self.audit = AuditLog()
        self.driver = Driver()
        self.storage = MemoryStorage(self.names)
        authorities = _authorities()
        self.client_ca, self.front_proxy_ca = authorities.clients, authorities.front_proxy
        self._servers: dict[tuple[str, str], Backend] = {}
        self._loopback_token, self._operator_token = random_token(), random_token()
        self._settling = False
        settings = ControllerSettings(
            root_ca=self.client_ca.pem.decode(), kubelet=kubelet or KubeletSettings()
        )
        entries = catalogue(settings)
        running = chosen(controllers, list(entries))
        self.controllers: frozenset[str] = frozenset(running)
        spared = {_LOOPBACK.name, _OPERATOR.name, *(entries[name].identity.user.name for name in running)}
        self.faults = Faults(
            self.names.branch("faults"), self.clock, self.storage, self._recheck_backends, frozenset(spared)
        )
        self._backends = ClusterBackends(self.storage, self._servers, authorities.front_proxy_pair)
        backends = FaultyBackends(self._backends, self.faults.is_away)
        self.kube = KubeAPIServer(
            KubeConfig(
                clock=self.clock, storage=self.storage, audit=self.audit, client_ca=self.client_ca,
                front_proxy_ca=self.front_proxy_ca, backends=backends, follow=self.driver.follow, faults=self.faults.filter,
                tokens={self._loopback_token: _LOOPBACK, self._operator_token: _OPERATOR, **(tokens or {})}
                | {
                    identity.token(self._loopback_token): identity.user
                    for identity in (entries[name].identity for name in running)
                },
                aggregated_roles="clusterrole-aggregation" in running, wire_clock=wire_clock,
            )
        )  # fmt: skip
        self.app: ASGIApp = self.kube.app
        recipe = self._recipe(seed, running, operator, operator_settings, kubelet) if copied else None
        if recipe is None:
            self.kube.fill(self.clock.now())
            fill(self.storage, self.clock.now(), running, settings)
        self.controller_loop = run_controllers(
            self.kube, entries, running, self._controller_client, self.settle
        )
        self.kube.app.after_request = self._settle
        if isinstance(self.clock, FakeClock):
            self.clock.settle = self._settle_after_wake
        self.operator: OperatorAPIServer | None = None
        self.network: Network | None = None
        if operator == "model":
            self.operator = self._install_operator(
                operator_settings or Settings(), wire_clock, create=recipe is None
            )
        if recipe is not None:
            self._copy(_image(recipe))

    def _recipe(
        self, seed: int | str | None, running: Sequence[str], operator: Literal["model", "none"],
        operator_settings: Settings | None, kubelet: KubeletSettings | None,
    ) -> _Recipe | None:  # fmt: skip
        """What this cluster is made of, if another of the same would be the same to the byte."""
        if seed is None or not isinstance(self.clock, FakeClock):
            return None
        return _Recipe(
            seed=seed, start=self.clock.now(), running=tuple(running), operator=operator, settings=operator_settings,
            kubelet=kubelet,
        )  # fmt: skip

    def _copy(self, image: _Image) -> None:
        """Be as a cluster that was made before."""
        self.storage.restore(image.snapshot)
        self.names.resume(image.names)
        self.controller_loop.rest(image.timed)
        self.kube.aggregator.recheck()
        self.settle()

    def image(self) -> _Image:
        """What a cluster of the same recipe can be a copy of."""
        return _Image(
            snapshot=self.storage.snapshot(), names=self.names.state(), timed=self.controller_loop.timed
        )  # fmt: skip

    def _install_operator(
        self, settings: Settings, wire_clock: Clock | None, *, create: bool
    ) -> OperatorAPIServer:
        """Create what the chart does, and put the operator behind its Service."""
        verifier = CertificateVerifier([self.front_proxy_ca.certificate], self.clock)
        operator = OperatorAPIServer(
            clock=self.clock, names=self.names, kubernetes=self._token_client(self._operator_token),
            authenticator=front_proxied(verifier, [FRONT_PROXY]), settings=settings, wire_clock=wire_clock,
            nodes=self.client(),
        )  # fmt: skip
        for path, obj in chart.creations(settings) if create else ():
            self.driver.run(self.client().request("POST", path, body=obj))
        self.serve_behind(chart.NAMESPACE, chart.SERVICE, operator.app)
        self.storage.subscribe(lambda event: _tell(operator, event))
        self.network = Network(operator.traffic, self.client())
        self.storage.subscribe(lambda event: _end_traffic(operator.traffic, event))
        self.settle()
        return operator

    @property
    def traffic(self) -> Traffic | None:
        """The traffic of the pods; None without an operator, which has the only pods that it could go astray at."""
        return None if self.operator is None else self.operator.traffic

    def serve_behind(self, namespace: str, service: str, app: ASGIApp) -> None:
        """Put a server of this process behind a Service."""
        self._servers[namespace, service] = LocalBackend(app, self._backends.peer_certificate)
        self.kube.aggregator.recheck()

    def _recheck_backends(self) -> None:
        self.kube.aggregator.recheck()
        self.settle()

    def settle(self) -> None:
        """Let everything that follows from what has happened happen."""
        if not self._settling:
            self.driver.follow(self._settle())

    async def _settle(self) -> None:
        if self._settling:
            return
        self._settling = True
        try:
            while (
                self.kube.settle() or await self.controller_loop.settle() or await self._let_operator_settle()
            ):
                pass
        finally:
            self._settling = False

    async def _let_operator_settle(self) -> bool:
        """Let the operator look at pods that have changed, and write down its sessions; whether there was anything to do."""
        if self.operator is None or not self.operator.unsettled:
            return False
        await self.operator.settle()
        return True

    def _controller_client(self, identity: Identity) -> LoopbackClient:
        return LoopbackClient(self.app, headers=identity.headers(self._loopback_token))

    def _settle_after_wake(self) -> None:
        self.driver.idle()
        self.settle()

    def credentials(self, user: str, groups: Sequence[str] = ()) -> Credentials:
        """A client certificate for a user."""
        return _issue(user, tuple(groups))

    def client(self, user: str = "", groups: Sequence[str] = ()) -> LoopbackClient:
        """A client as that user; as the server itself without one."""
        if not user:
            return self._token_client(self._loopback_token)
        return LoopbackClient(self.app, peer_certificate=self.credentials(user, groups).der)

    def _token_client(self, token: str) -> LoopbackClient:
        return LoopbackClient(self.app, headers=[(b"authorization", b"Bearer " + token.encode())])

    def close(self) -> None:
        """Stop everything that waits."""
        self.driver.close()


def _tell(operator: OperatorAPIServer, event: Event) -> None:
    """Let the operator know that something was written."""
    operator.target_pods.changed(event.resource)
    if event.resource == RESOURCE and event.stored.object["metadata"].get("deletionTimestamp"):
        operator.stored.deleted(event.stored.object["metadata"]["name"])


def _end_traffic(traffic: Traffic, event: Event) -> None:
    """Cut the connections to a pod that is no more, or whose processes have ended."""
    if event.resource != "pods":
        return
    pod = event.stored.object
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    if event.type == "DELETED" or ended:
        traffic.pod_gone(f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}")
