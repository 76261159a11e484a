"""The official Python client: typed, dynamic, watching, informers, manifests, leader election."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, dynamic, informer, stream, utils, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
from kubernetes.leaderelection.resourcelock.leaselock import LeaseLock

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: made}
data: {a: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
"""


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[Any]:
    with config.new_client_from_config(str(kubeconfig)) as made:
        yield made


@pytest.fixture
def core(api: Any) -> Any:
    return client.CoreV1Api(api)


def _map(name: str, **labels: str) -> Any:
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels or None), data={"a": "1"})


def test_typed_objects(core: Any, namespace: str) -> None:
    created = core.create_namespaced_config_map(namespace, _map("c"))
    assert (created.metadata.namespace, created.data) == (namespace, {"a": "1"})
    created.data["b"] = "2"
    replaced = core.replace_namespaced_config_map("c", namespace, created)
    assert replaced.data == {"a": "1", "b": "2"}
    with pytest.raises(ApiException) as stale:
        core.replace_namespaced_config_map("c", namespace, created)
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    assert core.patch_namespaced_config_map("c", namespace, {"data": {"a": None}}).data == {"b": "2"}
    listed = core.list_namespaced_config_map(namespace, field_selector="metadata.name=c")
    assert [each.metadata.name for each in listed.items] == ["c"]
    core.delete_namespaced_config_map("c", namespace)
    with pytest.raises(ApiException) as gone:
        core.read_namespaced_config_map("c", namespace)
    assert (gone.value.status, gone.value.reason) == (404, "Not Found")


def test_pages(core: Any, namespace: str) -> None:
    for position in range(5):
        core.create_namespaced_config_map(namespace, _map(f"c{position}", page="yes"))
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(namespace, limit=2, _continue=token)
        names += [each.metadata.name for each in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert names == ["c0", "c1", "c2", "c3", "c4", "kube-root-ca.crt"]
    core.delete_collection_namespaced_config_map(namespace, label_selector="page=yes")
    assert len(core.list_namespaced_config_map(namespace).items) == 1


def test_manifests_become_running_pods(api: Any, core: Any, namespace: str, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(MANIFEST)
    made = utils.create_from_yaml(api, str(tmp_path / "all.yaml"), namespace=namespace)
    assert [each.kind for group in made for each in group] == ["ConfigMap", "Deployment"]
    deployment = client.AppsV1Api(api).read_namespaced_deployment_status("web", namespace)
    assert (deployment.status.ready_replicas, deployment.status.available_replicas) == (2, 2)
    pods = core.list_namespaced_pod(namespace, label_selector="app=web").items
    assert [each.status.phase for each in pods] == ["Running", "Running"]
    with pytest.raises(utils.FailToCreateError) as again:
        utils.create_from_yaml(api, str(tmp_path / "all.yaml"), namespace=namespace)
    assert {each.reason for each in again.value.api_exceptions} == {"Conflict"}


def test_a_scale_and_an_apply(api: Any, core: Any, namespace: str) -> None:
    apps = client.AppsV1Api(api)
    body = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
        },
    }  # fmt: skip
    applied = apps.patch_namespaced_deployment(
        "web", namespace, body, field_manager="tests", _content_type="application/apply-patch+yaml"
    )
    assert applied.metadata.managed_fields[0].manager == "tests"
    scaled = apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 3}})
    assert scaled.spec.replicas == 3
    assert len(core.list_namespaced_pod(namespace).items) == 3


def test_reviews_and_tokens(api: Any, core: Any, namespace: str) -> None:
    spec = client.V1SelfSubjectAccessReviewSpec(
        resource_attributes=client.V1ResourceAttributes(verb="get", resource="pods", namespace=namespace)
    )
    review = client.V1SelfSubjectAccessReview(spec=spec)
    assert client.AuthorizationV1Api(api).create_self_subject_access_review(review).status.allowed
    request = client.AuthenticationV1TokenRequest(
        spec=client.V1TokenRequestSpec(audiences=[], expiration_seconds=600)
    )
    token = core.create_namespaced_service_account_token("default", namespace, request).status.token
    asked = client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token))
    user = client.AuthenticationV1Api(api).create_token_review(asked).status.user
    assert user.username == f"system:serviceaccount:{namespace}:default"


def test_a_connection_into_a_pod_is_refused(core: Any, namespace: str) -> None:
    container = client.V1Container(name="c", image="i")
    pod = client.V1Pod(metadata=client.V1ObjectMeta(name="p"), spec=client.V1PodSpec(containers=[container]))
    core.create_namespaced_pod(namespace, pod)
    assert core.read_namespaced_pod("p", namespace).status.phase == "Running"
    assert core.read_namespaced_pod_log("p", namespace) == ""
    with pytest.raises(ApiException) as refused:
        stream.stream(core.connect_get_namespaced_pod_exec, "p", namespace, command=["ls"], stdout=True)
    assert "503" in refused.value.reason
    assert core.create_namespaced_pod_eviction(
        "p", namespace, client.V1Eviction(metadata=client.V1ObjectMeta(name="p", namespace=namespace))
    )


def test_a_watch(core: Any, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, _map("first", watched="yes"))
    events: list[tuple[str, str]] = []
    watching = watch.Watch()
    for event in watching.stream(
        core.list_namespaced_config_map, namespace, label_selector="watched=yes", timeout_seconds=10
    ):
        events.append((event["type"], event["object"].metadata.name))
        match len(events):
            case 1:
                core.patch_namespaced_config_map("first", namespace, {"data": {"a": "2"}})
            case 2:
                core.delete_namespaced_config_map("first", namespace)
            case _:
                watching.stop()
    assert events == [("ADDED", "first"), ("MODIFIED", "first"), ("DELETED", "first")]


