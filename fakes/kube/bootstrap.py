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
Own = Callable[[str, Object, str], Object]

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_PLURALS = {
    "ClusterRole": "clusterroles", "ClusterRoleBinding": "clusterrolebindings", "Role": "roles",
    "RoleBinding": "rolebindings",
}  # fmt: skip
_RBAC = "rbac.authorization.k8s.io"
_FLOW_CONTROL = "flowcontrol.apiserver.k8s.io"
_FAIRNESS = "api-priority-and-fairness-config"
_REPORTED = {
    f"flowschemas.{_FLOW_CONTROL}": (f"{_FAIRNESS}-consumer-v1", "Dangling", "message", "reason"),
    "servicecidrs.networking.k8s.io": ("kubernetes-service-cidr-controller", "Ready", "message"),
}
_REQUEST_HEADER = {
    "requestheader-allowed-names": '["front-proxy-client"]',
    "requestheader-extra-headers-prefix": '["X-Remote-Extra-"]',
    "requestheader-group-headers": '["X-Remote-Group"]',
    "requestheader-uid-headers": '["X-Remote-Uid"]',
    "requestheader-username-headers": '["X-Remote-User"]',
}


def fill(
    storage: Storage, now: datetime, *, versions: Iterable[tuple[str, str]], client_ca: str, front_proxy_ca: str,
    aggregated: bool, own: Own,
) -> None:  # fmt: skip
    """Put the objects of a fresh cluster into a storage.

    Args:
        versions: group and version of everything that is served here.
        client_ca, front_proxy_ca: PEM, for whoever must trust our users and our front proxy.
        own: gives an object its managed fields; called with the resource, the object and the manager.
        aggregated: whether the aggregated ClusterRoles have their rules already, as a controller would see to.
    """
    stamp = rfc3339(now)

    def put(resource: str, obj: Object) -> None:
        managed = _managed(resource, obj, own, stamp)
        metadata = {
            **obj["metadata"],
            "managedFields": managed,
            "uid": storage.names.uid(),
            "creationTimestamp": stamp,
        }
        key = f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else metadata["name"]
        content = {
            name: value for name, value in obj.items() if name not in ("kind", "apiVersion", "metadata")
        }
        storage.put(resource, key, {"metadata": ordered(metadata), **content})

    for name in NAMESPACES:
        put("namespaces", _namespace(name))
    for obj in bootstrap_objects(aggregated=aggregated):
        plural = _PLURALS[obj["kind"]]
        put(f"{plural}.{_RBAC}", obj)
    put("configmaps", _authentication(client_ca, front_proxy_ca))
    for obj in _priority_classes():
        put("priorityclasses.scheduling.k8s.io", obj)
    for resource, obj in (*service_objects(stamp), *flow_control_objects(stamp)):
        put(resource, obj)
    for group, version in versions:
        put(APISERVICES, local_api_service(group, version, *group_priority(group, version), stamp))


def _managed(resource: str, obj: Object, own: Own, stamp: str) -> list[Object]:
    """Who owns the fields of an object: who wrote it, and who says in its status how it is."""
    manager = f"{_FAIRNESS}-producer-v1" if resource.endswith(_FLOW_CONTROL) else "kube-apiserver"
    entries: list[Object] = (
        own(resource, _written(resource, obj), manager)["metadata"].get("managedFields") or []
    )
    if resource not in _REPORTED:
        return entries
    reporter, condition, *fields = _REPORTED[resource]
    api_version = f"{resource.partition('.')[2]}/v1"
    said: Object = {
        ".": {},
        **{f"f:{name}": {} for name in ("lastTransitionTime", *fields, "status", "type")},
    }
    report = {
        "manager": reporter, "operation": "Apply", "apiVersion": api_version, "time": stamp, "fieldsType": "FieldsV1",
        "fieldsV1": {"f:status": {"f:conditions": {f'k:{{"type":"{condition}"}}': said}}}, "subresource": "status",
    }  # fmt: skip
    return [report, *entries]


def _written(resource: str, obj: Object) -> Object:
    """An object without what it was given when it was made."""
    added = {"status", "spec"} if resource == "namespaces" else {"status"}
    written = {name: value for name, value in obj.items() if name not in added}
    if resource == "services":
        spec = {
            name: value for name, value in obj["spec"].items() if name not in ("clusterIPs", "ipFamilies")
        }
        written["spec"] = spec
    return written


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
