"""ReplicaSets, and ReplicationControllers before them: as many Pods as asked for.

Source: kubernetes, pkg/controller/replicaset.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apimachinery.status import StatusError
from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.claiming import claim, concerned_owners
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import PODS, REPLICA_SETS, Kind
from fakes.kube.controllers.pods import (
    available_at,
    condition_of,
    deletion_rank,
    is_active,
    is_ready,
    pod_from_template,
)

__all__ = ["ReplicaSetController"]

_FAILURE = "ReplicaFailure"


class ReplicaSetController:
    """Keeps the number of Pods of every object of one kind."""

    def __init__(self, around: Surroundings, kind: Kind) -> None:
        self._around = around
        self._kind = kind
        self.resources = (kind.table, PODS.table)

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PODS.table:
            return concerned_owners(self._around, self._kind, event)
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        owner = self._around.get(self._kind, key)
        if owner is None:
            return
        pods = await claim(self._around, self._kind, owner, PODS)
        active = [pod for pod in pods if is_active(pod)]
        refusal = None
        if not owner["metadata"].get("deletionTimestamp"):
            missing = owner["spec"].get("replicas", 1) - len(active)
            try:
                if await self._manage(owner, active, missing):
                    return  # the Pods' own events bring us back
            except StatusError as error:
                if error.reason == "Conflict" or _is_terminating(error):
                    raise
                refusal = error
        await self._write_status(key, owner, pods, refusal)
        if refusal is not None:
            raise refusal

    async def _manage(self, owner: Object, active: list[Object], missing: int) -> bool:
        """Create or delete Pods; whether there was anything to do."""
        for _ in range(missing):
            await self._around.writer.create(
                PODS, pod_from_template(owner["spec"]["template"], owner, self._kind)
            )
        if missing < 0:
            for pod in sorted(active, key=deletion_rank)[:-missing]:
                await self._around.writer.delete(PODS, pod)
        return missing != 0

    async def _write_status(
        self, key: Key, owner: Object, pods: list[Object], refusal: StatusError | None
    ) -> None:
        now = self._around.clock.now()
        active = [pod for pod in pods if is_active(pod)]
        seconds = owner["spec"].get("minReadySeconds", 0)
        moments = [moment for pod in active if (moment := available_at(pod, seconds)) is not None]
        if later := [moment for moment in moments if moment > now]:
            self._around.later(key, min(later))
        labels = (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}
        counts = {
            "replicas": len(active),
            "fullyLabeledReplicas": sum(
                labels.items() <= (pod["metadata"].get("labels") or {}).items() for pod in active
            ),
            "readyReplicas": sum(map(is_ready, active)),
            "availableReplicas": len(moments) - len(later),
            "observedGeneration": owner["metadata"]["generation"],
        }
        status: Object = {name: count for name, count in counts.items() if count or name == "replicas"}
        if self._kind is REPLICA_SETS:
            status["terminatingReplicas"] = sum(
                bool(pod["metadata"].get("deletionTimestamp")) for pod in pods
            )
        if conditions := self._conditions(owner, refusal):
            status["conditions"] = conditions
        await self._around.writer.update_status(self._kind, owner, status)

    def _conditions(self, owner: Object, refusal: StatusError | None) -> list[Object]:
        known = condition_of(owner, _FAILURE)
        others = [each for each in (owner.get("status") or {}).get("conditions") or () if each is not known]
        if refusal is None:
            return others
        since = known.get("lastTransitionTime") if known is not None else rfc3339(self._around.clock.now())
        return [
            *others,
            {
                "type": _FAILURE, "status": "True", "lastTransitionTime": since, "reason": "FailedCreate",
                "message": refusal.message,
            },
        ]  # fmt: skip


def _is_terminating(error: StatusError) -> bool:
    """Whether a Pod was refused because its namespace goes: nothing is left to be said in a status."""
    causes = (error.status.get("details") or {}).get("causes") or ()
    return any(each.get("reason") == "NamespaceTerminating" for each in causes)
