"""Commands that change one thing of an object: label, annotate, patch, edit, scale, set, expose, autoscale."""

from __future__ import annotations

import pytest
from kubectl import Kubectl


@pytest.fixture
def config(kubectl: Kubectl) -> Kubectl:
    kubectl("create", "configmap", "c", "--from-literal=a=1")
    return kubectl


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2")
    return kubectl


def test_labels_and_annotations(config: Kubectl) -> None:
    assert config("label", "cm", "c", "x=y") == "configmap/c labeled\n"
    error = "error: 'x' already has a value (y), and --overwrite is false\n"
    assert config.refused("label", "cm", "c", "x=z") == error
    assert config("label", "cm", "c", "x=z", "--overwrite") == "configmap/c labeled\n"
    assert config("label", "cm", "c", "x=z") == "configmap/c not labeled\n"
    assert config("label", "cm", "c", "--list") == "x=z\n"
    assert config("label", "cm", "c", "x-") == "configmap/c unlabeled\n"
    assert (
        config("label", "cm", "--all", "t=1") == "configmap/c labeled\nconfigmap/kube-root-ca.crt labeled\n"
    )
    assert config("annotate", "cm", "c", "note=hi") == "configmap/c annotated\n"
    assert config("annotate", "cm", "c", "--list") == "note=hi\n"


def test_patches_of_three_types(config: Kubectl) -> None:
    assert config("patch", "cm", "c", "-p", '{"data":{"b":"2"}}') == "configmap/c patched\n"
    assert config("patch", "cm", "c", "--type=merge", "-p", '{"data":{"a":null}}') == "configmap/c patched\n"
    added = '[{"op":"add","path":"/data/d","value":"4"}]'
    assert config("patch", "cm", "c", "--type=json", "-p", added) == "configmap/c patched\n"
    assert config("get", "cm", "c", "-o", "jsonpath={.data}") == '{"b":"2","d":"4"}'
    assert config("patch", "cm", "c", "-p", "{}") == "configmap/c patched (no change)\n"
    assert (
        config("patch", "cm", "c", "-p", '{"data":{"z":"0"}}', "--dry-run=server") == "configmap/c patched\n"
    )
    missing = '[{"op":"remove","path":"/data/zz"}]'
    error = "The request is invalid: the server rejected our request due to an error in our request\n"
    assert config.refused("patch", "cm", "c", "--type=json", "-p", missing) == error
    assert config("get", "cm", "c", "-o", "jsonpath={.data}") == '{"b":"2","d":"4"}'


def test_patches_of_subresources(web: Kubectl) -> None:
    replicas = '{"spec":{"replicas":3}}'
    shown = "scale.autoscaling/web patched\n"
    assert web("patch", "deploy", "web", "--subresource=scale", "--type=merge", "-p", replicas) == shown
    assert web("get", "deploy", "web", "-o", "jsonpath={.spec.replicas}") == "3"
    status = '{"status":{"conditions":[{"type":"Mine","status":"True"}]},"spec":{"replicas":9}}'
    assert (
        web("patch", "deploy", "web", "--subresource=status", "-p", status) == "deployment.apps/web patched\n"
    )
    kept = "jsonpath={.spec.replicas}{.status.conditions[?(@.type=='Mine')].status}"
    assert web("get", "deploy", "web", "-o", kept).startswith("3")


def test_edit_by_a_script(config: Kubectl) -> None:
    editor = config.home / "editor"
    editor.write_text("""#!/bin/sh\nsed -i 's/a: "1"/a: "22"/' "$1"\n""")
    editor.chmod(0o700)
    assert config("edit", "cm", "c", EDITOR=str(editor)) == "configmap/c edited\n"
    assert config("get", "cm", "c", "-o", "jsonpath={.data.a}") == "22"
    unchanged = config.run("edit", "cm", "c", EDITOR="true")
    assert (unchanged.code, unchanged.err + unchanged.out) == (0, "Edit cancelled, no changes made.\n")


def test_scale(web: Kubectl) -> None:
    assert web("scale", "deploy", "web", "--replicas=4") == "deployment.apps/web scaled\n"
    error = "error: Expected replicas to be 2, was 4\n"
    assert web.refused("scale", "deploy", "web", "--current-replicas=2", "--replicas=1") == error
    assert (
        web("scale", "deploy/web", "--current-replicas=4", "--replicas=0") == "deployment.apps/web scaled\n"
    )
    assert web("get", "pods", "-o", "name") == ""


def test_autoscale(web: Kubectl) -> None:
    shown = "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    percent = "--cpu=50%" if web.minor >= 34 else "--cpu-percent=50"
    assert web("autoscale", "deploy", "web", "--min=1", "--max=3", percent) == shown
    assert web("get", "hpa", "web", "--no-headers").split()[:2] == ["web", "Deployment/web"]


def test_set(web: Kubectl) -> None:
    name = "deployment.apps/web"
    assert web("set", "image", "deploy/web", "nginx=nginx:3") == f"{name} image updated\n"
    assert web("set", "env", "deploy/web", "A=B") == f"{name} env updated\n"
    assert (
        web("set", "resources", "deploy/web", "--limits=cpu=1") == f"{name} resource requirements updated\n"
    )
    assert web("set", "serviceaccount", "deploy", "web", "builder") == f"{name} serviceaccount updated\n"
    container = "{.spec.template.spec.containers[0]}"
    path = f"jsonpath={container.replace('}', '.image}')} {container.replace('}', '.env[0].value}')}"
    assert web("get", "deploy", "web", "-o", path) == "nginx:3 B"
    error = 'Error from server (NotFound): services "nope" not found\n'
    assert web.refused("set", "selector", "service", "nope", "a=b") == error


def test_expose(web: Kubectl) -> None:
    assert web("expose", "deploy", "web", "--port=80", "--target-port=8080") == "service/web exposed\n"
    path = "jsonpath={.spec.selector.app} {.spec.ports[0].targetPort}"
    assert web("get", "service", "web", "-o", path) == "web 8080"
    assert web("set", "selector", "service", "web", "app=other") == "service/web selector updated\n"
    error = 'Error from server (AlreadyExists): services "web" already exists\n'
    assert web.refused("expose", "deploy", "web", "--port=80") == error
