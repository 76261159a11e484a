"""The kinds that controllers read and write, and where they are found: in the storage, and on the wire."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from fakes.apimachinery.schema import GroupResource, GroupVersion

__all__ = [
    "CLUSTER_ROLES", "CONFIG_MAPS", "CONTROLLER_REVISIONS", "CRON_JOBS", "DAEMON_SETS", "DEPLOYMENTS", "ENDPOINTS",
    "ENDPOINT_SLICES", "JOBS", "NAMESPACES", "NODES", "PERSISTENT_VOLUMES", "PERSISTENT_VOLUME_CLAIMS", "PODS", "POD_DISRUPTION_BUDGETS",
    "REPLICATION_CONTROLLERS", "REPLICA_SETS", "SERVICES", "SERVICE_ACCOUNTS", "STATEFUL_SETS", "Kind",
]  # fmt: skip


class Kind(NamedTuple):
    """A kind in one version, with its resource."""

    api_version: str
    kind: str
    resource: str
    namespaced: bool = True
    verbs: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return GroupVersion.parse(self.api_version).group

    @property
    def table(self) -> str:
        """The name under which a storage files the objects."""
        return _table(self.api_version, self.resource)

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        """The path of a collection, an object or a subresource."""
        path = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        if self.namespaced:
            path += f"/namespaces/{namespace}"
        path += f"/{self.resource}"
        if name:
            path += f"/{name}"
        return f"{path}/{subresource}" if subresource else path


@cache
def _table(api_version: str, resource: str) -> str:
    return str(GroupResource(GroupVersion.parse(api_version).group, resource))


NAMESPACES = Kind("v1", "Namespace", "namespaces", namespaced=False)
NODES = Kind("v1", "Node", "nodes", namespaced=False)
PERSISTENT_VOLUMES = Kind("v1", "PersistentVolume", "persistentvolumes", namespaced=False)
PERSISTENT_VOLUME_CLAIMS = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
PODS = Kind("v1", "Pod", "pods")
SERVICES = Kind("v1", "Service", "services")
ENDPOINTS = Kind("v1", "Endpoints", "endpoints")
CONFIG_MAPS = Kind("v1", "ConfigMap", "configmaps")
SERVICE_ACCOUNTS = Kind("v1", "ServiceAccount", "serviceaccounts")
REPLICATION_CONTROLLERS = Kind("v1", "ReplicationController", "replicationcontrollers")
DEPLOYMENTS = Kind("apps/v1", "Deployment", "deployments")
REPLICA_SETS = Kind("apps/v1", "ReplicaSet", "replicasets")
STATEFUL_SETS = Kind("apps/v1", "StatefulSet", "statefulsets")
DAEMON_SETS = Kind("apps/v1", "DaemonSet", "daemonsets")
CONTROLLER_REVISIONS = Kind("apps/v1", "ControllerRevision", "controllerrevisions")
JOBS = Kind("batch/v1", "Job", "jobs")
CRON_JOBS = Kind("batch/v1", "CronJob", "cronjobs")
POD_DISRUPTION_BUDGETS = Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
ENDPOINT_SLICES = Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")
CLUSTER_ROLES = Kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", namespaced=False)
