"""The resources that a kube-apiserver serves by default, as its discovery lists them.

Paths, verbs, scopes and kinds come from the installed package ``kubernetes``, held to the definitions of the served minor
version; short names, categories and priorities are in no package and stand here.
Source of those: the recorded discovery of a v1.36.2 server.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.schema import GroupVersionKind
from fakes.kube.builtin.client_paths import Operation, operations
from fakes.kube.builtin.definitions import definition_of, definitions, package_path

__all__ = ["builtin_resources", "group_priority", "storage_version_hash"]

_SHORT_NAMES = {
    "certificatesigningrequests": "csr", "componentstatuses": "cs", "configmaps": "cm", "cronjobs": "cj",
    "customresourcedefinitions": "crd crds", "daemonsets": "ds", "deployments": "deploy", "endpoints": "ep", "events": "ev",
    "horizontalpodautoscalers": "hpa", "ingresses": "ing", "ipaddresses": "ip", "limitranges": "limits", "namespaces": "ns",
    "networkpolicies": "netpol", "nodes": "no", "persistentvolumeclaims": "pvc", "persistentvolumes": "pv",
    "poddisruptionbudgets": "pdb", "pods": "po", "priorityclasses": "pc", "replicasets": "rs",
    "replicationcontrollers": "rc", "resourcequotas": "quota", "serviceaccounts": "sa", "services": "svc",
    "statefulsets": "sts", "storageclasses": "sc", "volumeattributesclasses": "vac",
}  # fmt: skip
_CATEGORIES = {
    "all": (
        "pods services replicationcontrollers daemonsets deployments replicasets statefulsets horizontalpodautoscalers "
        "cronjobs jobs"
    ),
    "api-extensions": (
        "apiservices customresourcedefinitions mutatingadmissionpolicies mutatingadmissionpolicybindings "
        "mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings "
        "validatingwebhookconfigurations"
    ),
}
_GROUP_PRIORITIES = {
    "apiregistration.k8s.io": 20000, "": 18000, "apps": 17800, "events.k8s.io": 17750, "authentication.k8s.io": 17700,
    "authorization.k8s.io": 17600, "autoscaling": 17500, "batch": 17400, "certificates.k8s.io": 17300,
    "networking.k8s.io": 17200, "policy": 17100, "rbac.authorization.k8s.io": 17000, "storage.k8s.io": 16800,
    "admissionregistration.k8s.io": 16700, "apiextensions.k8s.io": 16700, "scheduling.k8s.io": 16600,
    "coordination.k8s.io": 16500, "node.k8s.io": 16300, "discovery.k8s.io": 16200, "resource.k8s.io": 16200,
    "flowcontrol.apiserver.k8s.io": 16100,
}  # fmt: skip
_VERSION_PRIORITIES = {("", "v1"): 1, ("autoscaling", "v2"): 30, ("resource.k8s.io", "v1"): 21,
                       ("flowcontrol.apiserver.k8s.io", "v1"): 21}  # fmt: skip
_VERBS = {
    ("GET", True): "get", ("GET", False): "list", ("POST", True): "create", ("POST", False): "create",
    ("PUT", True): "update", ("PATCH", True): "patch", ("DELETE", True): "delete", ("DELETE", False): "deletecollection",
}  # fmt: skip
_NOT_WATCHED = frozenset({"componentstatuses"})  # asked of the components, not of storage


def group_priority(group: str, version: str = "v1") -> tuple[int, int]:
    """``groupPriorityMinimum`` and ``versionPriority`` of a built-in group: the higher comes first in discovery.

    ``apiregistration.k8s.io`` is served by the aggregator itself: it has no APIService and is always first.
    """
    return _GROUP_PRIORITIES[group], _VERSION_PRIORITIES.get((group, version), 15)


def storage_version_hash(kind: GroupVersionKind) -> str:
    """The ``storageVersionHash`` of discovery for a resource that is stored as this kind."""
    digest = hashlib.sha256(f"{kind.group}/{kind.version}/{kind.kind}".encode()).digest()
    return base64.b64encode(digest[:8]).decode()


@cache
def builtin_resources() -> tuple[APIResource, ...]:
    """Every built-in resource, in the order of discovery: by priority of its group and version, then by name."""
    found = sorted(
        operations(package_path("kubernetes")), key=lambda each: (each.group, each.version, each.resource)
    )
    resources = [
        _resource(group, version, resource, list(each))
        for (group, version, resource), each in groupby(found, key=lambda each: each[:3])
        if group in _GROUP_PRIORITIES
    ]
    served = (each for each in resources if definition_of(each.group_version_kind) is not None)
    return tuple(sorted(served, key=_discovery_order))


def _discovery_order(each: APIResource) -> tuple[int, str, int, str]:
    group, version = group_priority(each.group, each.version)
    return -group, each.group, -version, each.resource


def _resource(group: str, version: str, resource: str, found: list[Operation]) -> APIResource:
    own = [each for each in found if not each.subresource]
    kind = next((each.kind for each in own if each.named), "") or own[0].kind
    return APIResource(
        group=group,
        version=version,
        kind=kind,
        resource=resource,
        singular=kind.lower(),
        namespaced=any(each.namespaced for each in own),
        verbs=_verbs(own, watched=resource not in _NOT_WATCHED),
        short_names=tuple(_SHORT_NAMES.get(resource, "").split()),
        categories=tuple(name for name, members in _CATEGORIES.items() if resource in members.split()),
        subresources=tuple(_subresources(group, version, [each for each in found if _is_served(each)])),
    )


def _is_served(operation: Operation) -> bool:
    """Whether an operation is of a subresource that the served version has: no status of a kind without the field."""
    definition = definition_of(GroupVersionKind(operation.group, operation.version, operation.kind))
    if operation.subresource != "status" or definition is None:
        return bool(operation.subresource)
    return "status" in definitions()[definition].properties


def _subresources(group: str, version: str, found: Iterable[Operation]) -> Iterator[APISubresource]:
    ordered = sorted(found, key=lambda each: each.subresource)
    for name, each_operation in groupby(ordered, key=lambda each: each.subresource):
        own = list(each_operation)
        kind = _kind_in_group(group, version, own[0].kind)
        yield APISubresource(
            name=name,
            group=kind.group,
            version=kind.version,
            kind=kind.kind,
            verbs=_verbs(own, watched=False),
        )


def _kind_in_group(group: str, version: str, kind: str) -> GroupVersionKind:
    """The kind in the group of its parent, or in the one group that has it: an Eviction is of ``policy``.

    Kinds of options (``PodExecOptions``) are in no definition; they are of the parent's group.
    """
    here = GroupVersionKind(group, version, kind)
    if definition_of(here) is None:
        for schema in definitions().values():
            for each in schema.kinds:
                if each["kind"] == kind and each["version"] == "v1":
                    return GroupVersionKind(each["group"], "v1", kind)
    return here


def _verbs(found: Iterable[Operation], *, watched: bool) -> tuple[str, ...]:
    verbs = {verb for each in found if (verb := _VERBS.get((each.method, each.named)))}
    if watched and "list" in verbs:
        verbs.add("watch")
    return tuple(sorted(verbs))
