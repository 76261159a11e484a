"""A cluster with the operator's model in it, and people who ask for things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback import LoopbackClient, exchange, http_scope
from fakes.apiserver.loopback_websocket import LoopbackWebSocket, connect_websocket
from fakes.cluster import FakeCluster, Settings
from fakes.mirrord.protocol.client import ClientMessage, encode_client_message
from fakes.mirrord.protocol.daemon import DaemonMessage, decode_daemon_message

GROUP = "/apis/operator.metalbear.co/v1"
RBAC = "/apis/rbac.authorization.k8s.io/v1"


@dataclass
class Operated:
    """A cluster with a deployment ``shop`` and pods in the namespaces default and shop; admin may do everything."""

    cluster: FakeCluster
    certificates: dict[str, bytes] = field(default_factory=dict)

    @property
    def clock(self) -> FakeClock:
        assert isinstance(self.cluster.clock, FakeClock)
        return self.cluster.clock

    def step(self, seconds: float) -> None:
        self.clock.step(timedelta(seconds=seconds))

    def certificate(self, user: str) -> bytes:
        if user not in self.certificates:
            groups = ["system:masters"] if user == "admin" else []
            self.certificates[user] = self.cluster.credentials(user, groups).der
        return self.certificates[user]

    def ask(self, method: str, path: str, body: Any = None, *, user: str = "admin", **options: Any) -> Any:
        """A request for the operator's group, or for another path from the root."""
        full = path if path.startswith(("/api/", "/apis")) else GROUP + path
        client = LoopbackClient(self.cluster.app, peer_certificate=self.certificate(user))
        return self.cluster.driver.run(client.request(method, full, body=body, **options))

    def raw(
        self, method: str, path: str, *, headers: Sequence[tuple[bytes, bytes]] = (), certificate: bytes | None = None,
        body: bytes = b"", app: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """A request as it is, to the cluster or straight to another application: code and body."""
        scope = http_scope(method, path, b"", list(headers), certificate)
        code, _, answer = self.cluster.driver.run(exchange(app or self.cluster.app, scope, body))
        return code, answer

    def refusal(self, method: str, path: str, body: Any = None, **options: Any) -> StatusError:
        with pytest.raises(StatusError) as caught:
            self.ask(method, path, body, **options)
        return caught.value

    def connect(
        self, session: int | str = 0xFF, *, user: str = "admin", target: str = "deployment.shop",
        namespace: str = "default", query: str = "connect=true&on_concurrent_steal=abort&key=k", path: str = "",
        headers: Sequence[tuple[str, str]] = (), subprotocols: Sequence[str] = ("v4.channel.k8s.io",),
    ) -> LoopbackWebSocket:  # fmt: skip
        sent = {
            "x-session-id": str(session),
            "x-client-name": user.title(),
            "x-client-hostname": "host",
            **dict(headers),
        }
        return connect_websocket(
            self.cluster.driver, self.cluster.app,
            GROUP + (path or f"/proxy/namespaces/{namespace}/targets/{target}"), query=query.encode(),
            headers=[(name.encode(), value.encode()) for name, value in sent.items()], subprotocols=subprotocols,
            peer_certificate=self.certificate(user),
        )  # fmt: skip

    def say(self, socket: LoopbackWebSocket, message: ClientMessage) -> DaemonMessage | None:
        socket.send(encode_client_message(message))
        return self.hear(socket)

    def hear(self, socket: LoopbackWebSocket) -> DaemonMessage | None:
        data = socket.receive()
        return None if data is None else decode_daemon_message(data)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/mirrordoperators/operator")["status"]
        return found

    def ids(self) -> list[str]:
        return [session["id"] for session in self.status()["sessions"]]

    def grant(self, user: str, role: str, namespace: str = "", kind: str = "ClusterRole") -> None:
        scope = f"/namespaces/{namespace}" if namespace else ""
        plural = "rolebindings" if namespace else "clusterrolebindings"
        subject = {"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"}
        binding = {
            "metadata": {"name": f"{user}-{role}-{kind}".lower()}, "subjects": [subject],
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
        }  # fmt: skip
        self.ask("POST", f"{RBAC}{scope}/{plural}", binding)

    def allow(
        self, user: str, verbs: Sequence[str], resources: Sequence[str], *, namespace: str = "",
        names: Sequence[str] = (), group: str = "operator.metalbear.co",
    ) -> None:  # fmt: skip
        role = f"{user}-{'-'.join(verbs)}-{'-'.join(resources)}".replace("/", "-").lower()
        rule = {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}
        if names:
            rule["resourceNames"] = list(names)
        scope = f"/namespaces/{namespace}" if namespace else ""
        plural, kind = ("roles", "Role") if namespace else ("clusterroles", "ClusterRole")
        self.ask("POST", f"{RBAC}{scope}/{plural}", {"metadata": {"name": role}, "rules": [rule]})
        self.grant(user, role, namespace, kind)

    def pod(self, name: str, *, namespace: str = "default", ready: bool = True) -> None:
        """A pod of the deployment, running if it is ready."""
        path = f"/api/v1/namespaces/{namespace}/pods"
        container = {"name": "web", "image": "shop", "env": [{"name": "LEVEL", "value": "info"}]}
        spec = {"nodeName": "node-1", "containers": [container]}
        self.ask("POST", path, {"metadata": {"name": name, "labels": {"app": "shop"}}, "spec": spec})
        status = {
            "phase": "Running" if ready else "Pending", "podIPs": [{"ip": "10.0.0.1"}], "podIP": "10.0.0.1",
            "containerStatuses": [
                {
                    "name": "web", "ready": ready, "containerID": "containerd://1", "image": "shop", "imageID": "",
                    "restartCount": 0,
                }
            ],
        }  # fmt: skip
        self.ask(
            "PATCH", f"{path}/{name}/status", {"status": status}, content_type="application/merge-patch+json"
        )

    def deployment(self, name: str = "shop", namespace: str = "default") -> None:
        container = {"name": "web", "image": "shop", "env": [{"name": "LEVEL", "value": "info"}]}
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
        spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        self.ask("POST", path, {"metadata": {"name": name, "labels": {"tier": "front"}}, "spec": spec})


@pytest.fixture
def settings() -> Settings:
    """How the operator behaves; a module or a test may say otherwise."""
    return Settings()


@pytest.fixture
def operated(settings: Settings) -> Iterator[Operated]:
    cluster = FakeCluster(
        operator="model",
        operator_settings=settings,
        controllers=["serviceaccount", "clusterrole-aggregation"],
    )
    operated = Operated(cluster)
    operated.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "shop"}})
    operated.deployment()
    operated.deployment(namespace="shop")
    operated.pod("shop-1")
    yield operated
    operated.cluster.close()
