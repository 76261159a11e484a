"""What controllers ask of Pods: which count, which are ready, and how one is made from a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.kube.controllers.kinds import Kind
from fakes.kube.controllers.owners import controller_reference

__all__ = ["available_at", "condition_of", "deletion_rank", "is_active", "is_ready", "pod_from_template"]

Object = dict[str, Any]


def is_active(pod: Mapping[str, Any]) -> bool:
    """Whether a Pod runs or will run: it has not ended and is not being deleted."""
    phase = (pod.get("status") or {}).get("phase")
    return phase not in ("Succeeded", "Failed") and not pod["metadata"].get("deletionTimestamp")


def condition_of(obj: Mapping[str, Any], kind: str) -> Object | None:
    """A condition in the status of anything."""
    conditions: Iterable[Object] = (obj.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == kind), None)


def is_ready(pod: Mapping[str, Any]) -> bool:
    condition = condition_of(pod, "Ready")
    return condition is not None and condition.get("status") == "True"


def available_at(pod: Mapping[str, Any], min_ready_seconds: int) -> datetime | None:
    """When a Pod has been, or will have been, ready for long enough; None if it is not ready."""
    condition = condition_of(pod, "Ready")
    if condition is None or condition.get("status") != "True":
        return None
    since = condition.get("lastTransitionTime") or pod["metadata"]["creationTimestamp"]
    return datetime.fromisoformat(since).astimezone(UTC) + timedelta(seconds=min_ready_seconds)


def deletion_rank(pod: Mapping[str, Any]) -> tuple[Any, ...]:
    """Sort key by which the Pods come first that are deleted first when there are too many.

    Source: kubernetes, pkg/controller/controller_utils.go, ActivePodsWithRanks.
    """
    phase = (pod.get("status") or {}).get("phase", "Pending")
    ready = is_ready(pod)
    cost = (pod["metadata"].get("annotations") or {}).get("controller.kubernetes.io/pod-deletion-cost", "0")
    restarts = sum(
        each.get("restartCount", 0) for each in (pod.get("status") or {}).get("containerStatuses") or ()
    )
    since = (condition_of(pod, "Ready") or {}).get("lastTransitionTime") or ""
    return (
        bool(pod["spec"].get("nodeName")), {"Pending": 0, "Unknown": 1}.get(phase, 2), ready, int(cost),
        _newest_first(since), -restarts, _newest_first(pod["metadata"]["creationTimestamp"]),
        -int(pod["metadata"]["resourceVersion"]),
    )  # fmt: skip


def _newest_first(stamp: str) -> float:
    return -datetime.fromisoformat(stamp).timestamp() if stamp else 0.0


def pod_from_template(
    template: Mapping[str, Any], owner: Mapping[str, Any], kind: Kind, *, name: str = "", prefix: str = ""
) -> Object:
    """A Pod that its owner manages; named, or with a prefix for a random name."""
    of_template = template.get("metadata") or {}
    metadata: Object = {"name": name} if name else {"generateName": prefix or f"{owner['metadata']['name']}-"}
    metadata["namespace"] = owner["metadata"]["namespace"]
    for field in ("labels", "annotations", "finalizers"):
        if value := of_template.get(field):
            metadata[field] = value
    metadata["ownerReferences"] = [controller_reference(owner, kind)]
    return {"metadata": metadata, "spec": template["spec"]}
