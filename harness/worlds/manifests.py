"""The Kubernetes objects that make a world's workloads and rights. Pure: what to create, not how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.worlds import Grant, Workload

__all__ = [
    "binding",
    "pod_of",
    "replica_set_of_rollout",
    "role",
    "rollouts_definition",
    "rollouts_readers",
    "status_of_running",
    "status_of_running_pod",
    "without_verbs",
    "workload",
]

RBAC = "rbac.authorization.k8s.io"
ROLLOUTS = "argoproj.io/v1alpha1"
NODE = "node-1"
"""Where pods run that no scheduler has placed."""
_ADDRESS = "10.244.0.10"
_IMAGE = "registry.example/app:1"
_APPS = {"deployment": "Deployment", "statefulset": "StatefulSet", "replicaset": "ReplicaSet"}
_REPLICA_SET = "5d8f7c9b6d"
_SUFFIXES = {
    "deployment": f"{_REPLICA_SET}-x7k2p", "rollout": f"{_REPLICA_SET}-x7k2p", "replicaset": "x7k2p", "statefulset": "0",
}  # fmt: skip
"""How Pods are called after what controls them, where nobody is there to call them otherwise."""


def workload(spec: Workload) -> dict[str, Any]:
    """A workload whose containers do nothing much."""
    labels = {"app": spec.name, **spec.labels}
    metadata: dict[str, Any] = {"name": spec.name, "namespace": spec.namespace, "labels": labels}
    pod = {"containers": [_container(spec, name) for name in spec.containers]}
    of_pods: dict[str, Any] = {"labels": labels}
    if spec.annotations:
        of_pods["annotations"] = spec.annotations
    template = {"metadata": of_pods, "spec": pod}
    never = {"metadata": of_pods, "spec": {**pod, "restartPolicy": "Never"}}
    match spec.kind:
        case "pod":
            if spec.annotations:
                metadata["annotations"] = spec.annotations
            return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}
        case "service":
            of_service = {"selector": {"app": spec.name}, "ports": [{"port": port} for port in spec.ports]}
            return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": of_service}
        case "job":
            return {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": metadata,
                "spec": {"template": never},
            }
        case "cronjob":
            job = {"schedule": "0 4 * * *", "jobTemplate": {"spec": {"template": never}}}
            return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": job}
    of_set: dict[str, Any] = {
        "replicas": spec.replicas,
        "selector": {"matchLabels": {"app": spec.name}},
        "template": template,
    }
    if spec.kind == "statefulset":
        of_set["serviceName"] = spec.name
    if spec.kind == "rollout":
        return {"apiVersion": ROLLOUTS, "kind": "Rollout", "metadata": metadata, "spec": of_set}
    return {"apiVersion": "apps/v1", "kind": _APPS[spec.kind], "metadata": metadata, "spec": of_set}


def _container(spec: Workload, name: str) -> dict[str, Any]:
    """A container; the first that is no sidecar by its looks has the ports."""
    container: dict[str, Any] = {"name": name, "image": _IMAGE}
    if name == spec.containers[-1]:
        container["ports"] = [{"containerPort": port} for port in spec.ports]
    if spec.environment:
        container["env"] = [
            {"name": key, "value": value.replace("{container}", name)}
            for key, value in spec.environment.items()
        ]
    return container


def rollouts_definition() -> dict[str, Any]:
    """The CustomResourceDefinition of Argo's Rollouts, as far as mirrord reads them."""
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1alpha1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }  # fmt: skip
    names = {
        "kind": "Rollout",
        "plural": "rollouts",
        "singular": "rollout",
        "listKind": "RolloutList",
        "shortNames": ["ro"],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "rollouts.argoproj.io"},
        "spec": {"group": "argoproj.io", "scope": "Namespaced", "names": names, "versions": [version]},
    }  # fmt: skip


def rollouts_readers() -> dict[str, Any]:
    """The ClusterRole by which Argo lets whoever may view a namespace see its Rollouts."""
    rule = {"apiGroups": ["argoproj.io"], "resources": ["rollouts"], "verbs": ["get", "list", "watch"]}
    readers = role("argo-rollouts-aggregate-to-view", [rule])
    labels = {f"{RBAC}/aggregate-to-view": "true"}
    return {**readers, "metadata": {**readers["metadata"], "labels": labels}}


