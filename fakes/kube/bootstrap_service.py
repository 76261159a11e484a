"""The Service through which Pods reach the server: what stands behind it, and where addresses of Services come from.

Source: observed on a kube-apiserver v1.36.2 without controllers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["service_objects"]

Object = dict[str, Any]

_ADDRESS = "172.18.0.3"
_PORT = {"name": "https", "port": 6443, "protocol": "TCP"}
_IDENTITY = "apiserver-" + "a" * 26


def service_objects(stamp: str) -> Iterator[tuple[str, Object]]:
    """Each object with the resource that it is filed under."""
    named = {"name": "kubernetes", "namespace": "default"}
    yield (
        "services",
        {
            "metadata": {**named, "labels": {"component": "apiserver", "provider": "kubernetes"}},
            "spec": {
                "ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443}],
                "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"], "type": "ClusterIP", "sessionAffinity": "None",
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster",
            },
            "status": {"loadBalancer": {}},
        },
    )  # fmt: skip
    yield (
        "endpoints",
        {
            "metadata": {**named, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
            "subsets": [{"addresses": [{"ip": _ADDRESS}], "ports": [dict(_PORT)]}],
        },
    )
    yield (
        "endpointslices.discovery.k8s.io",
        {
            "metadata": {**named, "generation": 1, "labels": {"kubernetes.io/service-name": "kubernetes"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [_ADDRESS], "conditions": {"ready": True}}],
            "ports": [dict(_PORT)],
        },
    )
    yield "servicecidrs.networking.k8s.io", _service_cidr(stamp)
    yield "leases.coordination.k8s.io", _lease(stamp)


def _service_cidr(stamp: str) -> Object:
    ready = {
        "type": "Ready", "status": "True", "lastTransitionTime": stamp, "reason": "",
        "message": "Kubernetes default Service CIDR is ready",
    }  # fmt: skip
    return {
        "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": ["10.96.0.0/16"]},
        "status": {"conditions": [ready]},
    }


def _lease(stamp: str) -> Object:
    """By which servers know of each other."""
    labels = {"apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": "control-plane"}
    return {
        "metadata": {"name": _IDENTITY, "namespace": "kube-system", "labels": labels},
        "spec": {
            "holderIdentity": f"{_IDENTITY}_00000000-0000-0000-0000-000000000000", "leaseDurationSeconds": 3600,
            "renewTime": stamp.replace("Z", ".000000Z"),
        },
    }  # fmt: skip
