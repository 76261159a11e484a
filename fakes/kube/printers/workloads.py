"""Workloads in tables: apps, batch, autoscaling and policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.apimachinery.duration import age, human_duration, parse_rfc3339
from fakes.kube.printers.autoscalers import format_metrics
from fakes.kube.printers.columns import (
    AGE,
    CONTAINERS,
    NAME,
    Column,
    Object,
    Printer,
    age_of,
    column,
    containers_and_images,
    format_labels,
    format_selector,
    name_of,
    wide,
)

__all__ = ["PRINTERS"]

_READY = column("Ready", "Number of the pod with ready state")


def _selector(definition: str) -> Column:
    return wide("Selector", doc=f"{definition}.selector")


def _replica_columns(kind: str) -> tuple[Column, ...]:
    return (
        NAME,
        column("Desired", doc=f"{kind}Spec.replicas", kind="integer"),
        column("Current", doc=f"{kind}Status.replicas", kind="integer"),
        column("Ready", doc=f"{kind}Status.readyReplicas", kind="integer"),
        AGE,
        *CONTAINERS,
        _selector(f"{kind}Spec"),
    )


def _parts(obj: Object) -> tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]:
    """The spec, the status and the PodSpec in the template."""
    spec = obj.get("spec") or {}
    return spec, obj.get("status") or {}, (spec.get("template") or {}).get("spec") or {}


def _deployment(obj: Object, now: datetime) -> list[Any]:
    spec, status, pod = _parts(obj)
    return [
        name_of(obj),
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age_of(obj, now),
        *containers_and_images(pod),
        format_selector(spec.get("selector")),
    ]


def _replicas(obj: Object, now: datetime) -> list[Any]:
    spec, status, _ = _parts(obj)
    return [
        name_of(obj), spec.get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0), age_of(obj, now),
    ]  # fmt: skip


def _replica_set(obj: Object, now: datetime) -> list[Any]:
    spec, _, pod = _parts(obj)
    return [*_replicas(obj, now), *containers_and_images(pod), format_selector(spec.get("selector"))]


def _replication_controller(obj: Object, now: datetime) -> list[Any]:
    spec, _, pod = _parts(obj)
    return [*_replicas(obj, now), *containers_and_images(pod), format_labels(spec.get("selector"))]


def _stateful_set(obj: Object, now: datetime) -> list[Any]:
    spec, status, pod = _parts(obj)
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}"
    return [name_of(obj), ready, age_of(obj, now), *containers_and_images(pod)]


def _daemon_set(obj: Object, now: datetime) -> list[Any]:
    spec, status, pod = _parts(obj)
    names = (
        "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable",
    )  # fmt: skip
    return [
        name_of(obj),
        *(status.get(name, 0) for name in names),
        format_labels(pod.get("nodeSelector")),
        age_of(obj, now),
        *containers_and_images(pod),
        format_selector(spec.get("selector")),
    ]


def _controller_revision(obj: Object, now: datetime) -> list[Any]:
    controller = "<none>"
    for reference in obj.get("metadata", {}).get("ownerReferences") or ():
        if reference.get("controller"):
            group = reference.get("apiVersion", "").rpartition("/")[0]
            kind = reference.get("kind", "") + (f".{group}" if group else "")
            controller = f"{kind.lower()}/{reference.get('name', '')}"
    return [name_of(obj), controller, obj.get("revision", 0), age_of(obj, now)]


def _job_status(obj: Object) -> str:
    states = {
        each.get("type"): each.get("status") == "True"
        for each in (obj.get("status") or {}).get("conditions") or ()
    }
    for kind in ("Complete", "Failed"):
        if states.get(kind):
            return kind
    if obj.get("metadata", {}).get("deletionTimestamp"):
        return "Terminating"
    for kind in ("Suspended", "FailureTarget"):
        if states.get(kind):
            return kind
    return "Running"


def _job_duration(status: Mapping[str, Any], now: datetime) -> str:
    start = parse_rfc3339(status.get("startTime") or "")
    if start is None:
        return ""
    return human_duration((parse_rfc3339(status.get("completionTime") or "") or now) - start)


def _job(obj: Object, now: datetime) -> list[Any]:
    spec, status, pod = _parts(obj)
    succeeded, parallelism = status.get("succeeded", 0), spec.get("parallelism") or 0
    if (wanted := spec.get("completions")) is not None:
        completions = f"{succeeded}/{wanted}"
    else:
        completions = f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"
    return [
        name_of(obj),
        _job_status(obj),
        completions,
        _job_duration(status, now),
        age_of(obj, now),
        *containers_and_images(pod),
        format_selector(spec.get("selector")),
    ]


def _cron_job(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    last, suspend = status.get("lastScheduleTime"), spec.get("suspend")
    return [
        name_of(obj),
        spec.get("schedule", ""),
        spec.get("timeZone", "<none>"),
        "<unset>" if suspend is None else "True" if suspend else "False",
        len(status.get("active") or ()),
        age(last, now) if last else "<none>",
        age_of(obj, now),
        *containers_and_images((job.get("template") or {}).get("spec")),
        format_selector(job.get("selector")),
    ]


def _budget(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    limits = (
        str(spec[name]) if spec.get(name) is not None else "N/A"
        for name in ("minAvailable", "maxUnavailable")
    )
    return [name_of(obj), *limits, status.get("disruptionsAllowed", 0), age_of(obj, now)]


def _autoscaler(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    target, lowest = spec.get("scaleTargetRef") or {}, spec.get("minReplicas")
    return [
        name_of(obj),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        format_metrics(obj),
        "<unset>" if lowest is None else str(lowest),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age_of(obj, now),
    ]


PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("apps", "Deployment"): Printer(
        shown=(
            NAME,
            _READY,
            column("Up-to-date", doc="apps.v1.DeploymentStatus.updatedReplicas"),
            column("Available", doc="apps.v1.DeploymentStatus.availableReplicas"),
            AGE,
            *CONTAINERS,
            _selector("apps.v1.DeploymentSpec"),
        ),
        row=_deployment,
    ),
    ("apps", "ReplicaSet"): Printer(shown=_replica_columns("apps.v1.ReplicaSet"), row=_replica_set),
    ("", "ReplicationController"): Printer(
        shown=_replica_columns("core.v1.ReplicationController"), row=_replication_controller
    ),
    ("apps", "StatefulSet"): Printer(shown=(NAME, _READY, AGE, *CONTAINERS), row=_stateful_set),
    ("apps", "DaemonSet"): Printer(
        shown=(
            NAME,
            column("Desired", doc="apps.v1.DaemonSetStatus.desiredNumberScheduled", kind="integer"),
            column("Current", doc="apps.v1.DaemonSetStatus.currentNumberScheduled", kind="integer"),
            column("Ready", doc="apps.v1.DaemonSetStatus.numberReady", kind="integer"),
            column("Up-to-date", doc="apps.v1.DaemonSetStatus.updatedNumberScheduled", kind="integer"),
            column("Available", doc="apps.v1.DaemonSetStatus.numberAvailable", kind="integer"),
            column("Node Selector", doc="core.v1.PodSpec.nodeSelector"),
            AGE,
            *CONTAINERS,
            _selector("apps.v1.DaemonSetSpec"),
        ),
        row=_daemon_set,
        hidden_annotation="deprecated.daemonset.template.generation",
    ),
    ("apps", "ControllerRevision"): Printer(
        shown=(
            NAME,
            column("Controller", "Controller of the object"),
            column("Revision", doc="apps.v1.ControllerRevision.revision"),
            AGE,
        ),
        row=_controller_revision,
    ),
    ("batch", "Job"): Printer(
        shown=(
            NAME,
            column("Status", "Status of the job."),
            column("Completions", doc="batch.v1.JobStatus.succeeded"),
            column("Duration", "Time required to complete the job."),
            AGE,
            *CONTAINERS,
            _selector("batch.v1.JobSpec"),
        ),
        row=_job,
    ),
    ("batch", "CronJob"): Printer(
        shown=(
            NAME,
            column("Schedule", doc="batch.v1.CronJobSpec.schedule"),
            column("Timezone", doc="batch.v1.CronJobSpec.timeZone"),
            column("Suspend", doc="batch.v1.CronJobSpec.suspend", kind="boolean"),
            column("Active", doc="batch.v1.CronJobStatus.active", kind="integer"),
            column("Last Schedule", doc="batch.v1.CronJobStatus.lastScheduleTime"),
            AGE,
            *CONTAINERS,
            _selector("batch.v1.JobSpec"),
        ),
        row=_cron_job,
    ),
    ("policy", "PodDisruptionBudget"): Printer(
        shown=(
            NAME,
            column("Min Available", "The minimum number of pods that must be available."),
            column("Max Unavailable", "The maximum number of pods that may be unavailable."),
            column(
                "Allowed Disruptions",
                "Calculated number of pods that may be disrupted at this time.",
                kind="integer",
            ),
            AGE,
        ),
        row=_budget,
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): Printer(
        shown=(
            NAME,
            column("Reference", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef"),
            column(
                "Targets",
                doc="autoscaling.v2.HorizontalPodAutoscalerSpec.metrics",
            ),
            column("MinPods", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas"),
            column("MaxPods", doc="autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas"),
            column(
                "Replicas",
                doc="autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas",
            ),
            AGE,
        ),
        row=_autoscaler,
    ),
}
