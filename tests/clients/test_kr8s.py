"""kr8s: objects, lists, patches, watches and waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

kr8s = pytest.importorskip("kr8s", reason="kr8s is not installed: pip install kr8s")

from kr8s import objects  # noqa: E402
from kr8s._async_utils import as_sync_func  # noqa: E402

# it warns of every server that is newer than itself
pytestmark = pytest.mark.filterwarnings("ignore:Kubernetes version")


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[Any]:
    made = kr8s.api(kubeconfig=str(kubeconfig))
    yield made
    as_sync_func(made._session.aclose)()  # which it would leave open


def _map(api: Any, name: str, namespace: str, **labels: str) -> Any:
    resource = {"metadata": {"name": name, "namespace": namespace, "labels": labels}, "data": {"a": "1"}}
    return objects.ConfigMap(resource, api=api)


def test_who_and_what(api: Any) -> None:
    assert api.whoami() == "admin"
    assert api.version()["gitVersion"] == "v1.36.2"
    assert "deployments" in {each["name"] for each in api.api_resources()}
    assert {"v1", "apps/v1"} <= set(api.api_versions())


def test_an_object_from_creation_to_deletion(api: Any, namespace: str) -> None:
    made = _map(api, "c", namespace)
    made.create()
    assert made.exists()
    made.patch({"data": {"b": "2"}})
    assert made.data == {"a": "1", "b": "2"}
    made.label(x="y")
    made.annotate({"note": "hi"})
    assert (made.labels["x"], made.annotations["note"]) == ("y", "hi")
    found = objects.ConfigMap.get("c", namespace=namespace, api=api)
    assert found.raw["metadata"]["uid"] == made.metadata["uid"]
    assert [each.name for each in api.get("configmaps", namespace=namespace, label_selector={"x": "y"})] == [
        "c"
    ]
    made.delete()
    assert not made.exists()
    with pytest.raises(kr8s.NotFoundError):
        objects.ConfigMap.get("c", namespace=namespace, api=api)


def test_a_deployment_is_scaled_and_ready(api: Any, namespace: str) -> None:
    labels = {"app": "web"}
    deployment = objects.Deployment(
        {
            "metadata": {"name": "web", "namespace": namespace},
            "spec": {
                "replicas": 1, "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
            },
        },
        api=api,
    )  # fmt: skip
    deployment.create()
    deployment.wait("condition=Available", timeout=5)
    deployment.scale(2)
    pods = deployment.pods()
    assert (len(pods), all(each.ready() for each in pods)) == (2, True)
    assert "".join(pods[0].logs()) == ""
    pods[0].delete()
    deployment.delete()
    deployment.wait("delete", timeout=5)


def test_a_watch(api: Any, namespace: str) -> None:
    _map(api, "first", namespace, watched="yes").create()
    later = threading.Timer(0.2, lambda: _map(api, "second", namespace, watched="yes").create())
    later.start()
    seen = []
    for kind, obj in api.watch("configmaps", namespace=namespace, label_selector="watched=yes"):
        seen.append((kind, obj.name))
        if len(seen) == 2:
            break
    later.join()
    assert seen == [("ADDED", "first"), ("ADDED", "second")]


def test_a_new_kind(api: Any, namespace: str) -> None:
    definition = {
        "metadata": {"name": "things.kr8s.example.com"},
        "spec": {
            "group": "kr8s.example.com", "scope": "Namespaced", "names": {"kind": "Thing", "plural": "things"},
            "versions": [{"name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                          "schema": {"openAPIV3Schema": {
                              "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }  # fmt: skip
    defined = objects.CustomResourceDefinition(definition, api=api)
    defined.create()
    kind = objects.new_class("Thing", version="kr8s.example.com/v1", namespaced=True)
    thing = kind({"metadata": {"name": "t", "namespace": namespace}, "spec": {"x": 1}}, api=api)
    thing.create()
    thing.patch({"status": {"phase": "Ready"}}, subresource="status")
    thing.wait("jsonpath='{.status.phase}'=Ready", timeout=5)
    assert thing.status.phase == "Ready"
    defined.delete()
