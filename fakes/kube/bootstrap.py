"""What is in a cluster before anybody has used it: namespaces, roles, priority classes, API services.

Source: observed on a kube-apiserver v1.36.2 without controllers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.storage.interface import Storage
from fakes.kube.aggregator import APISERVICES
from fakes.kube.bootstrap_flow_control import flow_control_objects
from fakes.kube.bootstrap_service import service_objects
from fakes.kube.builtin.resources import group_priority
from fakes.kube.rbac.bootstrap import bootstrap_objects

__all__ = ["fill"]

Object = dict[str, Any]

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_PLURALS = {
    "ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings", "Role": "roles",
    "RoleBinding": "rolebindings",
}  # fmt: skip
_RBAC = "rbac.authorization.k8s.io"
_REQUEST_HEADER = {
    "requestheader-allowed-names": '["front-proxy-client"]',
    "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
    "requestheader-group-headers": '["X-Remote-Group"]',
    "requestheader-uid-headers": '["X-Remote-Uid"]',
    "requestheader-username-headers": '["X-Remote-User"]',
}


def fill(
    storage: Storage, now: datetime, *, versions: Iterable[tuple[str, str]], client_ca: str, front_proxy_ca: str,
    aggregated: bool, own: Callable[[str, Object], Object],
) -> None:  # fmt: skip
    """Put the objects of a fresh cluster into a storage.

    Args:
        versions: group and version of everything that is served here.
        client_ca, front_proxy_ca: PEM, for whoever must trust our users and our front proxy.
        own: gives an object of a role or binding its managed fields; called with the resource's plural.
        aggregated: whether the aggregated ClusterRoles have their rules already, as a controller would see to.
    """
    stamp = rfc3339(now)

    def put(resource: str, obj: Object) -> None:
        metadata = {**obj["metadata"], "uid": storage.names.uid(), "creationTimestamp": stamp}
        key = f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else metadata["name"]
        content = {
            name: value for name, value in obj.items() if name not in ("kind", "apiVersion", "metadata")
        }
        storage.put(resource, key, {"metadata": ordered(metadata), **content})

    for name in NAMESPACES:
        put("namespaces", _namespace(name))
    for obj in bootstrap_objects(aggregated=aggregated):
        plural = _PLURALS[obj["kind"]]
        put(f"{plural}.{_RBAC}", own(plural, obj))
    put("configmaps", _authentication(client_ca, front_proxy_ca))
    for obj in _priority_classes():
        put("priorityclasses.scheduling.k8s.io", obj)
    for resource, obj in (*service_objects(stamp), *flow_control_objects(stamp)):
        put(resource, obj)
    for group, version in versions:
        put(APISERVICES, local_api_service(group, version, *group_priority(group, version), stamp))


def _namespace(name: str) -> Object:
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def _authentication(client_ca: str, front_proxy_ca: str) -> Object:
    return {
        "metadata": {"name": "extension-apiserver-authentication", "namespace": "kube-system"},
        "data": {
            "client-ca-file": client_ca, "requestheader-client-ca-file": front_proxy_ca, **_REQUEST_HEADER,
        },
    }  # fmt: skip


def _priority_classes() -> Iterator[Object]:
    for name, value, what in (
        ("system-cluster-critical", 2000000000, "pods that must run in the cluster, but can be moved to another node if necessary."),
        ("system-node-critical", 2000001000, "pods that must not be moved from their current node."),
    ):  # fmt: skip
        yield {
            "metadata": {"name": name, "generation": 1},
            "value": value,
            "description": f"Used for system critical {what}",
            "preemptionPolicy": "PreemptLowerPriority",
        }


def local_api_service(group: str, version: str, priority: int, version_priority: int, stamp: str) -> Object:
    """The APIService of a group that is served here."""
    spec: Object = {"version": version, "groupPriorityMinimum": priority, "versionPriority": version_priority}
    if group:
        spec = {"group": group, **spec}
    return {
        "metadata": {
            "name": f"{version}.{group}", "labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"},
        },
        "spec": spec,
        "status": {
            "conditions": [
                {
                    "type": "Available", "status": "True", "lastTransitionTime": stamp, "reason": "Local",
                    "message": "Local APIServices are always available",
                }
            ]
        },
    }  # fmt: skip
