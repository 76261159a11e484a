"""Tables of built-in kinds: columns as a v1.36.2 server recorded them, cells as kubectl shows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes.kube.printers.registry import printer_of

ORACLE = Path(__file__).parents[2] / "../shared/oracle"
NOW = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)
CREATED = "2026-01-01T00:00:00Z"
KINDS = {
    "configmaps": ("", "ConfigMap"),
    "secrets": ("", "Secret"),
    "namespaces": ("", "Namespace"),
    "serviceaccounts": ("", "ServiceAccount"),
    "leases": ("coordination.k8s.io", "Lease"),
    "pods": ("", "Pod"),
    "deployments": ("apps", "Deployment"),
    "replicasets": ("apps", "ReplicaSet"),
    "services": ("", "Service"),
    "rolebindings": ("rbac.authorization.k8s.io", "RoleBinding"),
    "roles": ("rbac.authorization.k8s.io", "Role"),
}


def _recorded_columns() -> dict[str, Any]:
    if not ORACLE.exists():
        return {}
    found = {}
    for line in map(json.loads, (ORACLE / "golden/dev.jsonl").read_text().splitlines()):
        body = line.get("body")
        resource = line["request"].split("?")[0].rpartition("/")[2]
        if isinstance(body, dict) and body.get("kind") == "Table" and body.get("columnDefinitions"):
            found.setdefault(resource, body["columnDefinitions"])
    return found


@pytest.mark.skipif(not ORACLE.exists(), reason="the recorded answers are not beside the repository")
@pytest.mark.parametrize("resource", KINDS)
def test_columns_are_those_of_the_server(resource: str) -> None:
    group, kind = KINDS[resource]
    columns = [each.document() for each in printer_of(group, "v1", kind).columns]
    assert columns == _recorded_columns()[resource]


def _object(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "metadata": {"name": "x", "creationTimestamp": CREATED, **fields.pop("metadata", {})},
        **fields,
    }


def _status(name: str, restarts: int = 0, ready: bool = False, **state: Any) -> dict[str, Any]:
    return {"name": name, "ready": ready, "restartCount": restarts, "state": state}


TWO = {"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "j"}]}
RUNNING: dict[str, Any] = {"startedAt": CREATED}
PODS = [
    ("pending", TWO, {"phase": "Pending"}, ["0/2", "Pending", "0"]),
    (
        "one of two is ready",
        TWO,
        {
            "phase": "Running",
            "containerStatuses": [_status("a", 1, True, running=RUNNING), _status("b", running=RUNNING)],
        },
        ["1/2", "Running", "1"],
    ),
    (
        "crashing, with the time of the last restart",
        TWO,
        {
            "phase": "Running",
            "containerStatuses": [
                {
                    **_status("a", 3, waiting={"reason": "CrashLoopBackOff"}),
                    "lastState": {"terminated": {"finishedAt": "2026-01-01T00:09:00Z"}},
                }
            ],
        },
        ["0/2", "CrashLoopBackOff", "3 (60s ago)"],
    ),
    (
        "ended by a signal",
        TWO,
        {"phase": "Failed", "containerStatuses": [_status("a", terminated={"signal": 9, "exitCode": 137})]},
        ["0/2", "Signal:9", "0"],
    ),
    (
        "initializing",
        {**TWO, "initContainers": [{"name": "i"}, {"name": "k"}]},
        {
            "phase": "Pending",
            "initContainerStatuses": [
                _status("i", terminated={"exitCode": 0}),
                _status("k", waiting={"reason": "PodInitializing"}),
            ],
        },
        ["0/2", "Init:1/2", "0"],
    ),
    (
        "initialization failed",
        {**TWO, "initContainers": [{"name": "i"}]},
        {
            "phase": "Pending",
            "initContainerStatuses": [_status("i", 2, terminated={"exitCode": 1, "reason": "Error"})],
        },
        ["0/2", "Init:Error", "2"],
    ),
    (
        "a sidecar counts",
        {**TWO, "initContainers": [{"name": "s", "restartPolicy": "Always"}]},
        {
            "phase": "Running",
            "initContainerStatuses": [{**_status("s", 1, True, running=RUNNING), "started": True}],
            "containerStatuses": [_status("a", 0, True, running=RUNNING)],
        },
        ["2/3", "Running", "1"],
    ),
    (
        "one completed, another runs",
        TWO,
        {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                _status("a", terminated={"reason": "Completed"}),
                _status("b", 0, True, running=RUNNING),
            ],
        },
        ["1/2", "Running", "0"],
    ),
    ("evicted", TWO, {"phase": "Failed", "reason": "Evicted"}, ["0/2", "Evicted", "0"]),
    (
        "gated",
        TWO,
        {"phase": "Pending", "conditions": [{"type": "PodScheduled", "reason": "SchedulingGated"}]},
        ["0/2", "SchedulingGated", "0"],
    ),
]


@pytest.mark.parametrize(
    ("spec", "status", "cells"), [each[1:] for each in PODS], ids=[each[0] for each in PODS]
)
def test_state_of_a_pod_in_a_word(spec: dict[str, Any], status: dict[str, Any], cells: list[str]) -> None:
    row = printer_of("", "v1", "Pod").cells(_object("Pod", spec=spec, status=status), NOW)
    assert row == ["x", *cells, "10m", "<none>", "<none>", "<none>", "<none>"]


def test_a_pod_that_is_going_is_terminating_unless_it_has_ended() -> None:
    going = {"deletionTimestamp": CREATED}
    words = [
        printer_of("", "v1", "Pod").cells(
            _object("Pod", metadata=going, spec=TWO, status={"phase": phase}), NOW
        )[2]
        for phase in ("Running", "Succeeded")
    ]
    assert words == ["Terminating", "Succeeded"]


TEMPLATE = {"spec": TWO}
SELECTOR = {
    "matchLabels": {"a": "b"},
    "matchExpressions": [{"key": "t", "operator": "In", "values": ["x", "y"]}],
}
ROWS: list[tuple[str, str, dict[str, Any], list[Any]]] = [
    (
        "apps",
        "Deployment",
        _object(
            "Deployment",
            spec={"replicas": 3, "selector": SELECTOR, "template": TEMPLATE},
            status={"readyReplicas": 1, "updatedReplicas": 2},
        ),
        ["x", "1/3", 2, 0, "10m", "a,b", "i,j", "a=b,t in (x,y)"],
    ),
    (
        "apps",
        "StatefulSet",
        _object("StatefulSet", spec={"replicas": 2, "template": TEMPLATE}),
        ["x", "0/2", "10m", "a,b", "i,j"],
    ),
    (
        "apps",
        "DaemonSet",
        _object(
            "DaemonSet",
            spec={"selector": SELECTOR, "template": TEMPLATE},
            status={"desiredNumberScheduled": 2, "numberReady": 1},
        ),
        ["x", 2, 0, 1, 0, 0, "<none>", "10m", "a,b", "i,j", "a=b,t in (x,y)"],
    ),
    (
        "batch",
        "Job",
        _object(
            "Job",
            spec={"completions": 2, "template": TEMPLATE},
            status={"succeeded": 1, "startTime": "2026-01-01T00:09:00Z"},
        ),
        ["x", "Running", "1/2", "60s", "10m", "a,b", "i,j", "<none>"],
    ),
    (
        "batch",
        "CronJob",
        _object(
            "CronJob",
            spec={"schedule": "* * * * *", "suspend": False, "jobTemplate": {"spec": {"template": TEMPLATE}}},
        ),
        ["x", "* * * * *", "<none>", "False", 0, "<none>", "10m", "a,b", "i,j", "<none>"],
    ),
    (
        "",
        "Service",
        _object(
            "Service",
            spec={
                "type": "LoadBalancer",
                "clusterIPs": ["10.0.0.1"],
                "ports": [{"port": 80, "nodePort": 30001, "protocol": "TCP"}],
            },
        ),
        ["x", "LoadBalancer", "10.0.0.1", "<pending>", "80:30001/TCP", "10m", "<none>"],
    ),
    (
        "",
        "Node",
        _object(
            "Node",
            metadata={"labels": {"node-role.kubernetes.io/worker": ""}},
            spec={"unschedulable": True},
            status={
                "conditions": [{"type": "Ready", "status": "True"}],
                "addresses": [{"type": "InternalIP", "address": "1.2.3.4"}],
            },
        ),
        [
            "x",
            "Ready,SchedulingDisabled",
            "worker",
            "10m",
            "",
            "1.2.3.4",
            "<none>",
            "<unknown>",
            "<unknown>",
            "<unknown>",
        ],
    ),
    (
        "",
        "PersistentVolumeClaim",
        _object(
            "PersistentVolumeClaim",
            spec={"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "volumeMode": "Block"},
            status={"phase": "Pending"},
        ),
        ["x", "Pending", "", "", "", "fast", "<unset>", "10m", "Block"],
    ),
    (
        "",
        "Event",
        _object(
            "Event",
            involvedObject={"kind": "Pod", "name": "p"},
            reason="R",
            type="Normal",
            message=" m ",
            lastTimestamp="2026-01-01T00:05:00Z",
        ),
        ["5m", "Normal", "R", "pod/p", "", "", "m", "<unknown>", 1, "x"],
    ),
    (
        "networking.k8s.io",
        "Ingress",
        _object("Ingress", spec={"rules": [{"host": h} for h in "abcd"], "tls": [{}]}),
        ["x", "<none>", "a,b,c + 1 more...", "", "80, 443", "10m"],
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        _object(
            "HorizontalPodAutoscaler",
            spec={
                "scaleTargetRef": {"kind": "Deployment", "name": "d"},
                "maxReplicas": 3,
                "metrics": [
                    {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}
                ],
            },
        ),
        ["x", "Deployment/d", "cpu: <unknown>/80%", "<unset>", 3, 0, "10m"],
    ),
    (
        "policy",
        "PodDisruptionBudget",
        _object("PodDisruptionBudget", spec={"minAvailable": "50%"}),
        ["x", "50%", "N/A", 0, "10m"],
    ),
    ("", "LimitRange", _object("LimitRange"), ["x", CREATED]),
]


@pytest.mark.parametrize(("group", "kind", "obj", "cells"), ROWS, ids=[each[1] for each in ROWS])
def test_cells(group: str, kind: str, obj: dict[str, Any], cells: list[Any]) -> None:
    printer = printer_of(group, "v1", kind)
    assert printer.cells(obj, NOW) == cells
    assert len(printer.columns) == len(cells)
