"""What the product's Helm chart installs, as far as anybody in the cluster can see it: plain API objects, in order.

Source: charts, mirrord-operator 3.187.0, with the default values. Left out: most CustomResourceDefinitions, the license Secret,
the TLS certificate, everything for multi-cluster, and of the operator's own ClusterRole what its fake does not need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fakes.mirrord.definitions import definitions
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.settings import Settings

__all__ = ["NAMESPACE", "SERVICE", "SERVICE_ACCOUNT", "chart_objects", "creations", "user_rules"]

Object = dict[str, Any]

NAMESPACE = "mirrord"
SERVICE = "mirrord-operator"
SERVICE_ACCOUNT = "mirrord-operator"
_APP = "mirrord-operator"
_RBAC = "rbac.authorization.k8s.io"
_PROFILES = "profiles.mirrord.metalbear.co"
_READ = ("get", "list", "watch")


def chart_objects(settings: Settings, *, role_namespaces: Sequence[str] = ()) -> list[Object]:
    """Everything to create, each after what it needs; namespaces of ``role_namespaces`` must be there already."""
    return [
        *definitions(),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _in_namespace(SERVICE_ACCOUNT)},
        *_operator_rights(),
        *_user_roles(role_namespaces),
        _service(),
        _deployment(settings),
        _api_service(),
    ]


def creations(settings: Settings, *, role_namespaces: Sequence[str] = ()) -> Iterator[tuple[str, Object]]:
    """The same, each with the path to which it is posted."""
    for obj in chart_objects(settings, role_namespaces=role_namespaces):
        version, namespace = obj["apiVersion"], obj["metadata"].get("namespace")
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        scope = f"/namespaces/{namespace}" if namespace else ""
        yield f"{root}{scope}/{obj['kind'].lower()}s", obj


def user_rules() -> tuple[list[Object], list[Object]]:
    """The rights of users: those that can be given in a namespace, and those that need the whole cluster."""
    in_namespaces = [
        _rule(GROUP, ("copytargets", "targets", "targets/port-locks"), ("get", "list")),
        _rule(GROUP, ("copytargets",), ("create",)),
        _rule(GROUP, ("targets", "copytargets"), ("proxy",)),
        _rule(GROUP, ("sessions",), ("deletecollection", "delete")),
        _rule(_PROFILES, ("mirrordprofiles",), ("get", "list")),
        _rule(GROUP, ("branchcredentials",), ("create",)),
    ]
    in_cluster = [
        _rule(GROUP, ("mirrordoperators",), ("get", "list")),
        _rule(GROUP, ("mirrordoperators/certificate",), ("create",)),
        _rule(GROUP, ("events",), _READ),
        _rule(_PROFILES, ("mirrordclusterprofiles",), ("get", "list")),
        _rule(GROUP, ("mirrordclusteroperatorusercredentials",), ("create",)),
    ]
    return in_namespaces, in_cluster


def _user_roles(role_namespaces: Iterable[str]) -> list[Object]:
    in_namespaces, in_cluster = user_rules()
    everything = [*in_namespaces, *in_cluster]
    roles = [
        _cluster_role("mirrord-operator-user", everything),
        _cluster_role("mirrord-operator-ci", everything),
        _cluster_role("mirrord-operator-user-basic", in_cluster),
    ]
    namespaced = [
        {
            "apiVersion": f"{_RBAC}/v1", "kind": "Role",
            "metadata": {"name": "mirrord-operator-user", "namespace": namespace}, "rules": in_namespaces,
        }
        for namespace in role_namespaces
    ]  # fmt: skip
    return [*roles, *namespaced]


def _operator_rights() -> list[Object]:
    rules = [
        _rule("authorization.k8s.io", ("subjectaccessreviews",), ("create",)),
        _rule("", ("pods", "services", "namespaces", "nodes"), _READ),
        _rule("", ("pods",), ("create", "delete")),
        _rule("apps", ("deployments", "statefulsets", "replicasets"), (*_READ, "patch")),
        _rule("batch", ("jobs", "cronjobs"), (*_READ, "create", "delete")),
        _rule("argoproj.io", ("rollouts",), (*_READ, "patch")),
        _rule("policies.mirrord.metalbear.co", ("mirrordpolicies", "mirrordclusterpolicies"), _READ),
        _rule(_PROFILES, ("mirrordprofiles", "mirrordclusterprofiles"), _READ),
        _rule(
            "mirrord.metalbear.co", ("mirrordclustersessions", "mirrordclustersessions/status"),
            ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"),
        ),
        _rule("coordination.k8s.io", ("leases",), ("create", "get", "patch", "update")),
    ]  # fmt: skip
    return [
        _cluster_role(_APP, rules),
        _binding("ClusterRoleBinding", _APP, "ClusterRole", _APP),
        _binding("ClusterRoleBinding", f"{_APP}-auth-delegator", "ClusterRole", "system:auth-delegator"),
        _binding(
            "RoleBinding", f"{_APP}-apiserver-authentication", "Role", "extension-apiserver-authentication-reader",
            "kube-system",
        ),
    ]  # fmt: skip


def _service() -> Object:
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {**_in_namespace(SERVICE), "labels": {"app": _APP}},
        "spec": {
            "type": "ClusterIP", "selector": {"app": _APP, "mirrord-operator-leader": "true"},
            "ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": "https"}],
        },
    }  # fmt: skip


def _api_service() -> Object:
    return {
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": f"v1.{GROUP}"},
        "spec": {
            "group": GROUP, "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 15,
            "insecureSkipTLSVerify": True, "service": {"name": SERVICE, "namespace": NAMESPACE, "port": 443},
        },
    }  # fmt: skip


def _deployment(settings: Settings) -> Object:
    probe = {"httpGet": {"path": "/health", "port": "https", "scheme": "HTTPS"}}
    container = {
        "name": _APP, "image": f"ghcr.io/metalbear-co/operator:{settings.operator_version}",
        "ports": [{"name": "https", "containerPort": 443}], "livenessProbe": probe, "readinessProbe": probe,
        "resources": {"limits": {"cpu": "200m", "memory": "200Mi"}, "requests": {"cpu": "100m", "memory": "100Mi"}},
    }  # fmt: skip
    labels = {"app": _APP}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**_in_namespace(_APP), "labels": labels},
        "spec": {
            "replicas": 1, "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"serviceAccountName": SERVICE_ACCOUNT, "containers": [container]},
            },
        },
    }  # fmt: skip


def _in_namespace(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE}


def _rule(group: str, resources: Sequence[str], verbs: Sequence[str]) -> Object:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}


def _cluster_role(name: str, rules: list[Object]) -> Object:
    return {"apiVersion": f"{_RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules}


def _binding(kind: str, name: str, role_kind: str, role: str, namespace: str | None = None) -> Object:
    """A binding of the operator's own account."""
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    subject = {"kind": "ServiceAccount", "name": SERVICE_ACCOUNT, "namespace": NAMESPACE}
    return {
        "apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": metadata,
        "roleRef": {"apiGroup": _RBAC, "kind": role_kind, "name": role}, "subjects": [subject],
    }  # fmt: skip
