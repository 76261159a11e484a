"""``kubectl get``: every form of output, selection, paging and watching."""

from __future__ import annotations

import json

import pytest
import yaml
from kubectl import Kubectl, without_ages

MANIFEST = """
apiVersion: v1
kind: ConfigMap
metadata: {name: alpha, labels: {tier: front, rank: "2"}}
data: {key: one}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: beta, labels: {tier: back, rank: "1"}}
data: {key: two, other: three}
"""


@pytest.fixture(scope="module")
def reader(any_kubectl: Kubectl) -> Kubectl:
    """A kubectl in a namespace with two ConfigMaps that nobody changes."""
    any_kubectl("create", "namespace", f"read-{any_kubectl.minor}")
    kubectl = any_kubectl.within(f"read-{any_kubectl.minor}")
    kubectl("create", "-f", "-", given=MANIFEST)
    return kubectl


MINE = ("-l", "tier")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "NAME DATA AGE\nalpha 1 <age>\nbeta 2 <age>"),
        (("-o", "wide"), "NAME DATA AGE\nalpha 1 <age>\nbeta 2 <age>"),
        (("--no-headers",), "alpha 1 <age>\nbeta 2 <age>"),
        (("-o", "name"), "configmap/alpha\nconfigmap/beta"),
        (("-o", "jsonpath={range .items[*]}{.metadata.name}={.data.key}{'\\n'}{end}"), "alpha=one\nbeta=two"),
        (("-o", "custom-columns=N:.metadata.name,O:.data.other"), "N O\nalpha <none>\nbeta three"),
        (("-o", "go-template={{range .items}}{{.metadata.name}} {{end}}"), "alpha beta"),
        (("--template", "{{len .items}}"), "2"),
        (("--sort-by", "{.metadata.labels.rank}"), "NAME DATA AGE\nbeta 2 <age>\nalpha 1 <age>"),
        (("--show-labels",), "NAME DATA AGE LABELS\nalpha 1 <age> rank=2,tier=front\nbeta 2 <age> rank=1,tier=back"),
        (("-L", "tier"), "NAME DATA AGE TIER\nalpha 1 <age> front\nbeta 2 <age> back"),
        (("--chunk-size", "1"), "NAME DATA AGE\nalpha 1 <age>\nbeta 2 <age>"),
        (("--show-kind",), "NAME DATA AGE\nconfigmap/alpha 1 <age>\nconfigmap/beta 2 <age>"),
    ],
)  # fmt: skip
def test_a_list_in_every_form(reader: Kubectl, arguments: tuple[str, ...], expected: str) -> None:
    assert without_ages(reader("get", "configmaps", *MINE, *arguments)) == expected


def test_one_object_in_yaml_and_json(reader: Kubectl) -> None:
    shown = yaml.safe_load(reader("get", "cm", "alpha", "-o", "yaml"))
    assert shown == json.loads(reader("get", "cm/alpha", "-o", "json"))
    assert (shown["kind"], shown["data"]) == ("ConfigMap", {"key": "one"})
    assert "managedFields" not in shown["metadata"]
    fields = json.loads(reader("get", "cm", "alpha", "-o", "json", "--show-managed-fields"))["metadata"][
        "managedFields"
    ]
    assert [(each["manager"], each["operation"]) for each in fields] == [("kubectl-create", "Update")]
    assert yaml.safe_load(reader("get", "cm", *MINE, "-o", "yaml"))["kind"] == "List"


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (("-l", "tier=front"), ["alpha"]),
        (("-l", "tier!=front,tier"), ["beta"]),
        (("-l", "tier in (front,back)"), ["alpha", "beta"]),
        (("--field-selector", "metadata.name=beta"), ["beta"]),
        (("--field-selector", "metadata.name!=beta", "-l", "tier"), ["alpha"]),
    ],
)  # fmt: skip
def test_selectors(reader: Kubectl, selection: tuple[str, ...], names: list[str]) -> None:
    assert reader("get", "cm", *selection, "-o", "jsonpath={.items[*].metadata.name}").split() == names


def test_all_namespaces_and_several_kinds(reader: Kubectl) -> None:
    name = reader.namespace
    assert f"{name} alpha 1 <age>" in without_ages(reader("get", "cm", "-A")).splitlines()
    both = without_ages(reader("get", "cm/alpha", "sa/default"))
    assert both == "NAME DATA AGE\nconfigmap/alpha 1 <age>\n\nNAME AGE\nserviceaccount/default <age>"
    assert reader.run("get", "pods").err == f"No resources found in {name} namespace.\n"
    assert reader("get", "pods", "-o", "name") == ""
    assert reader("get", "configmap", "gone", "--ignore-not-found") == ""


def test_a_watch_follows_changes(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", given=MANIFEST)
    watch = kubectl.start("get", "cm", "-l", "tier", "-w", "--output-watch-events")
    try:
        assert watch.stdout is not None
        lines = [watch.stdout.readline().split()[:3] for _ in range(3)]
        kubectl("label", "cm", "alpha", "tier=other", "--overwrite")
        lines.append(watch.stdout.readline().split()[:3])
        kubectl("delete", "cm", "beta")
        lines.append(watch.stdout.readline().split()[:3])
    finally:
        watch.kill()
        watch.wait()
        watch.stdout.close()
    assert lines == [
        ["EVENT", "NAME", "DATA"], ["ADDED", "alpha", "1"], ["ADDED", "beta", "2"], ["MODIFIED", "alpha", "1"],
        ["DELETED", "beta", "2"],
    ]  # fmt: skip


def test_a_watch_of_one_object_ends_with_the_request(reader: Kubectl) -> None:
    output = reader.run("get", "cm", "alpha", "-w", "--request-timeout=1s", "-o", "name")
    assert (output.out, output.code) == ("configmap/alpha\n", 0)


def test_subresources(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2")
    shown = without_ages(kubectl("get", "deploy", "web", "--subresource=scale"))
    assert shown == "NAME DESIRED AVAILABLE AGE\nweb 2 2 <age>"
    status = "jsonpath={.status.replicas}"
    assert kubectl("get", "deploy", "web", "--subresource=status", "-o", status) == "2"


def test_raw_paths(kubectl: Kubectl) -> None:
    assert kubectl("get", "--raw", "/healthz") == "ok"
    assert json.loads(kubectl("get", "--raw", "/version"))["major"] == "1"
    error = "Error from server (NotFound): the server could not find the requested resource\n"
    assert kubectl.refused("get", "--raw", "/nope") == error


def test_the_parts_of_the_control_plane(any_kubectl: Kubectl) -> None:
    listed = any_kubectl.run("get", "componentstatuses")
    assert listed.err == "Warning: v1 ComponentStatus is deprecated in v1.19+\n"
    assert without_ages(listed.out).splitlines()[:3] == [
        "NAME STATUS MESSAGE ERROR", "controller-manager Healthy ok", "etcd-0 Healthy ok",
    ]  # fmt: skip
    assert 'watch is not supported on resources of kind "componentstatuses"' in any_kubectl.refused(
        "get", "cs", "-w"
    )
