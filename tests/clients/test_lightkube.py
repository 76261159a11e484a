"""lightkube: typed and generic resources, patches, apply, watches and waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

lightkube = pytest.importorskip("lightkube", reason="lightkube is not installed: pip install lightkube")

from lightkube import ApiError, Client, KubeConfig, codecs  # noqa: E402
from lightkube.generic_resource import create_namespaced_resource  # noqa: E402
from lightkube.models.meta_v1 import ObjectMeta  # noqa: E402
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition  # noqa: E402
from lightkube.resources.apps_v1 import Deployment  # noqa: E402
from lightkube.resources.core_v1 import ConfigMap, Pod  # noqa: E402
from lightkube.types import CascadeType, PatchType  # noqa: E402

DEPLOYMENT = """
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
def client(kubeconfig: Path) -> Iterator[Any]:
    made = Client(config=KubeConfig.from_file(str(kubeconfig)), field_manager="tests", trust_env=False)
    try:
        yield made
    finally:
        made.close()


def _map(name: str, namespace: str, **labels: str) -> Any:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=namespace, labels=labels), data={"a": "1"})


def test_an_object_from_creation_to_deletion(client: Any, namespace: str) -> None:
    created = client.create(_map("c", namespace))
    assert created.metadata.uid
    created.data["b"] = "2"
    assert client.replace(created).data == {"a": "1", "b": "2"}
    patched = client.patch(
        ConfigMap, "c", {"data": {"a": None}}, namespace=namespace, patch_type=PatchType.MERGE
    )
    assert patched.data == {"b": "2"}
    applied = client.apply(ConfigMap(
        apiVersion="v1", kind="ConfigMap", metadata=ObjectMeta(name="c", namespace=namespace), data={"z": "9"}
    ))  # fmt: skip
    assert applied.data == {"b": "2", "z": "9"}
    assert [
        each.metadata.name
        for each in client.list(ConfigMap, namespace=namespace, fields={"metadata.name": "c"})
    ] == ["c"]
    client.delete(ConfigMap, "c", namespace=namespace)
    with pytest.raises(ApiError) as gone:
        client.get(ConfigMap, "c", namespace=namespace)
    assert (gone.value.status.code, gone.value.status.reason) == (404, "NotFound")


def test_a_deployment_from_yaml(client: Any, namespace: str) -> None:
    for obj in codecs.load_all_yaml(DEPLOYMENT):
        client.create(obj, namespace=namespace)
    ready = client.wait(Deployment, "web", for_conditions=["Available"], namespace=namespace)
    assert ready.status.readyReplicas == 2
    scale = client.get(Deployment.Scale, "web", namespace=namespace)
    scale.spec.replicas = 3
    assert client.replace(scale).spec.replicas == 3
    pods = list(client.list(Pod, namespace=namespace, labels={"app": "web"}))
    assert [each.status.phase for each in pods] == ["Running"] * 3
    assert list(client.log(pods[0].metadata.name, namespace=namespace)) == []
    client.delete(Deployment, "web", namespace=namespace, cascade=CascadeType.FOREGROUND)
    assert list(client.list(Pod, namespace=namespace, labels={"app": "web"})) == []


def test_a_watch(client: Any, namespace: str) -> None:
    client.create(_map("first", namespace, watched="yes"))
    seen = []
    for kind, obj in client.watch(ConfigMap, namespace=namespace, labels={"watched": "yes"}):
        seen.append((kind, obj.metadata.name))
        if len(seen) == 1:
            client.delete(ConfigMap, "first", namespace=namespace)
        else:
            break
    assert seen == [("ADDED", "first"), ("DELETED", "first")]


def test_a_generic_resource(client: Any, namespace: str) -> None:
    name = "things.light.example.com"
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name},
        "spec": {
            "group": "light.example.com", "scope": "Namespaced", "names": {"kind": "Thing", "plural": "things"},
            "versions": [{"name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                          "schema": {"openAPIV3Schema": {
                              "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }  # fmt: skip
    client.create(codecs.from_dict(definition))
    client.wait(CustomResourceDefinition, name, for_conditions=["Established"])
    kind = create_namespaced_resource("light.example.com", "v1", "Thing", "things")
    thing = client.create(kind(metadata=ObjectMeta(name="t", namespace=namespace), spec={"x": 1}))
    status = client.patch(
        kind.Status, "t", {"status": {"phase": "Ready"}}, namespace=namespace, patch_type=PatchType.MERGE
    )
    assert (thing["spec"], status["status"]) == ({"x": 1}, {"phase": "Ready"})
    client.delete(CustomResourceDefinition, name)