def test_a_watch_of_the_past_expires(core: Any, namespace: str) -> None:
    with pytest.raises(ApiException) as expired:
        for _ in watch.Watch().stream(
            core.list_namespaced_config_map, namespace, resource_version="1", timeout_seconds=5
        ):
            pass
    assert expired.value.status == 410


def test_an_informer_keeps_a_cache(core: Any, namespace: str) -> None:
    core.create_namespaced_config_map(namespace, _map("before", kept="yes"))
    shared = informer.SharedInformer(
        core.list_namespaced_config_map, namespace=namespace, label_selector="kept=yes"
    )
    seen: dict[str, threading.Event] = {name: threading.Event() for name in ("before", "after", "gone")}
    shared.add_event_handler(informer.ADDED, lambda obj: seen[obj.metadata.name].set())
    shared.add_event_handler(informer.DELETED, lambda _: seen["gone"].set())
    shared.start()
    try:
        assert seen["before"].wait(5)
        core.create_namespaced_config_map(namespace, _map("after", kept="yes"))
        assert seen["after"].wait(5)
        core.delete_namespaced_config_map("before", namespace)
        assert seen["gone"].wait(5)
        assert [each.metadata.name for each in shared.cache.list()] == ["after"]
    finally:
        shared.stop()


def test_the_dynamic_client(api: Any, namespace: str) -> None:
    found = dynamic.DynamicClient(api)
    maps = found.resources.get(api_version="v1", kind="ConfigMap")
    assert maps.namespaced
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}, "data": {"a": "1"}}
    assert maps.create(body=body, namespace=namespace).metadata.name == "d"
    changed = maps.patch(
        name="d", namespace=namespace, body={"data": {"b": "2"}}, content_type="application/merge-patch+json"
    )
    assert changed.data.to_dict() == {"a": "1", "b": "2"}
    applied = maps.server_side_apply(
        name="d",
        namespace=namespace,
        field_manager="dynamic",
        force_conflicts=True,
        body={**body, "data": {"a": "9"}},
    )
    assert applied.data.a == "9"
    deployments = found.resources.get(api_version="apps/v1", kind="Deployment")
    assert "scale" in deployments.subresources
    maps.delete(name="d", namespace=namespace)
    assert found.version["kubernetes"]["gitVersion"] == "v1.36.2"


def test_custom_objects(api: Any, namespace: str) -> None:
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.py.example.com"},
        "spec": {
            "group": "py.example.com", "scope": "Namespaced", "names": {"kind": "Thing", "plural": "things"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }  # fmt: skip
    client.ApiextensionsV1Api(api).create_custom_resource_definition(definition)
    custom = client.CustomObjectsApi(api)
    place = ("py.example.com", "v1", namespace, "things")
    body = {
        "apiVersion": "py.example.com/v1",
        "kind": "Thing",
        "metadata": {"name": "t"},
        "spec": {"x": [1, 2]},
    }
    assert custom.create_namespaced_custom_object(*place, body)["spec"] == {"x": [1, 2]}
    assert custom.patch_namespaced_custom_object(*place, "t", {"spec": {"y": 3}})["spec"] == {
        "x": [1, 2],
        "y": 3,
    }
    assert [each["metadata"]["name"] for each in custom.list_namespaced_custom_object(*place)["items"]] == [
        "t"
    ]
    events = watch.Watch()
    first = next(iter(events.stream(custom.list_namespaced_custom_object, *place, timeout_seconds=5)))
    assert (first["type"], first["object"]["metadata"]["name"]) == ("ADDED", "t")
    client.ApiextensionsV1Api(api).delete_custom_resource_definition("things.py.example.com")


@pytest.mark.parametrize("lock", [ConfigMapLock, LeaseLock])
def test_leader_election(core: Any, namespace: str, lock: type) -> None:
    led = threading.Event()

    def lead() -> None:
        led.set()
        raise RuntimeError("enough of leading")

    made = lock("election", namespace, "me")
    made.api_instance = type(made.api_instance)(core.api_client)
    settings = electionconfig.Config(
        made,
        lease_duration=3,
        renew_deadline=2,
        retry_period=1,
        onstarted_leading=lead,
        onstopped_leading=None,
    )
    leaderelection.LeaderElection(settings).run()
    assert led.is_set()
    found, record = made.get("election", namespace)
    assert found
    assert record.holder_identity == "me"


def test_asyncio(kubeconfig: Path, namespace: str) -> None:
    from kubernetes.aio import client as aio
    from kubernetes.aio import config as aio_config
    from kubernetes.aio import watch as aio_watch

    async def run() -> list[str]:
        async with await aio_config.new_client_from_config(str(kubeconfig)) as made:
            core = aio.CoreV1Api(made)
            await core.create_namespaced_config_map(
                namespace, aio.V1ConfigMap(metadata=aio.V1ObjectMeta(name="a", labels={"aio": "yes"}))
            )
            async with aio_watch.Watch().stream(
                core.list_namespaced_config_map, namespace, label_selector="aio=yes", timeout_seconds=1
            ) as stream:
                return [event["object"].metadata.name async for event in stream]

    assert asyncio.run(run()) == ["a"]
