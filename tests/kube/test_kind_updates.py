"""What kinds say of changes that they refuse, and what they let pass."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fakes.apimachinery.field import aggregate
from fakes.kube.groups.job_indexes import IndexesError, count_of_indexes, first_common_index
from fakes.kube.groups.kinds import strategy_for

Object = dict[str, Any]
STORAGE, NETWORKING = "storage.k8s.io", "networking.k8s.io"
CONTAINER = {"name": "c", "image": "i"}
POD = {"restartPolicy": "Never", "containers": [CONTAINER]}
VOLUME = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}


def _job(**spec: Any) -> Object:
    return {"spec": {"template": {"spec": POD}, **spec}}


def _nodes(key: str) -> Object:
    expression = {"key": key, "operator": "In", "values": ["a"]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


def _prepared(group: str, kind: str, obj: Object) -> Object:
    obj = copy.deepcopy({"metadata": {"name": "x", "namespace": "t", "uid": "u"}, **obj})
    strategy = strategy_for(group, "v1", kind)
    strategy.default(obj)
    strategy.prepare_for_create(obj)
    return obj


def _merged(obj: Object, patch: Object) -> Object:
    merged = dict(obj)
    for name, value in patch.items():
        inner = obj.get(name)
        merged[name] = _merged(inner, value) if isinstance(value, dict) and isinstance(inner, dict) else value
        if value is None:
            del merged[name]
    return merged


@pytest.mark.parametrize(
    ("group", "kind", "obj", "patch", "message"),
    [
        (STORAGE, "CSIDriver", {"spec": {}}, {"spec": {"attachRequired": False}}, "spec.attachedRequired: Invalid value: false: field is immutable"),
        (STORAGE, "CSIDriver", {"spec": {}}, {"spec": {"podInfoOnMount": True}}, ""),
        (STORAGE, "CSINode", {"spec": {"drivers": [{"name": "d", "nodeID": "n", "topologyKeys": None}]}}, {"spec": {"drivers": [{"name": "d", "nodeID": "m", "topologyKeys": None}]}}, 'spec.drivers: Invalid value: {"Name":"d","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is immutable'),
        (STORAGE, "CSIStorageCapacity", {"storageClassName": "s"}, {"storageClassName": "t"}, 'storageClassName: Invalid value: "t": field is immutable'),
        (STORAGE, "StorageClass", {"provisioner": "p"}, {"allowedTopologies": [{"matchLabelExpressions": [{"key": "z", "values": ["a"]}]}] * 2}, 'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'),
        ("", "PersistentVolume", {"spec": {**VOLUME, "nodeAffinity": _nodes("beta.kubernetes.io/os")}}, {"spec": {"nodeAffinity": _nodes("kubernetes.io/os")}}, ""),
        ("", "PersistentVolume", {"spec": {**VOLUME, "nodeAffinity": _nodes("a")}}, {"spec": {"nodeAffinity": None}}, "nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA"),
        (NETWORKING, "ServiceCIDR", {"spec": {"cidrs": ["10.1.0.0/16"]}}, {"spec": {"cidrs": ["10.2.0.0/16"]}}, 'spec.cidrs[0]: Invalid value: "10.2.0.0/16": field is immutable'),
        (NETWORKING, "ServiceCIDR", {"spec": {"cidrs": ["10.1.0.0/16"]}}, {"spec": {"cidrs": ["10.1.0.0/16", "2001:db8::/64"]}}, ""),
        (NETWORKING, "IPAddress", {"spec": {"parentRef": {"resource": "services", "name": "s"}}}, {"spec": {"parentRef": {"name": "t"}}}, 'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"t"}: field is immutable'),
        ("", "Node", {"spec": {}}, {"spec": {"podCIDRs": ["10.0.0.0/24", "10.0.1.0/24"]}}, "spec.podCIDRs: Invalid value: [\"10.0.0.0/24\",\"10.0.1.0/24\"]: may specify no more than one CIDR for each IP family"),
        ("node.k8s.io", "RuntimeClass", {"handler": "h"}, {"handler": ""}, '[handler: Required value, handler: Invalid value: "": field is immutable]'),
        ("batch", "Job", _job(completionMode="Indexed", completions=3), {"spec": {"completions": 4}}, "spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism"),
        ("batch", "Job", _job(completionMode="Indexed", completions=3), {"spec": {"completions": 4, "parallelism": 4}}, ""),
        ("batch", "Job", _job(suspend=True), {"spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}}}, ""),
        ("batch", "Job", _job(suspend=True), {"spec": {"template": {"spec": {"hostname": "h"}}}}, "spec.template.spec: Invalid value: "),
        ("batch", "Job", _job(), {"spec": {"template": {"spec": {"nodeSelector": {"a": "b"}}}}}, "spec.template: Invalid value: "),
        ("batch", "Job", _job(), {"spec": {"podFailurePolicy": {"rules": []}}}, 'spec.podFailurePolicy: Invalid value: {"Rules":[]}: field is immutable'),
        ("events.k8s.io", "Event", {"reason": "r"}, {"reason": None}, 'reason: Invalid value: "": field is immutable'),
    ],
)  # fmt: skip
def test_changes(group: str, kind: str, obj: Object, patch: Object, message: str) -> None:
    strategy, old = strategy_for(group, "v1", kind), _prepared(group, kind, obj)
    new = copy.deepcopy(_merged(old, patch))
    strategy.default(new)
    strategy.prepare_for_update(new, old)
    found = strategy.validate_update(new, old)
    assert message in aggregate(found) if message else not found


@pytest.mark.parametrize(
    ("before", "status", "message"),
    [
        ({}, {"active": 1, "ready": 2}, "status.ready: Invalid value: 2: cannot set more ready pods than active"),
        ({}, {"conditions": [{"type": "Complete", "status": "True"}]}, "[status.completionTime: Required value: completionTime is required for Complete jobs, status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition, status.startTime: Required value: startTime is required for finished job]"),
        ({}, {"conditions": [{"type": "Failed", "status": "True"}], "startTime": "t"}, "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition"),
        ({"conditions": [{"type": "Failed", "status": "True"}]}, {}, "status.conditions: Invalid value: cannot disable the terminal Failed=True condition"),
        ({"succeeded": 2}, {"succeeded": 1}, "status.succeeded: Invalid value: 1: cannot decrease the succeeded counter"),
        ({"startTime": "a"}, {"startTime": "b"}, 'status.startTime: Invalid value: "b": field is immutable for unsuspended job once set'),
        ({}, {"completedIndexes": "1"}, 'status.completedIndexes: Invalid value: "1": cannot set non-empty completedIndexes when non-indexed completion mode'),
        ({}, {"active": 1, "ready": 1, "startTime": "a"}, ""),
    ],
)  # fmt: skip
def test_statuses_of_jobs(before: Object, status: Object, message: str) -> None:
    spec = {"completions": 3, "parallelism": 1, "completionMode": "NonIndexed"}
    found = strategy_for("batch", "v1", "Job").validate_status_update(
        {"spec": spec, "status": status}, {"spec": spec, "status": before}
    )
    assert message == aggregate(found) if message else not found


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", 0),
        ("1,3-5", 4),
        ("1-2-3", "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'"),
        ("x", 'cannot convert string to integer for index: "x"'),
        ("9", 'too large index: "9"'),
        ("3,1", "non-increasing order, previous: 3, current: 1"),
    ],
)  # fmt: skip
def test_indexes_of_pods(text: str, result: int | str) -> None:
    if isinstance(result, int):
        assert count_of_indexes(text, 9) == result
    else:
        with pytest.raises(IndexesError) as caught:
            count_of_indexes(text, 9)
        assert str(caught.value) == result


def test_what_failed_is_not_completed() -> None:
    assert first_common_index("1-3", "0,2", 9) == 2
    assert first_common_index("1-3", "x,4", 9) is None
