"""StatefulSets: Pods one after the other, each under its own name.

Not simulated: deletion of claims (they are always kept), ``maxUnavailable`` of a rollout (it is 1).
Source: kubernetes, pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.claiming import claim, concerned_owners
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.controller_revisions import Revisions
from fakes.kube.controllers.kinds import PERSISTENT_VOLUME_CLAIMS, PODS, STATEFUL_SETS
from fakes.kube.controllers.pods import available_at, is_ready
from fakes.kube.controllers.stateful_pods import claims_of, ordinal_of, ordinals, revision_of, stateful_pod

__all__ = ["StatefulSetController"]


@dataclass(slots=True)
class _Set:
    """A StatefulSet with its Pods by number, and the revisions that it is between."""

    owner: Object
    pods: dict[int, Object]
    current: Object
    update: Object

    @property
    def is_ordered(self) -> bool:
        return bool(self.owner["spec"].get("podManagementPolicy") != "Parallel")

    @property
    def partition(self) -> int | None:
        """From which number on Pods are to be of the new revision; None if nobody replaces them."""
        strategy = self.owner["spec"].get("updateStrategy") or {}
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            return None
        return int((strategy.get("rollingUpdate") or {}).get("partition", 0))


class StatefulSetController:
    """One step per call: Pods of other numbers, then old Pods, then the status."""

    resources = (STATEFUL_SETS.table, PODS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._revisions = Revisions(around, STATEFUL_SETS)

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PODS.table:
            return concerned_owners(self._around, STATEFUL_SETS, event)
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        owner = self._around.get(STATEFUL_SETS, key)
        if owner is None or owner["metadata"].get("deletionTimestamp"):
            return
        pods = await claim(self._around, STATEFUL_SETS, owner, PODS)
        update = await self._revisions.current(owner)
        known = {each["metadata"]["name"]: each for each in self._revisions.of(owner)}
        current = known.get((owner.get("status") or {}).get("currentRevision", ""), update)
        by_ordinal = {ordinal: pod for pod in pods if (ordinal := ordinal_of(owner, pod)) >= 0}
        found = _Set(owner, dict(sorted(by_ordinal.items())), current, update)
        if not (await self._fill(found) or await self._shrink(found)):
            await self._replace(found)
        await self._write_status(key, owner)

    async def _fill(self, found: _Set) -> bool:
        """Create what is missing; whether there is something to wait for."""
        busy = False
        for ordinal in ordinals(found.owner):
            pod = found.pods.get(ordinal)
            if pod is None:
                await self._create(found, ordinal)
            elif _has_ended(pod) and not pod["metadata"].get("deletionTimestamp"):
                await self._around.writer.delete(PODS, pod)
            elif is_ready(pod) and not pod["metadata"].get("deletionTimestamp"):
                continue
            busy = True
            if found.is_ordered:
                break
        return busy and found.is_ordered

    async def _create(self, found: _Set, ordinal: int) -> None:
        partition = found.partition
        start = ordinals(found.owner).start
        old = partition is not None and ordinal < start + partition
        pod = stateful_pod(found.owner, ordinal, found.current if old else found.update)
        for each in claims_of(found.owner, pod):
            if (
                self._around.get(
                    PERSISTENT_VOLUME_CLAIMS, f"{each['metadata']['namespace']}/{each['metadata']['name']}"
                )
                is None
            ):
                await self._around.writer.create(PERSISTENT_VOLUME_CLAIMS, each)
        await self._around.writer.create(PODS, pod)

    async def _shrink(self, found: _Set) -> bool:
        """Delete Pods of numbers that are too many, the last first; whether there is something to wait for."""
        surplus = [
            pod for ordinal, pod in reversed(found.pods.items()) if ordinal not in ordinals(found.owner)
        ]
        for pod in surplus:
            if not pod["metadata"].get("deletionTimestamp"):
                await self._around.writer.delete(PODS, pod)
            if found.is_ordered:
                return True
        return bool(surplus)

    async def _replace(self, found: _Set) -> None:
        """Delete the last Pod that is of an old revision, unless one after it is not ready yet."""
        partition = found.partition
        if partition is None:
            return
        name = found.update["metadata"]["name"]
        for ordinal in reversed(ordinals(found.owner)):
            pod = found.pods.get(ordinal)
            if pod is None or ordinal < ordinals(found.owner).start + partition:
                return
            if revision_of(pod) != name and not pod["metadata"].get("deletionTimestamp"):
                await self._around.writer.delete(PODS, pod)
                return
            if not is_ready(pod) or pod["metadata"].get("deletionTimestamp"):
                return

    async def _write_status(self, key: Key, owner: Object) -> None:
        pods = [
            each
            for each in await claim(self._around, STATEFUL_SETS, owner, PODS)
            if ordinal_of(owner, each) >= 0
        ]
        update = (await self._revisions.current(owner))["metadata"]["name"]
        old = owner.get("status") or {}
        current = old.get("currentRevision") or update
        alive = [each for each in pods if not each["metadata"].get("deletionTimestamp")]
        now, seconds = self._around.clock.now(), owner["spec"].get("minReadySeconds", 0)
        moments = [moment for each in pods if (moment := available_at(each, seconds)) is not None]
        if later := [moment for moment in moments if moment > now]:
            self._around.later(key, min(later))
        updated = sum(revision_of(each) == update for each in alive)
        ready = sum(map(is_ready, pods))
        if _is_done(owner, len(pods), updated, ready):
            current = update
        counts = {
            "observedGeneration": owner["metadata"]["generation"],
            "replicas": len(pods),
            "readyReplicas": ready,
            "currentReplicas": sum(revision_of(each) == current for each in alive),
            "updatedReplicas": updated,
        }
        status: Object = {name: count for name, count in counts.items() if count or name == "replicas"}
        status |= {
            "currentRevision": current, "updateRevision": update, "collisionCount": old.get("collisionCount", 0),
            "availableReplicas": len(moments) - len(later),
        }  # fmt: skip
        if conditions := old.get("conditions"):
            status["conditions"] = conditions
        await self._around.writer.update_status(STATEFUL_SETS, owner, status)
        await self._revisions.forget(owner, {current, update, *map(revision_of, pods)})


def _is_done(owner: Object, replicas: int, updated: int, ready: int) -> bool:
    """Whether a rollout is over: every Pod is of the new revision and ready."""
    rolling = (owner["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"
    return bool(rolling and replicas == updated == ready == owner["spec"].get("replicas", 1))


def _has_ended(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
