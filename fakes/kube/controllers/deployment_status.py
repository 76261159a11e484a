"""What the status of a Deployment says: counts and conditions, as pure functions of its ReplicaSets.

Source: kubernetes, pkg/controller/deployment/{sync,progress}.go and util/deployment_util.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.kube.controllers.pods import condition_of
from fakes.kube.controllers.rollout_arithmetic import bounds

__all__ = [
    "available_condition",
    "counts",
    "deadline",
    "is_complete",
    "progressing",
    "with_condition",
    "without_condition",
]

Object = dict[str, Any]
_NO_DEADLINE = 2**31 - 1
_COUNTS = ("replicas", "readyReplicas", "availableReplicas")


def counts(deployment: Mapping[str, Any], sets: Sequence[Object], new: Object | None) -> Object:
    """The numbers of the status, without those that are zero, which are never written."""
    total = {name: sum((each.get("status") or {}).get(name, 0) for each in sets) for name in _COUNTS}
    wanted = sum(each["spec"].get("replicas", 1) for each in sets)
    found = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": total["replicas"],
        "updatedReplicas": (new.get("status") or {}).get("replicas", 0) if new else 0,
        "readyReplicas": total["readyReplicas"],
        "availableReplicas": total["availableReplicas"],
        "unavailableReplicas": max(0, wanted - total["availableReplicas"]),
        "collisionCount": (deployment.get("status") or {}).get("collisionCount", 0),
    }
    found = {name: count for name, count in found.items() if count}
    found["terminatingReplicas"] = sum(
        (each.get("status") or {}).get("terminatingReplicas", 0) for each in sets
    )
    return found


def available_condition(deployment: Mapping[str, Any], status: Mapping[str, Any]) -> tuple[str, str, str]:
    """Status, reason and message of the condition Available."""
    spec = deployment["spec"]
    if status.get("availableReplicas", 0) >= spec.get("replicas", 1) - bounds(spec).unavailable:
        return "True", "MinimumReplicasAvailable", "Deployment has minimum availability."
    return "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."


def is_complete(deployment: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    """Whether all Pods are new and available, and no others are left."""
    wanted = deployment["spec"].get("replicas", 1)
    return all(status.get(name, 0) == wanted for name in ("updatedReplicas", "replicas", "availableReplicas"))


def progressing(
    deployment: Mapping[str, Any], status: Mapping[str, Any], new: Object | None, now: datetime
) -> tuple[str, str, str] | None:
    """Status, reason and message of the condition Progressing; None to leave it as it is."""
    known = condition_of(deployment, "Progressing")
    subject = (
        f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{deployment["metadata"]["name"]}"'
    )
    if not _has_deadline(deployment):
        return None
    done = known is not None and known.get("reason") == "NewReplicaSetAvailable"
    if done and status.get("replicas", 0) == status.get("updatedReplicas", 0):
        return None
    if is_complete(deployment, status):
        return "True", "NewReplicaSetAvailable", f"{subject} has successfully progressed."
    if _moved(deployment.get("status") or {}, status):
        return "True", "ReplicaSetUpdated", f"{subject} is progressing."
    until = deadline(deployment)
    if until is not None and until <= now:
        return "False", "ProgressDeadlineExceeded", f"{subject} has timed out progressing."
    return None


def deadline(deployment: Mapping[str, Any]) -> datetime | None:
    """When a rollout that makes no progress is called stuck; None if it is over, or never."""
    known = condition_of(deployment, "Progressing")
    if known is None or not known.get("lastUpdateTime") or not _has_deadline(deployment):
        return None
    if known.get("reason") == "NewReplicaSetAvailable":
        return None
    since = datetime.fromisoformat(known["lastUpdateTime"]).astimezone(UTC)
    return since + timedelta(seconds=deployment["spec"]["progressDeadlineSeconds"])


def _has_deadline(deployment: Mapping[str, Any]) -> bool:
    return bool(deployment["spec"].get("progressDeadlineSeconds", _NO_DEADLINE) != _NO_DEADLINE)


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    def others(status: Mapping[str, Any]) -> int:
        return int(status.get("replicas", 0)) - int(status.get("updatedReplicas", 0))

    grown = any(
        new.get(name, 0) > old.get(name, 0)
        for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    return grown or others(new) < others(old)


def with_condition(
    conditions: Sequence[Object], kind: str, found: tuple[str, str, str], now: str
) -> list[Object]:
    """Conditions with one set; it moves to the end, and what has not changed keeps its times."""
    status, reason, message = found
    known = next((each for each in conditions if each.get("type") == kind), None)
    told = kind != "Progressing" or (known is not None and known.get("message") == message)
    if known is not None and (known.get("status"), known.get("reason")) == (status, reason) and told:
        return list(conditions)
    since = known.get("lastTransitionTime") if known is not None and known.get("status") == status else now
    condition = {
        "type": kind, "status": status, "lastUpdateTime": now, "lastTransitionTime": since, "reason": reason,
        "message": message,
    }  # fmt: skip
    return [*without_condition(conditions, kind), condition]


def without_condition(conditions: Sequence[Object], kind: str) -> list[Object]:
    return [each for each in conditions if each.get("type") != kind]
