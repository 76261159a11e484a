"""Waiting until an API server decides by the roles and bindings that were just written.

The server keeps them in caches that follow its storage. Each kind is followed in order, so once the server has seen an object
of a kind that was written last, it has seen all others of that kind. Two objects of ours are written for that: they name a
user whom nobody is, and let nobody do anything that exists.
"""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError
from harness.cluster import User
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["Sentinels", "Settling"]

_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
_GROUP = "sentinel.harness.invalid"
_NAMESPACE = "default"
_ATTEMPTS = 500


class Sentinels:
    """Knows which kinds have been written, and waits for them.

    Args:
        api: somebody who may write roles and bindings and create access reviews.
        name: of the objects, unique to this run.
        labels: put on them.
    """

    def __init__(self, api: ApiClient, name: str, labels: dict[str, str] | None = None) -> None:
        self._api = api
        self._name = name
        self._metadata = {"name": name, "labels": labels or {}}
        self._counter = itertools.count(1)
        self._written: set[str] = set()
        self._made: list[str] = []
        self._users: dict[str, str] = {}
        self._verbs: dict[str, str] = {}
        self._pause = threading.Event()

    def saw(self, path: str) -> None:
        """Note a write."""
        if path.startswith(_RBAC):
            parts = path.removeprefix(_RBAC).strip("/").split("/")
            kind = parts[2] if parts[0] == "namespaces" and len(parts) > 2 else parts[0]
            if parts[-1] != self._name:
                self._written.add(kind)

    def wait(self) -> None:
        """Return when decisions follow what was written.

        Raises:
            TimeoutError: the server does not see it.
        """
        if not self._written:
            return
        written, self._written = self._written, set()
        if not self._made:
            self.make()
        for kind in sorted(written):
            self._await(kind)

    def remove(self) -> None:
        """Delete the objects, last made first; that one is gone already is fine."""
        while self._made:
            try:
                call(self._api, "DELETE", self._made.pop())
            except StatusError as error:
                if error.code != 404:
                    raise

    def make(self) -> None:
        """Create the objects; done by itself when they are first needed."""
        for kind, scope in (("ClusterRole", ""), ("Role", f"/namespaces/{_NAMESPACE}")):
            self._create(f"{scope}/{kind.lower()}s", self._role(kind, "v0"))
            self._create(f"{scope}/{kind.lower()}bindings", self._binding(kind, "u0"))
        self._written.clear()

    def _create(self, path: str, obj: dict[str, Any]) -> None:
        call(self._api, "POST", _RBAC + path, obj)
        self._made.append(f"{_RBAC}{path}/{self._name}")

    def _await(self, kind: str) -> None:
        """Write our object of that kind once more, and ask until the answer follows."""
        value = next(self._counter)
        scope = f"/namespaces/{_NAMESPACE}" if kind in ("roles", "rolebindings") else ""
        role = "Role" if scope else "ClusterRole"
        binds = kind.endswith("bindings")
        obj = self._binding(role, f"u{value}") if binds else self._role(role, f"v{value}")
        call(self._api, "PUT", f"{_RBAC}{scope}/{kind}/{self._name}", obj)
        user, verb = self._users[role], self._verbs[role]
        for _ in range(_ATTEMPTS):
            if self._allowed(user, verb, _NAMESPACE if scope else ""):
                return
            self._pause.wait(0.005)
        raise TimeoutError(f"the API server does not decide by the {kind} that were written last")

    def _role(self, kind: str, verb: str) -> dict[str, Any]:
        self._verbs[kind] = verb
        rule = {"apiGroups": [_GROUP], "resources": [kind.lower()], "verbs": [verb]}
        return {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": self._metadata, "rules": [rule]
        }  # fmt: skip

    def _binding(self, kind: str, user: str) -> dict[str, Any]:
        self._users[kind] = user
        return {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": f"{kind}Binding", "metadata": self._metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": self._name},
            "subjects": [
                {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": f"{self._name}-{user}"}
            ],
        }  # fmt: skip

    def _allowed(self, user: str, verb: str, namespace: str) -> bool:
        resource = {"group": _GROUP, "resource": "role" if namespace else "clusterrole", "verb": verb}
        spec = {"user": f"{self._name}-{user}", "resourceAttributes": {**resource, "namespace": namespace}}
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
        return bool(call(self._api, "POST", _REVIEWS, body)["status"]["allowed"])


class Settling:
    """Implements ``harness.drivers.observed_pool.Observer``: whoever is not the administrator waits before they ask."""

    def __init__(self, sentinels: Sentinels, admin: User) -> None:
        self._sentinels = sentinels
        self._admin = admin

    def before(self, user: User, method: str, path: str) -> None:
        if user != self._admin:
            self._sentinels.wait()

    def rewrite(self, method: str, path: str, body: Any) -> Any:
        return body

    def after(self, method: str, path: str, answer: bytes) -> None:
        self._sentinels.saw(path)
