"""``kubectl delete``: what it waits for, what it takes along, and what it leaves."""

from __future__ import annotations

import json

import pytest
from kubectl import Kubectl


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2")
    assert len(kubectl("get", "rs,pods", "-o", "name").split()) == 3
    return kubectl


def test_by_name_file_label_and_all(kubectl: Kubectl) -> None:
    for name in ("a", "b", "c", "d"):
        kubectl("create", "cm", name)
    assert kubectl("delete", "cm", "a", "b") == (
        kubectl.deleted('configmap "a" deleted') + kubectl.deleted('configmap "b" deleted')
    )
    kubectl("label", "cm", "c", "x=y")
    assert kubectl("delete", "cm", "-l", "x=y") == kubectl.deleted('configmap "c" deleted')
    manifest = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}})
    assert kubectl("delete", "-f", "-", given=manifest) == kubectl.deleted('configmap "d" deleted')
    assert kubectl.refused("delete", "-f", "-", given=manifest) == (
        'Error from server (NotFound): error when deleting "STDIN": configmaps "d" not found\n'
    )
    assert kubectl.refused("delete", "cm", "d") == 'Error from server (NotFound): configmaps "d" not found\n'
    assert kubectl("delete", "cm", "d", "--ignore-not-found") == ""
    kubectl("create", "secret", "generic", "s")
    assert kubectl("delete", "secrets", "--all") == kubectl.deleted('secret "s" deleted')
    assert kubectl.run("delete", "secrets", "--all").out == "No resources found\n"


def test_dependents_go_with_their_owner(web: Kubectl) -> None:
    assert web("delete", "deploy", "web", "--wait") == web.deleted('deployment.apps "web" deleted')
    assert web("get", "deploy,rs,pods", "-o", "name") == ""


def test_dependents_go_before_their_owner(web: Kubectl) -> None:
    assert web("delete", "deploy", "web", "--cascade=foreground") == web.deleted(
        'deployment.apps "web" deleted'
    )
    assert web("get", "deploy,rs,pods", "-o", "name") == ""


def test_dependents_are_left(web: Kubectl) -> None:
    assert web("delete", "deploy", "web", "--cascade=orphan") == web.deleted('deployment.apps "web" deleted')
    left = json.loads(web("get", "rs,pods", "-o", "json"))["items"]
    assert [(each["kind"], len(each["metadata"].get("ownerReferences", []))) for each in left] == [
        ("ReplicaSet", 0), ("Pod", 1), ("Pod", 1),
    ]  # fmt: skip


def test_a_pod_by_force(kubectl: Kubectl) -> None:
    kubectl("run", "p", "--image=nginx")
    output = kubectl.run("delete", "pod", "p", "--grace-period=0", "--force")
    assert output.out == kubectl.deleted('pod "p" force deleted')
    assert output.err == (
        "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
        "resource may continue to run on the cluster indefinitely.\n"
    )


def test_a_finalizer_is_waited_for(kubectl: Kubectl) -> None:
    kubectl("create", "cm", "held")
    kubectl("patch", "cm", "held", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')
    error = "error: timed out waiting for the condition on configmaps/held\n"
    assert kubectl.refused("delete", "cm", "held", "--timeout=1s").endswith(error)
    assert kubectl("delete", "cm", "held", "--wait=false") == kubectl.deleted('configmap "held" deleted')
    kubectl("patch", "cm", "held", "-p", '{"metadata":{"finalizers":null}}')
    assert kubectl("wait", "cm/held", "--for=delete", "--timeout=1s") == ""


def test_a_namespace_with_what_is_in_it(web: Kubectl) -> None:
    name = web.namespace
    assert web("delete", "namespace", name) == f'namespace "{name}" deleted\n'
    assert (
        web.refused("get", "namespace", name)
        == f'Error from server (NotFound): namespaces "{name}" not found\n'
    )
    assert web("get", "all,cm", "-o", "name") == ""
    assert web.refused("delete", "namespace", "default") == (
        "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n"
        'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted\n'
    )
