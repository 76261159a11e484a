"""Priority and fairness as a fresh server has it: objects that say so, by which nothing is held back here.

Source: k8s.io/apiserver, pkg/apis/flowcontrol/bootstrap; the names as observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["flow_control_objects"]

Object = dict[str, Any]

_LEVELS: Final[Mapping[str, tuple[int, int, int, int]]] = {
    "global-default": (20, 50, 128, 6), "leader-election": (10, 0, 16, 4), "node-high": (40, 25, 64, 6),
    "system": (30, 33, 64, 6), "workload-high": (40, 50, 128, 6), "workload-low": (100, 90, 128, 6),
}  # fmt: skip
"""Shares, percentage that may be lent, queues and hand size of each level that queues."""
_QUEUE_LENGTH = 50
_EVERYBODY = ("Group system:unauthenticated", "Group system:authenticated")
_CONTROL_PLANE = (
    "User system:kube-controller-manager",
    "User system:kube-scheduler",
    "ServiceAccount kube-system/*",
)
_ALL: Final[Object] = {
    "resourceRules": [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}
_PROBES: Final[Object] = {
    "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}]
}
_LEASES: Final[Object] = {
    "resourceRules": [
        {
            "verbs": ["get", "create", "update"], "apiGroups": ["coordination.k8s.io"], "resources": ["leases"],
            "namespaces": ["*"],
        }
    ]
}  # fmt: skip
_NODES: Final[Object] = {
    "resourceRules": [
        {
            "verbs": ["*"], "apiGroups": [""], "resources": ["nodes", "nodes/status"], "clusterScope": True,
            "namespaces": ["*"],
        },
        {"verbs": ["*"], "apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "namespaces": ["*"]},
    ]
}  # fmt: skip
_SCHEMAS: Final[Sequence[tuple[str, str, int, str, Sequence[str], Object]]] = (
    ("exempt", "exempt", 1, "", ("Group system:masters",), _ALL),
    ("probes", "exempt", 2, "", _EVERYBODY, _PROBES),
    ("system-leader-election", "leader-election", 100, "ByUser", _CONTROL_PLANE, _LEASES),
    ("system-node-high", "node-high", 400, "ByUser", ("Group system:nodes",), _NODES),
    ("system-nodes", "system", 500, "ByUser", ("Group system:nodes",), _ALL),
    (
        "kube-controller-manager",
        "workload-high",
        800,
        "ByNamespace",
        ("User system:kube-controller-manager",),
        _ALL,
    ),
    ("kube-scheduler", "workload-high", 800, "ByNamespace", ("User system:kube-scheduler",), _ALL),
    (
        "kube-system-service-accounts",
        "workload-high",
        900,
        "ByNamespace",
        ("ServiceAccount kube-system/*",),
        _ALL,
    ),
    ("service-accounts", "workload-low", 9000, "ByUser", ("Group system:serviceaccounts",), _ALL),
    ("global-default", "global-default", 9900, "ByUser", _EVERYBODY, _ALL),
    ("catch-all", "catch-all", 10000, "ByUser", _EVERYBODY, _ALL),
)


def flow_control_objects(stamp: str) -> Iterator[tuple[str, Object]]:
    """Each object with the resource that it is filed under."""
    for name, spec in _level_specs():
        yield (
            "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
            {"metadata": _metadata(name), "spec": spec, "status": {}},
        )
    for name, level, precedence, method, subjects, rules in _SCHEMAS:
        spec = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence}
        if method:
            spec["distinguisherMethod"] = {"type": method}
        spec["rules"] = [{"subjects": [_subject(each) for each in subjects], **rules}]
        found = {
            "type": "Dangling", "status": "False", "lastTransitionTime": stamp, "reason": "Found",
            "message": "This FlowSchema references the PriorityLevelConfiguration object named "
            f'"{level}" and it exists',
        }  # fmt: skip
        schema = {"metadata": _metadata(name), "spec": spec, "status": {"conditions": [found]}}
        yield "flowschemas.flowcontrol.apiserver.k8s.io", schema


def _metadata(name: str) -> Object:
    return {"name": name, "generation": 1, "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}}


def _level_specs() -> Iterator[tuple[str, Object]]:
    yield "exempt", {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}
    rejecting = {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}, "lendablePercent": 0}
    yield "catch-all", {"type": "Limited", "limited": rejecting}
    for name, (shares, lendable, queues, hand) in _LEVELS.items():
        queuing = {"queues": queues, "handSize": hand, "queueLengthLimit": _QUEUE_LENGTH}
        limited = {
            "nominalConcurrencyShares": shares, "limitResponse": {"type": "Queue", "queuing": queuing},
            "lendablePercent": lendable,
        }  # fmt: skip
        yield name, {"type": "Limited", "limited": limited}


def _subject(text: str) -> Object:
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, account = name.partition("/")
        return {"kind": kind, "serviceAccount": {"namespace": namespace, "name": account}}
    return {"kind": kind, kind.lower(): {"name": name}}
