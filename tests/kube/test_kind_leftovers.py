"""Rules of single fields of Pods, RuntimeClasses, Services and EndpointSlices."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.groups.discovery import EndpointSliceStrategy
from fakes.kube.groups.node import RuntimeClassStrategy
from fakes.kube.groups.pod_defaults import default_pod
from fakes.kube.groups.pod_validation import validate_pod_spec
from fakes.kube.groups.service_validation import validate_service


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


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"clusterIP": "None", "clusterIPs": ["None"]}, []),
        ({"clusterIPs": ["10.96.0.9"]}, ["must be empty when `clusterIP` is not specified"]),
        ({"clusterIP": "10.96.0.8", "clusterIPs": ["10.96.0.9"]}, ["first value must match `clusterIP`"]),
    ],
)
def test_the_addresses_of_a_service_go_together(fields: dict[str, Any], problems: list[str]) -> None:
    found = validate_service({"type": "ClusterIP", "ports": [{"port": 80, "protocol": "TCP"}], **fields})
    assert [error.body.rpartition(": ")[2] for error in found if error.path == "spec.clusterIPs"] == problems


def test_endpoints_that_stay_are_not_checked_again() -> None:
    old = {"addressType": "IPv4", "endpoints": [{"addresses": ["10.1.1.1"]}]}
    found = EndpointSliceStrategy().validate_update({**old, "addressType": "IPv6"}, old)
    assert [error.path for error in found] == ["addressType"]


def test_a_token_needs_an_account() -> None:
    source = {"projected": {"sources": [{"serviceAccountToken": {"path": "p"}}]}}
    spec: dict[str, Any] = {
        "containers": [{"name": "c", "image": "i"}],
        "volumes": [{"name": "v", **source}],
    }
    default_pod(spec)
    paths = [error.path for error in validate_pod_spec(spec, "spec", pod=True)]
    assert paths == ["spec.volumes[0].projected.sources[0].serviceAccountToken"]
