"""Limits of Pods and claims, and what a RuntimeClass adds to Pods and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.admission.limit_constraints import claim_violations, pod_violations
from fakes.kube.admission.runtime_classes import merged_tolerations

Object = dict[str, Any]


def _container(requests: Object | None = None, limits: Object | None = None, **more: Any) -> Object:
    return {"name": "c", "resources": {"requests": requests or {}, "limits": limits or {}}, **more}


@pytest.mark.parametrize(
    ("limit", "spec", "said"),
    [
        ({"max": {"cpu": "1"}}, {"containers": [_container(None, {"cpu": "600m"})] * 2}, ["maximum cpu usage per Pod is 1, but limit is 1200m"]),
        ({"min": {"memory": "1Gi"}}, {"containers": [_container({"memory": "256Mi"})] * 2}, ["minimum memory usage per Pod is 1Gi, but request is 512Mi"]),
        ({"min": {"cpu": "1"}, "max": {"cpu": "2"}}, {"containers": [_container()]}, ["minimum cpu usage per Pod is 1.  No request is specified", "maximum cpu usage per Pod is 2.  No limit is specified"]),
        ({"maxLimitRequestRatio": {"cpu": "2"}}, {"containers": [_container({"cpu": "100m"}, {"cpu": "1"})]}, ["cpu max limit to request ratio per Pod is 2, but provided ratio is 10.000000"]),
        ({"maxLimitRequestRatio": {"cpu": "2"}}, {"containers": [_container(None, {"cpu": "1"})]}, ["cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0"]),
        ({"max": {"cpu": "2"}}, {"containers": [_container(None, {"cpu": "1"})], "initContainers": [_container(None, {"cpu": "3"})]}, ["maximum cpu usage per Pod is 2, but limit is 3"]),
        ({"max": {"cpu": "2"}}, {"containers": [_container(None, {"cpu": "1"})], "initContainers": [_container(None, {"cpu": "1500m"}, restartPolicy="Always")]}, ["maximum cpu usage per Pod is 2, but limit is 2500m"]),
        ({"max": {"cpu": "2"}}, {"containers": [_container()], "resources": {"limits": {"cpu": "1"}}}, []),
    ],
)  # fmt: skip
def test_limits_of_whole_pods(limit: Object, spec: Object, said: list[str]) -> None:
    assert list(pod_violations({"spec": spec}, {"type": "Pod", **limit})) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("1Gi", []),
        ("3Gi", ["maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"]),
        ("1Mi", ["minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi"]),
    ],
)
def test_limits_of_claims(size: str, said: list[str]) -> None:
    limit = {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "2Gi"}}
    claim = {"spec": {"resources": {"requests": {"storage": size}}}}
    assert list(claim_violations(claim, limit)) == said


@pytest.mark.parametrize(
    ("tolerations", "kept"),
    [
        ([{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "Equal", "value": "b"}], [0]),
        ([{"key": "a", "operator": "Equal", "value": "b"}, {"operator": "Exists"}], [1]),
        ([{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "Exists"}], [0]),
        ([{"key": "a", "operator": "Exists", "effect": "NoSchedule"}, {"key": "b", "operator": "Exists"}], [0, 1]),
    ],
)  # fmt: skip
def test_tolerations_are_merged(tolerations: list[Object], kept: list[int]) -> None:
    assert merged_tolerations(tolerations) == [tolerations[place] for place in kept]
