"""The controllers that there are, by name, in the order of who goes first: those who see to what others look at.

The names are those of ``kube-controller-manager --controllers``, without the suffix ``-controller``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fakes.kube.controllers.cluster_roles import ClusterRoleAggregation
from fakes.kube.controllers.controller import Controller, Surroundings
from fakes.kube.controllers.cron_jobs import CronJobController
from fakes.kube.controllers.daemon_sets import DaemonSetController
from fakes.kube.controllers.deployments import DeploymentController
from fakes.kube.controllers.disruption_budgets import DisruptionController
from fakes.kube.controllers.endpoint_slices import EndpointSliceController
from fakes.kube.controllers.endpoints import EndpointsController
from fakes.kube.controllers.garbage_collector import GarbageCollector
from fakes.kube.controllers.identities import Identity, component, kubelet, service_account
from fakes.kube.controllers.jobs import FinishedJobs, JobController
from fakes.kube.controllers.kinds import REPLICA_SETS, REPLICATION_CONTROLLERS
from fakes.kube.controllers.kubelet import Kubelet, KubeletSettings
from fakes.kube.controllers.namespace_contents import RootCAPublisher, ServiceAccountController
from fakes.kube.controllers.namespaces import NamespaceController
from fakes.kube.controllers.replica_sets import ReplicaSetController
from fakes.kube.controllers.scheduler import Scheduler
from fakes.kube.controllers.stateful_sets import StatefulSetController
from fakes.kube.controllers.storage_protection import ClaimProtection, VolumeProtection

__all__ = ["ControllerSettings", "Entry", "catalogue", "chosen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerSettings:
    """What some controllers must be told.

    Args:
        root_ca: the certificate, in PEM, of whoever signed the server's.
        kubelet: how long things take on nodes.
    """

    root_ca: str
    kubelet: KubeletSettings = field(default_factory=KubeletSettings)


@dataclass(frozen=True, slots=True)
class Entry:
    """A controller: as whom it acts, and how it is made."""

    identity: Identity
    make: Callable[[Surroundings], Controller]


def catalogue(settings: ControllerSettings) -> Mapping[str, Entry]:
    """Every controller."""
    return {
        "serviceaccount": Entry(service_account("service-account-controller"), ServiceAccountController),
        "root-ca-certificate-publisher": Entry(
            service_account("root-ca-cert-publisher"),
            lambda around: RootCAPublisher(around, settings.root_ca),
        ),
        "clusterrole-aggregation": Entry(
            service_account("clusterrole-aggregation-controller"), ClusterRoleAggregation
        ),
        "scheduler": Entry(component("kube-scheduler"), Scheduler),
        "kubelet": Entry(kubelet(settings.kubelet.node), lambda around: Kubelet(around, settings.kubelet)),
        "replicaset": Entry(
            service_account("replicaset-controller"),
            lambda around: ReplicaSetController(around, REPLICA_SETS),
        ),
        "replicationcontroller": Entry(
            service_account("replication-controller"),
            lambda around: ReplicaSetController(around, REPLICATION_CONTROLLERS),
        ),
        "deployment": Entry(service_account("deployment-controller"), DeploymentController),
        "statefulset": Entry(service_account("statefulset-controller"), StatefulSetController),
        "daemonset": Entry(service_account("daemon-set-controller"), DaemonSetController),
        "job": Entry(service_account("job-controller"), JobController),
        "cronjob": Entry(service_account("cronjob-controller"), CronJobController),
        "ttl-after-finished": Entry(service_account("ttl-after-finished-controller"), FinishedJobs),
        "disruption": Entry(service_account("disruption-controller"), DisruptionController),
        "endpoints": Entry(service_account("endpoint-controller"), EndpointsController),
        "endpointslice": Entry(service_account("endpointslice-controller"), EndpointSliceController),
        "persistentvolumeclaim-protection": Entry(
            service_account("pvc-protection-controller"), ClaimProtection
        ),
        "persistentvolume-protection": Entry(service_account("pv-protection-controller"), VolumeProtection),
        "garbage-collector": Entry(service_account("generic-garbage-collector"), GarbageCollector),
        "namespace": Entry(service_account("namespace-controller"), NamespaceController),
    }


def chosen(names: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    """The named controllers in the order of the catalogue; all of them for None.

    Raises:
        ValueError: there is none of that name.
    """
    if names is None:
        return list(known)
    wanted = {name.removesuffix("-controller") for name in names}
    if unknown := sorted(wanted - set(known)):
        raise ValueError(f"no controller is called {', '.join(unknown)}; there are {', '.join(known)}")
    return [name for name in known if name in wanted]
