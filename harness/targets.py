"""What happens to workloads while somebody has a session on them, and copies of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from harness.cluster import Cluster, User
from harness.objects import call, collection_path, create, item_path

__all__ = [
    "Copy",
    "add_probe",
    "copy_phase",
    "copy_target",
    "delete_a_pod",
    "delete_workload",
    "pods_of",
    "restart",
    "scale",
]

_MERGE = "application/merge-patch+json"
_VERSIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "deployment": ("apps/v1", "Deployment"),
        "statefulset": ("apps/v1", "StatefulSet"),
        "replicaset": ("apps/v1", "ReplicaSet"),
        "rollout": ("argoproj.io/v1alpha1", "Rollout"),
        "pod": ("v1", "Pod"),
        "service": ("v1", "Service"),
        "job": ("batch/v1", "Job"),
        "cronjob": ("batch/v1", "CronJob"),
    }
)
_KEYS: Mapping[str, str] = MappingProxyType(
    {"cronjob": "cron_job", "statefulset": "stateful_set", "replicaset": "replica_set"}
)


class Copy(NamedTuple):
    """A copy target: its name, and the id of the session for which it was made."""

    name: str
    session: str


def copy_target(cluster: Cluster, user: User, target: str, **spec: object) -> Copy:
    """Copy a target in the namespace default, as that user.

    Raises:
        StatusError: the operator refused.
    """
    kind, _, name = target.partition("/")
    word = "deploy" if kind == "deployment" else kind
    obj = {
        "apiVersion": "operator.metalbear.co/v1", "kind": "CopyTarget",
        "metadata": {"name": f"{word}.{name}", "namespace": "default"},
        "spec": {"target": {_KEYS.get(kind, kind): name}, "scale_down": False, **spec},
    }  # fmt: skip
    made = create(cluster.api_client(user), obj)
    return Copy(made["metadata"]["name"], made["status"]["creator_session"]["id"])


def copy_phase(cluster: Cluster, copy: Copy) -> str:
    """How far the copying is, and why it failed if it did."""
    path = f"/apis/operator.metalbear.co/v1/namespaces/default/copytargets/{copy.name}"
    status = call(cluster.api_client(cluster.admin), "GET", path)["status"]
    return ": ".join(status[key] for key in ("phase", "failure_message") if key in status)


def scale(cluster: Cluster, kind: str, name: str, replicas: int) -> None:
    """Change how many replicas a workload wants."""
    _patch(cluster, kind, name, {"spec": {"replicas": replicas}})


def restart(cluster: Cluster, kind: str, name: str) -> None:
    """Replace all pods of a workload, by an annotation of its template."""
    when = cluster.now().isoformat()
    annotations = {"kubectl.kubernetes.io/restartedAt": when}
    _patch(cluster, kind, name, {"spec": {"template": {"metadata": {"annotations": annotations}}}})


def add_probe(cluster: Cluster, name: str, port: int) -> None:
    """Let Kubernetes ask the containers of a deployment by HTTP whether they are alive."""
    admin, path = cluster.api_client(cluster.admin), _path("deployment", name)
    template = call(admin, "GET", path)["spec"]["template"]
    probe = {"httpGet": {"path": "/health", "port": port}}
    containers = [{**container, "livenessProbe": probe} for container in template["spec"]["containers"]]
    _patch(cluster, "deployment", name, {"spec": {"template": {"spec": {"containers": containers}}}})


def delete_workload(cluster: Cluster, kind: str, name: str) -> None:
    """Delete a workload and what it owns."""
    call(cluster.api_client(cluster.admin), "DELETE", f"{_path(kind, name)}?propagationPolicy=Background")
    cluster.pause()


def pods_of(cluster: Cluster, app: str) -> list[str]:
    """The names of the pods of a world's workload that are not on their way out.

    Raises:
        AssertionError: there is none.
    """
    pods = call(cluster.api_client(cluster.admin), "GET", f"{_pods()}?labelSelector=app%3D{app}")["items"]
    names = [pod["metadata"]["name"] for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    assert names, f"{app} has no pods"
    return names


def delete_a_pod(cluster: Cluster, app: str) -> None:
    """Delete the first pod of a workload, at once."""
    path = f"{_pods()}/{pods_of(cluster, app)[0]}?gracePeriodSeconds=0"
    call(cluster.api_client(cluster.admin), "DELETE", path)
    cluster.pause()


def _patch(cluster: Cluster, kind: str, name: str, patch: dict[str, Any]) -> None:
    call(cluster.api_client(cluster.admin), "PATCH", _path(kind, name), patch, content_type=_MERGE)
    cluster.pause()


def _path(kind: str, name: str) -> str:
    version, kind_name = _VERSIONS[kind]
    return item_path({"apiVersion": version, "kind": kind_name, "metadata": {"name": name}})


def _pods() -> str:
    return collection_path({"apiVersion": "v1", "kind": "Pod", "metadata": {}})
