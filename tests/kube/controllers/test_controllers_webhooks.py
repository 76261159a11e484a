"""What controllers write passes admission webhooks like what anybody writes, and is there before the next request."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from fakes.apimachinery.clock import enter_loop
from fakes.apiserver.loopback import LoopbackClient
from fakes.cluster import FakeCluster

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PODS = "/api/v1/namespaces/default/pods"
PATCH = [{"op": "add", "path": "/metadata/labels/seen", "value": "yes"}]


class Hook:
    """An ASGI application that patches or denies what it is asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.denies = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        review = json.loads((await receive())["body"])["request"]
        self.asked.append(review["userInfo"]["username"])
        await enter_loop()
        patch = base64.b64encode(json.dumps(PATCH).encode()).decode()
        answer: dict[str, Any] = {"uid": review["uid"], "allowed": not self.denies}
        if not self.denies:
            answer |= {"patchType": "JSONPatch", "patch": patch}
        body = json.dumps(
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer}
        )
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})


@pytest.fixture
def hook(world) -> Iterator[Hook]:
    found = Hook()
    world.create(
        "/api/v1/namespaces/default/services",
        {"metadata": {"name": "hook"}, "spec": {"ports": [{"port": 443}]}},
    )
    world.cluster.serve_behind("default", "hook", found)
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    webhook = {
        "name": "w.example.com", "rules": [rule], "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"namespace": "default", "name": "hook"}},
    }  # fmt: skip
    path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
    world.create(path, {"metadata": {"name": "w"}, "webhooks": [webhook]})
    yield found
    world.cluster.close()


def deployment() -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    return {"metadata": {"name": "d"}, "spec": spec}


def test_pods_of_a_deployment_pass_a_webhook(world, hook):
    world.create(DEPLOYMENTS, deployment())
    assert hook.asked == ["system:serviceaccount:kube-system:replicaset-controller"] * 2
    assert [pod["metadata"]["labels"]["seen"] for pod in world("GET", PODS)["items"]] == ["yes", "yes"]
    assert world("GET", f"{DEPLOYMENTS}/d")["status"]["availableReplicas"] == 2


def test_pods_that_a_webhook_denies_are_made_once_it_allows_them(world, hook):
    hook.denies = True
    world.create(DEPLOYMENTS, deployment())
    found = {
        each["type"]: each["reason"] for each in world("GET", f"{DEPLOYMENTS}/d")["status"]["conditions"]
    }
    assert found["ReplicaFailure"] == "FailedCreate"
    hook.denies = False
    world.create("/api/v1/namespaces/default/configmaps", {"metadata": {"name": "any"}})
    assert world("GET", f"{DEPLOYMENTS}/d")["status"]["availableReplicas"] == 2


def test_requests_beside_each_other_in_one_loop_do_not_disturb_controllers(world, hook):
    cluster: FakeCluster = world.cluster
    client: LoopbackClient = cluster.client()

    async def together() -> None:
        created = [{**deployment(), "metadata": {"name": name}} for name in ("x", "y")]
        await asyncio.gather(*(client.request("POST", DEPLOYMENTS, body=each) for each in created))

    cluster.driver.loop.run_until_complete(together())
    for each in world("GET", DEPLOYMENTS)["items"]:
        assert each["status"]["readyReplicas"] == 2
