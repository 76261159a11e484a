"""The roles and bindings of a fresh cluster, as API objects.

They are made once, at the start: nobody restores what is changed or deleted later (a real server does, on its next start).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fakes.kube.rbac.aggregation import aggregate
from fakes.kube.rbac.bootstrap_controllers import CONTROLLERS
from fakes.kube.rbac.bootstrap_roles import AGGREGATED, CLUSTER_ROLES, ROLES
from fakes.kube.rbac.bootstrap_rules import parse_roles

__all__ = ["bootstrap_objects"]

Object = dict[str, Any]

_GROUP = "rbac.authorization.k8s.io"
_CONTROLLER = "system:controller:"
_AGGREGATE_TO = f"{_GROUP}/aggregate-to-"

_USER_FACING = {"admin": "", "edit": "admin", "view": "edit"}
"""The roles that are aggregated from others, and which of them each is itself part of."""

# Subjects: a kind and a name; of service accounts a namespace and a name.
_CLUSTER_BINDINGS = {
    "cluster-admin": ["Group system:masters"],
    "system:basic-user": ["Group system:authenticated"],
    "system:discovery": ["Group system:authenticated"],
    "system:kube-controller-manager": ["User system:kube-controller-manager"],
    "system:kube-dns": ["ServiceAccount kube-system/kube-dns"],
    "system:kube-scheduler": ["User system:kube-scheduler"],
    "system:monitoring": ["Group system:monitoring"],
    "system:node": [],
    "system:node-proxier": ["User system:kube-proxy"],
    "system:public-info-viewer": ["Group system:authenticated", "Group system:unauthenticated"],
    "system:service-account-issuer-discovery": ["Group system:serviceaccounts"],
    "system:volume-scheduler": ["User system:kube-scheduler"],
}
_MANAGER, _SCHEDULER = "User system:kube-controller-manager", "User system:kube-scheduler"
_LEADER_MANAGER, _LEADER_SCHEDULER = (
    f"system::leader-locking-kube-{name}" for name in ("controller-manager", "scheduler")
)
_BINDINGS = {
    "kube-public/system:controller:bootstrap-signer": ["ServiceAccount kube-system/bootstrap-signer"],
    "kube-system/system::extension-apiserver-authentication-reader": [_MANAGER, _SCHEDULER],
    f"kube-system/{_LEADER_MANAGER}": [
        _MANAGER,
        "ServiceAccount kube-system/kube-controller-manager",
        "ServiceAccount kube-system/leader-election-controller",
    ],
    f"kube-system/{_LEADER_SCHEDULER}": [_SCHEDULER, "ServiceAccount kube-system/kube-scheduler"],
    "kube-system/system:controller:bootstrap-signer": ["ServiceAccount kube-system/bootstrap-signer"],
    "kube-system/system:controller:cloud-provider": ["ServiceAccount kube-system/cloud-provider"],
    "kube-system/system:controller:token-cleaner": ["ServiceAccount kube-system/token-cleaner"],
}
_ROLE_OF = {"system::extension-apiserver-authentication-reader": "extension-apiserver-authentication-reader"}
"""Where a RoleBinding's role is not its namesake."""


def bootstrap_objects(*, aggregated: bool = True) -> list[Object]:
    """Every ClusterRole, ClusterRoleBinding, Role and RoleBinding, with ``apiVersion`` and ``kind``.

    ``admin``, ``edit`` and ``view`` have their rules if ``aggregated``: a server on which no controller runs serves
    them empty.
    """
    cluster_roles = list(_cluster_roles())
    if aggregated:
        rules = aggregate(cluster_roles)
        for role in cluster_roles:
            role["rules"] = rules.get(role["metadata"]["name"], role["rules"])
    return [*cluster_roles, *_cluster_role_bindings(), *_roles(), *_role_bindings()]


def _cluster_roles() -> Iterator[Object]:
    for name, part_of in _USER_FACING.items():
        labels = {f"{_AGGREGATE_TO}{part_of}": "true"} if part_of else {}
        role = _object("ClusterRole", "", name, labels)
        selector = {"matchLabels": {f"{_AGGREGATE_TO}{name}": "true"}}
        yield role | {"rules": None, "aggregationRule": {"clusterRoleSelectors": [selector]}}
    for name, rules in parse_roles(AGGREGATED).items():
        labels = {f"{_GROUP}/{name.removeprefix('system:')}": "true"}
        yield _object("ClusterRole", "", name, labels) | {"rules": rules}
    for name, rules in parse_roles(CLUSTER_ROLES).items():
        yield _object("ClusterRole", "", name) | {"rules": rules}
    for name, rules in parse_roles(CONTROLLERS).items():
        yield _object("ClusterRole", "", f"{_CONTROLLER}{name}") | {"rules": rules}


def _cluster_role_bindings() -> Iterator[Object]:
    for name, subjects in _CLUSTER_BINDINGS.items():
        yield _binding("ClusterRoleBinding", "", name, "ClusterRole", name, subjects)
    for controller in parse_roles(CONTROLLERS):
        name, subject = f"{_CONTROLLER}{controller}", f"ServiceAccount kube-system/{controller}"
        yield _binding("ClusterRoleBinding", "", name, "ClusterRole", name, [subject])


def _roles() -> Iterator[Object]:
    for path, rules in parse_roles(ROLES).items():
        namespace, _, name = path.partition("/")
        yield _object("Role", namespace, name) | {"rules": rules}


def _role_bindings() -> Iterator[Object]:
    for path, subjects in _BINDINGS.items():
        namespace, _, name = path.partition("/")
        yield _binding("RoleBinding", namespace, name, "Role", _ROLE_OF.get(name, name), subjects)


def _binding(
    kind: str, namespace: str, name: str, role_kind: str, role: str, subjects: Iterable[str]
) -> Object:
    binding = _object(kind, namespace, name)
    if found := [_subject(subject) for subject in subjects]:
        binding["subjects"] = found
    binding["roleRef"] = {"apiGroup": _GROUP, "kind": role_kind, "name": role}
    return binding


def _subject(text: str) -> Object:
    kind, _, name = text.partition(" ")
    if kind == "ServiceAccount":
        namespace, _, name = name.partition("/")
        return {"kind": kind, "name": name, "namespace": namespace}
    return {"kind": kind, "apiGroup": _GROUP, "name": name}


def _object(kind: str, namespace: str, name: str, labels: dict[str, str] | None = None) -> Object:
    metadata: Object = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = {"kubernetes.io/bootstrapping": "rbac-defaults"} | (labels or {})
    metadata["annotations"] = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
    return {"apiVersion": f"{_GROUP}/v1", "kind": kind, "metadata": metadata}
