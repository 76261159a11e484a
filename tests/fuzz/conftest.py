"""A cluster that is attacked, in process, and what must hold after each request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apiserver.loopback import exchange, http_scope
from fakes.cluster import FakeCluster

PANIC = b"This request caused apiserver to panic"

WIDGETS = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.acme.io"},
    "spec": {
        "group": "acme.io", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [{
            "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                "spec": {
                    "type": "object",
                    "properties": {
                        "size": {"type": "integer", "minimum": 0, "maximum": 10, "default": 1},
                        "names": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
                        "any": {"x-kubernetes-preserve-unknown-fields": True},
                    },
                    "x-kubernetes-validations": [{"rule": "!has(self.names) || self.names.size() < 3"}],
                },
                "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            }}},
        }],
    },
}  # fmt: skip


@dataclass(slots=True)
class Target:
    """Sends requests, and checks what must hold after each."""

    cluster: FakeCluster
    certificate: bytes

    def send(
        self, method: str, path: str, query: bytes = b"", headers: Any = (), body: bytes = b""
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """One request, and the checks.

        Raises:
            AssertionError: the server broke, hangs, leaks, or changed something although it refused.
        """
        cluster = self.cluster
        app, storage = cluster.kube.app, cluster.storage
        app.bugs.clear()
        revision = storage.revision
        scope = http_scope(method, path, query, list(headers), self.certificate)
        status, received, content = self._finish(exchange(cluster.app, scope, body))
        if app.bugs:
            raise AssertionError(f"{method} {path} broke the server") from app.bugs[0]
        assert storage.watchers() == 0, "a watcher was leaked"
        kind = dict(received).get(b"content-type", b"")
        if kind == b"application/json" and content and b"watch" not in query:
            msgspec.json.decode(content)
        event = list(cluster.audit)[-1]
        if status >= 500:
            assert PANIC not in content
            assert event.message or content, "a failure without a reason"
        if status >= 400 and event.verb != "deletecollection":
            assert storage.revision == revision, "something changed although the request was refused"
        return status, dict(received), content

    def _finish(self, work: Any) -> Any:
        """Run to the end, letting time pass where something waits for it; leave a watch that goes on for days."""
        cluster, clock = self.cluster, self.cluster.clock
        assert isinstance(clock, FakeClock)
        task = cluster.driver.loop.create_task(work)
        for _ in range(300):
            cluster.driver.idle()
            if task.done():
                return task.result()
            deadline = clock.next_deadline()
            assert deadline is not None, "the request hangs"
            clock.step(max(deadline - clock.now(), deadline - deadline))
        task.cancel()
        cluster.driver.idle()
        assert list(cluster.audit)[-1].verb == "watch", "the request does not end"
        return 200, [], b""

    def filed(self) -> Iterator[tuple[str, str]]:
        """Where every object is filed: resource and key."""
        for resource in (
            "configmaps",
            "secrets",
            "pods",
            "services",
            "namespaces",
            "widgets.acme.io",
            "deployments.apps",
        ):
            for stored in self.cluster.storage.list(resource):
                yield resource, stored.key


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    cluster = FakeCluster(controllers=())
    cluster.kube.app.raise_bugs = False
    certificate = cluster.credentials("ann", ["system:masters"]).der
    send: Callable[..., Any] = cluster.client().request
    cluster.driver.run(send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", body=WIDGETS))
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    cluster.driver.run(send("POST", "/api/v1/namespaces/default/serviceaccounts", body=account))
    yield Target(cluster, certificate)
    cluster.close()
