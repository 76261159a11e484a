"""Deployments: a ReplicaSet for every template, and the way from one to the next.

Not simulated: Events. Source: kubernetes, pkg/controller/deployment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fakes.apimachinery.status import StatusError
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers import deployment_revisions as revisions
from fakes.kube.controllers.claiming import claim, concerned_owners
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.deployment_reporting import DeploymentReporter
from fakes.kube.controllers.kinds import DEPLOYMENTS, PODS, REPLICA_SETS
from fakes.kube.controllers.owners import controller_of, is_controlled_by
from fakes.kube.controllers.pods import condition_of, is_active
from fakes.kube.controllers.rollout import Rollout, replicas, size
from fakes.kube.controllers.rollout_arithmetic import new_replicas, old_replicas, proportional

__all__ = ["DeploymentController"]


class DeploymentController:
    """One step of the rollout per call; the ReplicaSet's own events bring the next one."""

    resources = (DEPLOYMENTS.table, REPLICA_SETS.table, PODS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._reporter = DeploymentReporter(around)

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == DEPLOYMENTS.table:
            return (event.stored.key,)
        if event.resource == REPLICA_SETS.table:
            return concerned_owners(self._around, DEPLOYMENTS, event)
        return self._recreated(event) if event.type == "DELETED" else ()

    def _recreated(self, event: Event) -> Iterable[Key]:
        """The Deployment that waits for its old Pods to be gone before it makes new ones."""
        owner = controller_of(event.stored.object)
        if owner is None or owner["kind"] != REPLICA_SETS.kind:
            return ()
        found = self._around.get(REPLICA_SETS, f"{event.stored.namespace}/{owner['name']}")
        above = controller_of(found) if found is not None else None
        return (f"{event.stored.namespace}/{above['name']}",) if above is not None else ()

    async def reconcile(self, key: Key) -> None:
        deployment = self._around.get(DEPLOYMENTS, key)
        if deployment is None:
            return
        sets = await claim(self._around, DEPLOYMENTS, deployment, REPLICA_SETS)
        new = revisions.find_new(deployment, sets)
        old = [each for each in revisions.oldest_first(sets) if each is not new]
        rollout = Rollout(deployment, new, old)
        if not deployment["metadata"].get("deletionTimestamp"):
            await self._advance(rollout)
        else:
            await self._reporter.write_status(rollout)

    async def _advance(self, rollout: Rollout) -> None:
        spec = rollout.deployment["spec"]
        await self._reporter.note_pause(rollout)
        scaled = any(
            revisions.was_scaled(rollout.deployment, each)
            for each in rollout.sets
            if each["spec"].get("replicas", 1)
        )
        if spec.get("paused") or scaled:
            await self._scale(rollout)
            await self._reporter.write_status(rollout)
        elif spec["strategy"]["type"] == "Recreate":
            await self._recreate(rollout)
        else:
            await self._roll(rollout)

    async def _roll(self, rollout: Rollout) -> None:
        spec = rollout.deployment["spec"]
        new = await self._ensure_new(rollout)
        total = sum(replicas(each) for each in rollout.sets)
        grown = (
            new_replicas(spec, replicas(new), total)
            if replicas(new) <= spec.get("replicas", 1)
            else spec.get("replicas", 1)
        )
        if not await self._resize(rollout, [new], [grown]):
            sizes = old_replicas(spec, size(new), [size(each) for each in rollout.old])
            await self._resize(rollout, rollout.old, sizes)
        await self._reporter.write_status(rollout)

    async def _recreate(self, rollout: Rollout) -> None:
        if await self._resize(rollout, rollout.old, [0] * len(rollout.old)) or self._old_pods_run(rollout):
            await self._reporter.write_status(rollout)
            return
        new = await self._ensure_new(rollout)
        await self._resize(rollout, [new], [rollout.deployment["spec"].get("replicas", 1)])
        await self._reporter.write_status(rollout)

    def _old_pods_run(self, rollout: Rollout) -> bool:
        pods = self._around.list(PODS, rollout.deployment["metadata"]["namespace"])
        return any(
            is_controlled_by(pod, each) and not _has_ended(pod) for each in rollout.old for pod in pods
        )

    async def _ensure_new(self, rollout: Rollout) -> Object:
        """The ReplicaSet of the template as the newest revision, made if need be."""
        deployment = rollout.deployment
        number = max([revisions.revision(each) for each in rollout.old], default=0) + 1
        condition = None
        if rollout.new is None:
            total = sum(replicas(each) for each in rollout.old)
            wanted = revisions.replica_set(deployment, new_replicas(deployment["spec"], 0, total), number)
            rollout.new = await self._create(rollout, wanted)
            condition = "NewReplicaSetCreated", "Created"
        else:
            await self._annotate(rollout, rollout.new, number)
            if condition_of(deployment, "Progressing") is None:
                condition = "FoundNewReplicaSet", "Found"
        name = rollout.new["metadata"]["name"]
        await self._reporter.note(
            rollout,
            ("True", condition[0], f'{condition[1]} new replica set "{name}"') if condition else None,
            revisions.revision(rollout.new),
        )
        return rollout.new

    async def _annotate(self, rollout: Rollout, new: Object, number: int) -> None:
        """Write on the ReplicaSet what it is to say about its Deployment."""
        annotated = revisions.annotated(rollout.deployment, new, number)
        seconds = rollout.deployment["spec"].get("minReadySeconds", 0)
        if seconds != annotated["spec"].get("minReadySeconds", 0):
            annotated = {**annotated, "spec": {**annotated["spec"], "minReadySeconds": seconds}}
        if annotated != new:
            rollout.new = await self._around.writer.update(REPLICA_SETS, annotated)

    async def _create(self, rollout: Rollout, wanted: Object) -> Object:
        try:
            return await self._around.writer.create(REPLICA_SETS, wanted)
        except StatusError as error:
            if error.reason == "AlreadyExists":
                status = rollout.deployment.get("status") or {}
                collisions = {**status, "collisionCount": status.get("collisionCount", 0) + 1}
                await self._around.writer.update_status(DEPLOYMENTS, rollout.deployment, collisions)
            elif error.reason != "Conflict":
                await self._reporter.note(rollout, ("False", "ReplicaSetCreateError", error.message))
            raise

    async def _resize(self, rollout: Rollout, sets: Sequence[Object], sizes: Sequence[int]) -> bool:
        """Scale ReplicaSets; whether one of them was not as it should be."""
        resized = False
        for found, wanted in zip(sets, sizes, strict=True):
            if replicas(found) == wanted:
                continue
            resized = True
            changed = {**found, "spec": {**found["spec"], "replicas": wanted}}
            updated = await self._around.writer.update(
                REPLICA_SETS, revisions.sizes_annotated(rollout.deployment, changed)
            )
            rollout.new = updated if found is rollout.new else rollout.new
            rollout.old = [updated if each is found else each for each in rollout.old]
        return resized

    async def _scale(self, rollout: Rollout) -> None:
        """Follow a changed number of replicas, without rolling on."""
        spec = rollout.deployment["spec"]
        wanted = spec.get("replicas", 1)
        active = [each for each in reversed(rollout.sets) if replicas(each)]
        if len(active) <= 1:
            target = active or rollout.sets[-1:]
            await self._resize(rollout, target, [wanted] * len(target))
        elif rollout.new is not None and replicas(rollout.new) == wanted == size(rollout.new).available:
            await self._resize(rollout, rollout.old, [0] * len(rollout.old))
        elif spec["strategy"]["type"] == "RollingUpdate":
            await self._resize(rollout, active, proportional(spec, [size(each) for each in active]))
        await self._tell(rollout)

    async def _tell(self, rollout: Rollout) -> None:
        """Write the number of replicas on ReplicaSets whose own number stays."""
        for found in rollout.sets:
            told = revisions.sizes_annotated(rollout.deployment, found)
            if replicas(found) and told != found:
                updated = await self._around.writer.update(REPLICA_SETS, told)
                rollout.new = updated if found is rollout.new else rollout.new
                rollout.old = [updated if each is found else each for each in rollout.old]


def _has_ended(pod: Object) -> bool:
    return not is_active(pod) and not pod["metadata"].get("deletionTimestamp")
