"""Helm: a release from its installation to its removal, waited for by Helm itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '1'\n",
    "values.yaml": "replicas: 1\ngreeting: hello\nthings: true\n",
    "crds/thing.yaml": """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.helm.example.com}
spec:
  group: helm.example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object,
     properties: {size: {type: integer}}}}}}}
""",
    "templates/all.yaml": """
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}"}
data: {greeting: {{ .Values.greeting | quote }}, version: "{{ .Capabilities.KubeVersion.Version }}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec: {containers: [{name: shop, image: "shop:1"}]}
{{- if .Values.things }}
---
apiVersion: helm.example.com/v1
kind: Thing
metadata: {name: "{{ .Release.Name }}"}
spec: {size: {{ .Values.replicas }}}
{{- end }}
""",
    "templates/hook.yaml": """
apiVersion: batch/v1
kind: Job
metadata:
  name: "{{ .Release.Name }}-prepare"
  annotations: {helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: prepare, image: busybox, command: ["true"]}]}}}
""",
}

Helm = Callable[..., str]


@pytest.fixture
def helm(kubeconfig: Path, namespace: str, tmp_path: Path) -> Helm:
    binary = shutil.which("helm")
    if binary is None:
        pytest.skip("no helm on the path: go install helm.sh/helm/v4/cmd/helm@latest")
    for name, text in CHART.items():
        (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / name).write_text(text)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(kubeconfig)}

    def run(*arguments: str, code: int = 0) -> str:
        command = [binary, "--namespace", namespace, *arguments]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout if code == 0 else done.stderr

    return run


def test_a_release(helm: Helm, kubeconfig: Path, namespace: str) -> None:
    installed = json.loads(helm("install", "rel", "shop", "--wait", "--timeout=20s", "-o", "json"))
    assert (installed["info"]["status"], installed["version"]) == ("deployed", 1)
    with config.new_client_from_config(str(kubeconfig)) as api:
        _check(client.CoreV1Api(api), client.AppsV1Api(api), namespace, replicas=1, greeting="hello")
        helm("upgrade", "rel", "shop", "--set", "replicas=2,greeting=hi", "--wait", "--timeout=20s")
        _check(client.CoreV1Api(api), client.AppsV1Api(api), namespace, replicas=2, greeting="hi")
        helm("rollback", "rel", "1", "--wait", "--timeout=20s")
        _check(client.CoreV1Api(api), client.AppsV1Api(api), namespace, replicas=1, greeting="hello")
        history = json.loads(helm("history", "rel", "-o", "json"))
        assert [(each["revision"], each["status"]) for each in history] == [
            (1, "superseded"), (2, "superseded"), (3, "deployed"),
        ]  # fmt: skip
        secrets = client.CoreV1Api(api).list_namespaced_secret(
            namespace, field_selector="type=helm.sh/release.v1"
        )
        assert len(secrets.items) == 3
        assert [each["name"] for each in json.loads(helm("list", "-o", "json"))] == ["rel"]
        assert "cannot reuse a name that is still in use" in helm("install", "rel", "shop", code=1)
        assert helm("uninstall", "rel", "--wait", "--timeout=20s") == 'release "rel" uninstalled\n'
        assert client.AppsV1Api(api).list_namespaced_deployment(namespace).items == []
        assert client.CoreV1Api(api).list_namespaced_pod(namespace).items == []


def _check(core: Any, apps: Any, namespace: str, *, replicas: int, greeting: str) -> None:
    data = core.read_namespaced_config_map("rel", namespace).data
    assert data == {"greeting": greeting, "version": "v1.36.2"}
    assert apps.read_namespaced_deployment("rel", namespace).status.ready_replicas == replicas


def test_a_dry_run_changes_nothing(helm: Helm, kubeconfig: Path, namespace: str) -> None:
    shown = helm("install", "rel", "shop", "--dry-run=server", "--set", "greeting=dry,things=false")
    assert 'greeting: "dry"' in shown
    assert json.loads(helm("list", "-o", "json")) == []


def test_a_mistake_is_told(helm: Helm) -> None:
    wrong = helm("install", "rel", "shop", "--set", "replicas=many,things=false", code=1)
    assert "replicas" in wrong