def replica_set_of_rollout(spec: Workload, rollout: Mapping[str, Any]) -> dict[str, Any]:
    """The ReplicaSet that Argo's controller would make for a Rollout."""
    template = rollout["spec"]["template"]
    hashed = {**template["metadata"]["labels"], "rollouts-pod-template-hash": "5d8f7c9b6d"}
    owner = {
        "apiVersion": ROLLOUTS, "kind": "Rollout", "name": spec.name, "uid": rollout["metadata"]["uid"],
        "controller": True, "blockOwnerDeletion": True,
    }  # fmt: skip
    metadata = {
        "name": f"{spec.name}-{_REPLICA_SET}",
        "namespace": spec.namespace,
        "labels": hashed,
        "ownerReferences": [owner],
    }
    of_set = {
        "replicas": spec.replicas, "selector": {"matchLabels": hashed},
        "template": {**template, "metadata": {**template["metadata"], "labels": hashed}},
    }  # fmt: skip
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": of_set}


def pod_of(spec: Workload) -> dict[str, Any] | None:
    """A pod such as the workload's controller would make; None for kinds that have none running all the time."""
    if spec.kind not in _APPS and spec.kind != "rollout":
        return None
    template = workload(spec)["spec"]["template"]
    metadata = {
        **template["metadata"],
        "name": f"{spec.name}-{_SUFFIXES[spec.kind]}",
        "namespace": spec.namespace,
    }
    spec_of_pod = {**template["spec"], "nodeName": NODE}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec_of_pod}


def status_of_running(spec: Workload) -> dict[str, Any] | None:
    """What the status says when every replica runs; None for kinds that have none of that."""
    if spec.kind == "pod":
        return status_of_running_pod(spec.containers)
    if spec.kind not in _APPS and spec.kind != "rollout":
        return None
    counts = {"replicas": spec.replicas, "readyReplicas": spec.replicas, "availableReplicas": spec.replicas}
    return counts if spec.kind != "deployment" else {**counts, "updatedReplicas": spec.replicas}


def status_of_running_pod(containers: Sequence[str] = ("main",)) -> dict[str, Any]:
    """Running and ready."""
    ready = {"ready": True, "restartCount": 0, "image": _IMAGE, "imageID": _IMAGE, "state": {"running": {}}}
    return {
        "phase": "Running",
        "podIP": _ADDRESS,
        "podIPs": [{"ip": _ADDRESS}],
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [
            {**ready, "name": name, "containerID": f"containerd://{name}"} for name in containers
        ],
    }


def role(name: str, rules: Sequence[Mapping[str, Any]], namespace: str | None = None) -> dict[str, Any]:
    """A ClusterRole, or in a namespace a Role."""
    kind, metadata = (
        ("ClusterRole", {"name": name})
        if namespace is None
        else ("Role", {"name": name, "namespace": namespace})
    )
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": kind,
        "metadata": metadata,
        "rules": [dict(rule) for rule in rules],
    }


def binding(subject_kind: str, subject: str, grant: Grant, role_kind: str = "ClusterRole") -> dict[str, Any]:
    """A role given to a User or a Group."""
    name = f"{grant.role}:{subject_kind.lower()}:{subject}".replace("/", "-").lower()
    obj: dict[str, Any] = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding" if grant.namespace is None else "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": role_kind, "name": grant.role},
        "subjects": [{"kind": subject_kind, "apiGroup": RBAC, "name": subject}],
    }
    if grant.namespace is not None:
        obj["metadata"]["namespace"] = grant.namespace
    return obj


def without_verbs(
    rules: Sequence[Mapping[str, Any]], resource: str, verbs: Sequence[str]
) -> list[dict[str, Any]]:
    """Rules that no longer grant the verbs on the resource, and everything else as before."""
    return [kept for rule in rules for kept in _without(rule, resource, frozenset(verbs))]


def _without(rule: Mapping[str, Any], resource: str, verbs: frozenset[str]) -> Iterator[dict[str, Any]]:
    resources = rule.get("resources", ())
    if resource not in resources:
        yield dict(rule)
        return
    others = [each for each in resources if each != resource]
    if others:
        yield {**rule, "resources": others}
    if left := [verb for verb in rule["verbs"] if verb not in verbs]:
        yield {**rule, "resources": [resource], "verbs": left}
