"""Pods and PodTemplates in tables: the status that people know from kubectl is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.apimachinery.duration import age
from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    age_of,
    column,
    containers_and_images,
    format_labels,
    name_of,
    wide,
)

__all__ = ["POD", "POD_TEMPLATE"]

Status = Mapping[str, Any]

_ENDS = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


class _Summary:
    """What the containers of a Pod amount to: how many are ready and restarted, and one word for their state."""

    def __init__(self, pod: Object) -> None:
        self.spec: Status = pod.get("spec") or {}
        self.status: Status = pod.get("status") or {}
        self.ready = self.restarts = 0
        self.restarted = ""
        self.reason: str = self.status.get("reason") or self.status.get("phase", "")
        if any(_is_gated(condition) for condition in self.status.get("conditions") or ()):
            self.reason = "SchedulingGated"
        self._sidecars = {
            each.get("name")
            for each in self.spec.get("initContainers") or ()
            if each.get("restartPolicy") == "Always"
        }
        self.total = len(self.spec.get("containers") or ()) + len(self._sidecars)
        initializing = self._read_init_containers()
        if not initializing or _has_condition(self.status, "Initialized"):
            self._read_containers()
        self._read_deletion(pod)

    def _count(self, status: Status) -> None:
        self.restarts += status.get("restartCount", 0)
        ended = (status.get("lastState") or {}).get("terminated") or {}
        self.restarted = max(self.restarted, ended.get("finishedAt") or "")

    def _read_init_containers(self) -> bool:
        """Whether containers that run before the others are still at it."""
        for position, status in enumerate(self.status.get("initContainerStatuses") or ()):
            self._count(status)
            state = status.get("state") or {}
            ended, waiting = state.get("terminated"), state.get("waiting") or {}
            if ended is not None and ended.get("exitCode", 0) == 0:
                continue
            if status.get("name") in self._sidecars and status.get("started"):
                self.ready += bool(status.get("ready"))
                continue
            if ended is not None:
                self.reason = f"Init:{_how_it_ended(ended)}"
            elif waiting.get("reason") and waiting["reason"] != "PodInitializing":
                self.reason = f"Init:{waiting['reason']}"
            else:
                self.reason = f"Init:{position}/{len(self.spec.get('initContainers') or ())}"
            return True
        return False

    def _read_containers(self) -> None:
        self.restarts, self.restarted = 0, ""
        for status in self.status.get("initContainerStatuses") or ():
            if status.get("name") in self._sidecars:
                self._count(status)
        running = False
        for status in reversed(self.status.get("containerStatuses") or ()):
            self._count(status)
            state = status.get("state") or {}
            waiting, ended = state.get("waiting") or {}, state.get("terminated")
            if waiting.get("reason"):
                self.reason = waiting["reason"]
            elif ended is not None:
                self.reason = _how_it_ended(ended)
            elif status.get("ready") and state.get("running") is not None:
                running = True
                self.ready += 1
        if self.reason == "Completed" and running:
            self.reason = "Running" if _has_condition(self.status, "Ready") else "NotReady"

    def _read_deletion(self, pod: Object) -> None:
        if not pod.get("metadata", {}).get("deletionTimestamp"):
            return
        if self.status.get("reason") == "NodeLost":
            self.reason = "Unknown"
        elif self.status.get("phase") not in ("Succeeded", "Failed"):
            self.reason = "Terminating"


def _is_gated(condition: Status) -> bool:
    return condition.get("type") == "PodScheduled" and condition.get("reason") == "SchedulingGated"


def _has_condition(status: Status, kind: str) -> bool:
    return any(
        each.get("type") == kind and each.get("status") == "True" for each in status.get("conditions") or ()
    )


def _how_it_ended(ended: Status) -> str:
    if reason := ended.get("reason"):
        return str(reason)
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _row(pod: Object, now: datetime) -> list[Any]:
    summary = _Summary(pod)
    restarts = str(summary.restarts)
    if summary.restarts and summary.restarted:
        restarts = f"{restarts} ({age(summary.restarted, now)} ago)"
    status, spec = summary.status, summary.spec
    addresses = status.get("podIPs") or ({"ip": status.get("podIP")},)
    return [
        name_of(pod),
        f"{summary.ready}/{summary.total}",
        summary.reason,
        restarts,
        age_of(pod, now),
        addresses[0].get("ip") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        _readiness_gates(spec, status),
    ]


def _readiness_gates(spec: Status, status: Status) -> str:
    gates = spec.get("readinessGates") or ()
    if not gates:
        return "<none>"
    return f"{sum(_has_condition(status, gate.get('conditionType', '')) for gate in gates)}/{len(gates)}"


def _ended(pod: Object) -> list[dict[str, Any]]:
    """Rows of Pods that have run to an end say so."""
    phase = (pod.get("status") or {}).get("phase")
    if phase not in _ENDS:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": _ENDS[phase]}]


POD = Printer(
    shown=(
        NAME,
        column("Ready", "The aggregate readiness state of this pod for accepting traffic."),
        column("Status", "The aggregate status of the containers in this pod."),
        column(
            "Restarts",
            "The number of times the containers in this pod have been restarted and when the last container in this pod "
            "has restarted.",
        ),
        AGE,
        wide("IP", doc="core.v1.PodStatus.podIP"),
        wide("Node", doc="core.v1.PodSpec.nodeName"),
        wide("Nominated Node", doc="core.v1.PodStatus.nominatedNodeName"),
        wide("Readiness Gates", doc="core.v1.PodSpec.readinessGates"),
    ),
    row=_row,
    row_conditions=_ended,
)


def _template_row(obj: Object, now: datetime) -> list[Any]:  # noqa: ARG001 - it shows no age
    template = obj.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    return [name_of(obj), *containers_and_images(template.get("spec")), format_labels(labels)]


POD_TEMPLATE = Printer(
    shown=(
        NAME,
        column("Containers", "Names of each container in the template."),
        column("Images", "Images referenced by each container in the template."),
        column("Pod Labels", "The labels for the pod template."),
    ),
    row=_template_row,
)
