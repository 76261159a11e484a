"""A cluster of a hundred lines for the tests of what stands on a cluster. It stores objects by path and allows all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness.cluster import Capability, StatusError, SubscriptionError, User
from harness.evidence import AuditEntry

OPERATOR = "/apis/operator.metalbear.co/v1/mirrordoperators/operator"


class Response:
    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self._body = json.dumps(body).encode()

    def read(self) -> bytes:
        return self._body


class Api:
    """The two methods of ``kubernetes.client.ApiClient`` that the harness calls."""

    def __init__(self, cluster: ClusterDouble, user: User) -> None:
        self.cluster = cluster
        self.user = user

    def param_serialize(self, method: str, path: str, *, body: Any = None, **_: Any) -> tuple[Any, ...]:
        return method, path, body

    def call_api(self, method: str, path: str, body: Any) -> Response:
        status, answer = self.cluster.answer(method, path, body)
        entry = AuditEntry(
            user=self.user.name,
            verb=method.lower(),
            path=path,
            code=status,
            decision="allow",
            reason="a double allows all",
        )
        self.cluster.audit.append(entry)
        return Response(status, answer)


class Handle:
    def __init__(
        self, cluster: ClusterDouble, user: User, target: str, namespace: str, session_id: str
    ) -> None:
        self.cluster = cluster
        self.user = user
        self.target = target
        self.namespace = namespace
        self.id = session_id
        self.began = cluster.now()
        self.ports: list[dict[str, Any]] = []
        self.connected = True
        self.close_reason: str | None = None

    def subscribe(self, port: int, mode: str = "steal", http_filter: str | None = None) -> None:
        if any(each["port"] == port for other in self.cluster.handles for each in other.ports):
            raise SubscriptionError(f"Could not subscribe to port `{port}`")
        self.ports.append({"port": port, "kind": mode, "filter": http_filter})

    def unsubscribe(self, port: int) -> None:
        self.ports = [each for each in self.ports if each["port"] != port]

    def disconnect(self) -> None:
        self.connected = False
        self.cluster.handles = [handle for handle in self.cluster.handles if handle is not self]


class ClusterDouble:
    capabilities = frozenset({Capability.CLOCK_CONTROL, Capability.DESTRUCTIVE})
    admin = User(name="admin", groups=("system:masters",))

    def __init__(self, *, seed: int = 0, now: datetime | None = None) -> None:
        self.seed = seed
        self.objects: dict[str, Any] = {}
        self.audit: list[AuditEntry] = []
        self.handles: list[Handle] = []
        self.closed = False
        self._now = now or datetime(2026, 1, 1, tzinfo=UTC)

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return User(name=name, groups=tuple(groups), real_name=real_name, hostname=hostname)

    def api_client(self, user: User) -> Any:
        return Api(self, user)

    def kubeconfig(self, user: User) -> Path | None:
        return None

    def now(self) -> datetime:
        return self._now

    def step(self, duration: timedelta) -> None:
        self._now += duration

    def pause(self) -> bool:
        return False

    def connect(
        self,
        user: User,
        target: str,
        namespace: str = "default",
        *,
        session_id: str | None = None,
        key: str | None = None,
        parameters: Mapping[str, str] | None = None,
        copy: str | None = None,
    ) -> Handle:
        handle = Handle(self, user, target, namespace, session_id or f"{0xD0000 + len(self.handles):X}")
        self.handles.append(handle)
        return handle

    def evidence(self) -> Sequence[AuditEntry]:
        return self.audit

    def close(self) -> None:
        self.closed = True

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == OPERATOR:
            return 200, {"status": {"sessions": [self._session(handle) for handle in self.handles]}}
        if path.endswith("accessreviews"):
            return 201, {**body, "status": {"allowed": True}}
        if method == "POST":
            key = f"{path}/{body['metadata']['name']}"
            if key in self.objects:
                return 409, StatusError.of(409, "AlreadyExists", f"{key} already exists").status
            self.objects[key] = body
            return 201, body
        key = path.removesuffix("/status")
        if key not in self.objects:
            return 404, StatusError.of(404, "NotFound", f"{key} not found").status
        if method in ("PUT", "PATCH"):
            self.objects[key] = body if method == "PUT" else {**self.objects[key], **body}
        return 200, self.objects[key]

    def _session(self, handle: Handle) -> dict[str, Any]:
        return {
            "id": handle.id,
            "duration_secs": int((self._now - handle.began).total_seconds()),
            "user": str(handle.user),
            "target": handle.target,
            "namespace": handle.namespace,
            "locked_ports": handle.ports,
        }


def open_double(spec: str, *, seed: int, now: datetime | None, **_: Any) -> ClusterDouble:
    return ClusterDouble(seed=seed, now=now)
