"""A Deployment with its ReplicaSets, in the middle of being brought to where it should be."""

from __future__ import annotations

from dataclasses import dataclass

from fakes.kube.controllers import deployment_revisions as revisions
from fakes.kube.controllers.controller import Object
from fakes.kube.controllers.rollout_arithmetic import Size

__all__ = ["Rollout", "is_idle", "replicas", "size"]


@dataclass(slots=True)
class Rollout:
    """A Deployment with the ReplicaSets that it owns: that of its template, and the others, oldest first."""

    deployment: Object
    new: Object | None
    old: list[Object]

    @property
    def sets(self) -> list[Object]:
        return [*self.old, self.new] if self.new is not None else list(self.old)


def replicas(found: Object) -> int:
    """How many Pods a ReplicaSet is to have."""
    return int(found["spec"].get("replicas", 1))


def size(found: Object) -> Size:
    """A ReplicaSet in numbers."""
    available = (found.get("status") or {}).get("availableReplicas", 0)
    return Size(replicas(found), available, revisions.max_replicas(found))


def is_idle(found: Object) -> bool:
    """Whether a ReplicaSet has no Pods, and is to have none."""
    status, metadata = found.get("status") or {}, found["metadata"]
    return (
        not replicas(found)
        and not status.get("replicas")
        and status.get("observedGeneration", 0) >= metadata["generation"]
        and not metadata.get("deletionTimestamp")
    )
