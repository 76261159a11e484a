"""What kubectl finds out about a server: resources, versions, documentation, its own configuration, a proxy."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
import yaml
from kubectl import Kubectl

VERBS = "create,delete,deletecollection,get,list,patch,update,watch"


def test_api_resources(any_kubectl: Kubectl) -> None:
    rows = [line.split() for line in any_kubectl("api-resources", "--no-headers").splitlines()]
    assert ["configmaps", "cm", "v1", "true", "ConfigMap"] in rows
    assert [
        "customresourcedefinitions",
        "crd,crds",
        "apiextensions.k8s.io/v1",
        "false",
        "CustomResourceDefinition",
    ] in rows
    wide = [
        line.split() for line in any_kubectl("api-resources", "--api-group=apps", "-o", "wide").splitlines()
    ]
    assert wide[0] == ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES"]
    assert ["deployments", "deploy", "apps/v1", "true", "Deployment", VERBS, "all"] in wide


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--namespaced=false", "--api-group=rbac.authorization.k8s.io"),
         ["clusterrolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io"]),
        (("--categories=all", "--api-group=batch"), ["cronjobs.batch", "jobs.batch"]),
        (("--verbs=list,create", "--api-group=authorization.k8s.io"), []),
        (("--api-group=batch", "--sort-by=kind"), ["cronjobs.batch", "jobs.batch"]),
    ],
)  # fmt: skip
def test_api_resources_by_name(any_kubectl: Kubectl, arguments: tuple[str, ...], names: list[str]) -> None:
    assert any_kubectl("api-resources", "-o", "name", *arguments).split() == names


def test_api_versions(any_kubectl: Kubectl) -> None:
    versions = any_kubectl("api-versions").split()
    assert versions == sorted(versions)
    assert {"v1", "apps/v1", "autoscaling/v2", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"} <= set(
        versions
    )


def test_explain(any_kubectl: Kubectl) -> None:
    assert any_kubectl("explain", "deploy.spec.strategy") == (
        "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: strategy <DeploymentStrategy>\n\n\n"
        "DESCRIPTION:\n    The deployment strategy to use to replace existing pods with new ones.\n"
        "    DeploymentStrategy describes how to replace existing pods with new ones.\n    \nFIELDS:\n"
        "  rollingUpdate\t<RollingUpdateDeployment>\n"
        "    Rolling update config params. Present only if DeploymentStrategyType =\n    RollingUpdate.\n\n"
        "  type\t<string>\n  enum: Recreate, RollingUpdate\n"
        '    Type of deployment. Can be "Recreate" or "RollingUpdate". Default is\n    RollingUpdate.\n    \n'
        '    Possible enum values:\n     - `"Recreate"`\n     - `"RollingUpdate"`\n\n\n'
    )
    recursive = any_kubectl("explain", "cm", "--recursive")
    assert (
        "  binaryData\t<map[string]string>\n  data\t<map[string]string>\n  immutable\t<boolean>\n"
        in recursive
    )
    assert "      uid\t<string> -required-\n" in recursive
    assert any_kubectl("explain", "hpa", "--api-version=autoscaling/v1").splitlines()[2] == "VERSION:    v1"
    assert any_kubectl.refused("explain", "pod.spec.nope") == 'error: field "nope" does not exist\n'


def test_version_and_cluster_info(any_kubectl: Kubectl) -> None:
    version = json.loads(any_kubectl("version", "-o", "json"))
    assert version["serverVersion"]["gitVersion"] == "v1.36.2"
    assert version["clientVersion"]["gitVersion"].startswith(any_kubectl.version)
    info = re.sub(r"\x1b\[[0-9;]*m", "", any_kubectl("cluster-info"))
    server = any_kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
    assert info.splitlines()[0] == f"Kubernetes control plane is running at {server}"
    dumped = any_kubectl("cluster-info", "dump", "--output-directory=dump", "--namespaces=default")
    assert dumped.endswith("Cluster info dumped to dump\n")
    assert (any_kubectl.home / "dump" / "default" / "services.json").exists()


def test_configuration(any_kubectl: Kubectl) -> None:
    shown = yaml.safe_load(any_kubectl("config", "view"))
    assert shown["clusters"][0]["cluster"]["certificate-authority-data"] == "DATA+OMITTED"
    assert any_kubectl("config", "current-context") == "admin\n"
    assert any_kubectl("config", "get-contexts", "-o", "name") == "admin\n"


def test_proxy(any_kubectl: Kubectl) -> None:
    proxy = any_kubectl.start("proxy", "--port=0")
    try:
        assert proxy.stdout is not None
        address = proxy.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"http://{address}/api/v1/namespaces/default", timeout=10) as answer:
            assert json.load(answer)["metadata"]["name"] == "default"
    finally:
        proxy.kill()
        proxy.wait()
        if proxy.stdout is not None:
            proxy.stdout.close()
