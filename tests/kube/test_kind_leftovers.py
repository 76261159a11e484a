"""Rules of single fields of Pods and RuntimeClasses."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.groups.node import RuntimeClassStrategy
from fakes.kube.groups.pod_defaults import default_pod
from fakes.kube.groups.pod_validation import validate_pod_spec


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"volumes": [{"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]},
            [
                "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes",
                "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]",
            ],
        ),
        (
            {
                "volumes": [
                    {"name": "v", "downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "x"}}]}}
                ]
            },
            ["spec.volumes[0].downwardAPI.fieldRef.fieldPath"],
        ),
        ({"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}}}, ["spec.resources.requests"]),
        ({"resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}}, []),
    ],
)
def test_parts_of_pods(fields: dict[str, Any], errors: list[str]) -> None:
    spec: dict[str, Any] = {"containers": [{"name": "c", "image": "i"}], **fields}
    default_pod(spec)
    assert [error.path for error in validate_pod_spec(spec, "spec", pod=True)] == errors


def test_no_toleration_of_a_runtime_class_comes_twice() -> None:
    tolerations = [{"key": "k", "operator": "Exists"}] * 2
    obj = {"handler": "h", "scheduling": {"tolerations": tolerations}}
    (error,) = RuntimeClassStrategy().validate(obj)
    assert error.body.startswith('Duplicate value: {"Key":"k","Operator":"Exists"')
