"""A whole cluster in this process: one clock, one storage, the servers and their controllers. The composition root.

Nothing here persists, and nothing is shared between two clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from fakes.apimachinery.clock import Clock, FakeClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.pki import CertificateAuthority, pem_to_der, random_token
from fakes.apiserver.authentication.user import UserInfo, service_account_groups, service_account_username
from fakes.apiserver.authentication.x509 import CertificateVerifier
from fakes.apiserver.endpoints.filters.audit import AuditLog
from fakes.apiserver.endpoints.http import ASGIApp
from fakes.apiserver.faults import Faults
from fakes.apiserver.loopback import Driver, LoopbackClient, exchange, http_scope
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.kube.aggregator import Backend, InProcessBackends
from fakes.kube.composition import FRONT_PROXY, KubeAPIServer, KubeConfig
from fakes.kube.controllers.bootstrap import fill
from fakes.kube.controllers.catalogue import ControllerSettings, catalogue, chosen
from fakes.kube.controllers.identities import Identity
from fakes.kube.controllers.kubelet import KubeletSettings
from fakes.kube.controllers.running import run_controllers
from fakes.kube.faulty_backends import FaultyBackends
from fakes.mirrord import chart
from fakes.mirrord.model.license import License
from fakes.mirrord.model.settings import FixedStatistics, Settings
from fakes.mirrord.server import OperatorAPIServer, front_proxied

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


@dataclass(slots=True)
class _InProcessBackend:
    """A server of this process behind the aggregator."""

    app: ASGIApp
    driver: Driver
    peer_certificate: bytes

    def probe(self, path: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, Any]:
        import msgspec

        sent = [*headers, (b"accept", b"application/json")]
        scope = http_scope("GET", path, b"", sent, self.peer_certificate)
        code, _, body = self.driver.run(exchange(self.app, scope, b""))
        try:
            return code, msgspec.json.decode(body)
        except msgspec.DecodeError:
            return code, None


@dataclass(slots=True)
class _Servers:
    by_service: dict[tuple[str, str], Backend] = field(default_factory=dict)


class FakeCluster:
    """A kube-apiserver with a storage of its own, and what stands behind its aggregator.

    Args:
        clock: what time it is there; a FakeClock unless said otherwise.
        seed: for names, uids, faults and everything else that is random in it, but not for keys.
        wire_clock: by which connections live, if not by the cluster's clock.
        controllers: the names of those that run, see ``fakes.kube.controllers.catalogue``; all of them unless said
            otherwise.
        operator: whether the model of the operator is installed, as the product's chart would.
        operator_settings: how that operator behaves.
        kubelet: how long things take on nodes.
    """

    def __init__(
        self, *, clock: Clock | None = None, seed: int | str | None = 0, controllers: Sequence[str] | None = None,
        tokens: Mapping[str, UserInfo] | None = None, operator: Literal["model", "none"] = "none",
        operator_settings: Settings | None = None, kubelet: KubeletSettings | None = None, wire_clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self.clock = clock if clock is not None else FakeClock()
        self.names = Names(seed)
        self.audit = AuditLog()
        self.driver = Driver()
        self.storage = MemoryStorage(self.names)
        self.client_ca = CertificateAuthority("kubernetes", _PKI_START, _PKI_LIFETIME)
        self.front_proxy_ca = CertificateAuthority("front-proxy-ca", _PKI_START, _PKI_LIFETIME)
        front_proxy, _ = self.front_proxy_ca.issue_client(FRONT_PROXY)
        self._front_proxy_der = pem_to_der(front_proxy)
        self._servers = _Servers()
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
            Names(f"{seed}/faults"), self.clock, self.storage, self._recheck_backends, frozenset(spared)
        )
        backends = FaultyBackends(
            InProcessBackends(self.storage, self._servers.by_service, self._front_proxy_der),
            self.faults.is_away,
        )
        self.kube = KubeAPIServer(
            KubeConfig(
                clock=self.clock, storage=self.storage, audit=self.audit, client_ca=self.client_ca,
                front_proxy_ca=self.front_proxy_ca, backends=backends, faults=self.faults.filter,
                tokens={self._loopback_token: _LOOPBACK, self._operator_token: _OPERATOR, **(tokens or {})}
                | {
                    identity.token(self._loopback_token): identity.user
                    for identity in (entries[name].identity for name in running)
                },
                aggregated_roles="clusterrole-aggregation" in running, wire_clock=wire_clock,
            )
        )  # fmt: skip
        self.kube.fill(self.clock.now())
        self.app: ASGIApp = self.kube.app
        fill(self.storage, self.clock.now(), running, settings)
        self.loop = run_controllers(self.kube, entries, running, self._controller_client, self.settle)
        self.kube.app.after_request = self.settle
        if isinstance(self.clock, FakeClock):
            self.clock.settle = self._settle_after_wake
        self.operator: OperatorAPIServer | None = None
        if operator == "model":
            self.operator = self._install_operator(operator_settings or Settings(), wire_clock)

    def _install_operator(self, settings: Settings, wire_clock: Clock | None) -> OperatorAPIServer:
        """Create what the chart does, and put the operator behind its Service."""
        verifier = CertificateVerifier([self.front_proxy_ca.certificate], self.clock)
        operator = OperatorAPIServer(
            clock=self.clock, names=self.names, kubernetes=self._token_client(self._operator_token),
            authenticator=front_proxied(verifier, [FRONT_PROXY]), settings=settings, wire_clock=wire_clock,
        )  # fmt: skip
        for path, obj in chart.creations(settings):
            self.driver.run(self.client().request("POST", path, body=obj))
        self.serve_behind(chart.NAMESPACE, chart.SERVICE, operator.app)
        self.storage.subscribe(lambda event: operator.target_pods.changed(event.resource))
        self.settle()
        return operator

    def serve_behind(self, namespace: str, service: str, app: ASGIApp) -> None:
        """Put a server of this process behind a Service."""
        backend = _InProcessBackend(app, self.driver, self._front_proxy_der)
        self._servers.by_service[namespace, service] = backend
        self.kube.aggregator.recheck()

    def _recheck_backends(self) -> None:
        self.kube.aggregator.recheck()
        self.settle()

    def settle(self) -> None:
        """Let everything that follows from what has happened happen."""
        if self._settling:
            return
        self._settling = True
        try:
            while self.kube.settle() or self.loop.settle() or self._follow_pods():
                pass
        finally:
            self._settling = False

    def _follow_pods(self) -> bool:
        """Let the operator look at pods where some have changed; whether it did."""
        if self.operator is None or not self.operator.target_pods.stale:
            return False
        self.driver.run(self.operator.target_pods.catch_up())
        return True

    def _controller_client(self, identity: Identity) -> LoopbackClient:
        return LoopbackClient(self.app, headers=identity.headers(self._loopback_token))

    def _settle_after_wake(self) -> None:
        self.driver.idle()
        self.settle()

    def credentials(self, user: str, groups: Sequence[str] = ()) -> Credentials:
        """A client certificate for a user."""
        certificate, key = self.client_ca.issue_client(user, groups)
        return Credentials(certificate=certificate, key=key, der=pem_to_der(certificate))

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
