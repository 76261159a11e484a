"""From targets to pods and containers."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.config import read_config
from fakes.mirrord.model.containers import Choice, choose_container, guess_warning, not_ready
from fakes.mirrord.model.targets import TARGETLESS, Target, parse_path
from fakes.mirrord.model.workloads import (
    TargetError,
    check_container,
    copy_reason,
    pod_labels,
    policy_labels,
    probe_ports,
    probe_warning,
    ready_pods,
    selects,
)


def pod(*containers: str, name: str = "web-1", unready: str = "", **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": "web"}} | metadata,
        "spec": {"nodeName": "n", "containers": [{"name": container} for container in containers]},
        "status": {
            "phase": "Running",
            "podIPs": [{"ip": "10.0.0.1"}],
            "containerStatuses": [
                {"name": container, "ready": container != unready, "containerID": f"containerd://{container}"}
                for container in containers
            ],
        },
    }


ANNOTATED: dict[str, Any] = {"annotations": {"kubectl.kubernetes.io/default-container": "b"}}
CHOICES: list[tuple[dict[str, Any], str | None, Choice | None]] = [
    (pod("a"), None, Choice("a", False)),
    (pod("a", "b"), None, Choice("a", True)),
    (pod("a", "b"), "b", Choice("b", False)),
    (pod("a", "b"), "c", None),
    (pod("a", "b", **ANNOTATED), None, Choice("b", False)),
    (pod("a", **ANNOTATED), None, Choice("a", False)),
    (pod("istio-proxy", "a"), None, Choice("a", False)),
    (pod("istio-proxy", "linkerd-proxy"), None, Choice("istio-proxy", True)),
    (pod(), None, None),
]


@pytest.mark.parametrize(("given", "asked", "choice"), CHOICES)
def test_a_container_is_chosen(given: dict[str, Any], asked: str | None, choice: Choice | None) -> None:
    assert choose_container(given, asked) == choice


def test_a_guess_is_told() -> None:
    assert guess_warning(Choice("a", True)).startswith('Target has multiple containers, mirrord picked "a".')


def changed(path: str, value: Any) -> dict[str, Any]:
    given = pod("a", "b")
    *way, last = path.split(".")
    node: Any = given
    for name in way:
        node = node[name]
    node[last] = value
    return given


READINESS: list[tuple[dict[str, Any], str | None, str | None]] = [
    (pod("a"), None, None),
    (changed("status.phase", "Pending"), None, "not in 'Running' phase"),
    (changed("metadata.deletionTimestamp", "2026-01-01T00:00:00Z"), None, "in deletion"),
    (changed("spec.nodeName", None), None, "not assigned to a node"),
    (changed("status.podIPs", []), None, "has no IP addresses"),
    (changed("status.containerStatuses", None), None, "no viable target container found"),
    (pod("a"), "c", "target container `c` not found"),
    (pod("a", "b", unready="a"), None, "target container `a` is not ready"),
    (pod("a", "b", unready="a"), "b", None),
    (
        changed("status.containerStatuses", [{"name": "a", "ready": True}]),
        None,
        "target container `a` has no known runtime",
    ),
]


@pytest.mark.parametrize(("given", "asked", "reason"), READINESS)
def test_a_pod_is_ready_or_not(given: dict[str, Any], asked: str | None, reason: str | None) -> None:
    assert not_ready(given, asked) == reason


def test_the_ready_pods_of_a_target_are_named_with_their_namespace() -> None:
    pods = [pod("a"), pod("a", name="web-2", unready="a"), pod("b", name="web-3")]
    assert ready_pods(Target("deployment", "web"), pods) == ("shop/web-1", "shop/web-3")
    assert ready_pods(Target("deployment", "web", "a"), pods) == ("shop/web-1",)


def workload(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web", "namespace": "shop", "labels": {"team": "red"}}, "spec": spec}


MATCHED = workload(selector={"matchLabels": {"app": "web"}})
SELECTED: list[tuple[str, dict[str, Any] | None, dict[str, str], bool]] = [
    ("deployment/web", MATCHED, {"app": "web"}, True),
    ("statefulset/web", MATCHED, {"app": "web"}, True),
    ("service/web", workload(selector={"app": "web"}), {"app": "web"}, True),
    ("service/web", workload(), {}, False),
    ("label/app=web", None, {"app": "web"}, True),
    ("label/app=web,tier=x", None, {"app": "web", "tier": "x"}, False),
    ("cronjob/web", workload(schedule="* * * * *"), {}, False),
]


@pytest.mark.parametrize(("path", "given", "labels", "selected"), SELECTED)
def test_a_workload_selects_its_pods(
    path: str, given: dict[str, Any] | None, labels: dict[str, str], selected: bool
) -> None:
    assert pod_labels(parse_path(path), given) == labels
    assert selects(labels, pod("a")) is selected


def test_policies_look_at_the_labels_of_what_is_targeted() -> None:
    assert policy_labels(Target("deployment", "web"), MATCHED) == {"team": "red"}
    assert policy_labels(Target("pod", "web-1"), pod("a")) == {"app": "web"}
    assert policy_labels(parse_path("label/a=b"), None) == {"a": "b"}
    assert policy_labels(TARGETLESS, None) == {}


TEMPLATE = workload(template={"spec": {"containers": [{"name": "a"}]}})


def test_a_container_must_be_in_the_template() -> None:
    check_container(Target("deployment", "web", "a"), TEMPLATE)
    check_container(Target("deployment", "web"), TEMPLATE)
    check_container(Target("service", "web", "b"), workload(selector={}))
    with pytest.raises(TargetError) as refusal:
        check_container(Target("deployment", "web", "b"), TEMPLATE)
    assert str(refusal.value) == (
        "Deployment `shop/web` is in invalid state: specified pod template does not contain target container `b`"
    )


COPIES: list[tuple[str, int | None, bool, str | None]] = [
    ("deployment/web", 1, False, None),
    ("deployment/web", 0, False, "empty deployment"),
    ("deployment/web", None, False, "empty deployment"),
    ("deployment/web", 1, True, "copy target is enabled"),
    ("statefulset/web", 0, False, None),
    ("job/web", 0, False, "job target"),
    ("cronjob/web", 0, False, "cronjob target"),
]


@pytest.mark.parametrize(("path", "replicas", "asked", "reason"), COPIES)
def test_when_a_target_is_copied(path: str, replicas: int | None, asked: bool, reason: str | None) -> None:
    status = {} if replicas is None else {"availableReplicas": replicas}
    assert copy_reason(parse_path(path), {"status": status}, asked=asked) == reason


PROBED = workload(
    template={
        "spec": {
            "containers": [
                {
                    "name": "a",
                    "ports": [{"name": "http", "containerPort": 8080}],
                    "livenessProbe": {"httpGet": {"port": "http"}},
                    "readinessProbe": {"grpc": {"port": 9000}},
                    "startupProbe": {"httpGet": {"port": 7000}},
                },
                {"name": "b", "livenessProbe": {"tcpSocket": {"port": 6000}}},
            ]
        }
    }
)
WARNED: list[tuple[Any, list[int]]] = [
    ("mirror", []),
    ("steal", [8080, 9000]),
    ({"mode": "steal", "ports": [9000]}, [9000]),
    ({"mode": "steal", "ignore_ports": [9000]}, [8080]),
    ({"mode": "steal", "http_filter": {"path_filter": "/"}}, []),
    ({"mode": "steal", "http_filter": {"path_filter": "/", "ports": [8080]}}, [9000]),
]


@pytest.mark.parametrize(("incoming", "at_risk"), WARNED)
def test_stealing_probes_is_warned_of_and_not_prevented(incoming: Any, at_risk: list[int]) -> None:
    target = Target("deployment", "web")
    config = read_config({"target": target.path, "feature": {"network": {"incoming": incoming}}})
    warning = probe_warning(config.incoming, probe_ports(target, PROBED))
    assert (f"configured on ports {at_risk}, causing" in (warning or "")) is bool(at_risk)
