"""What is written about a rollout: the status of the Deployment, and which revisions are forgotten once it is over."""

from __future__ import annotations

from fakes.apimachinery.timestamps import rfc3339
from fakes.kube.controllers import deployment_revisions as revisions
from fakes.kube.controllers import deployment_status as statuses
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import DEPLOYMENTS, REPLICA_SETS
from fakes.kube.controllers.pods import condition_of
from fakes.kube.controllers.rollout import Rollout, is_idle

__all__ = ["DeploymentReporter"]

Condition = tuple[str, str, str]


class DeploymentReporter:
    """Writes for the controller of Deployments, in its name."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def note_pause(self, rollout: Rollout) -> None:
        known = condition_of(rollout.deployment, "Progressing")
        paused = known is not None and known.get("reason") == "DeploymentPaused"
        wanted = bool(rollout.deployment["spec"].get("paused"))
        if known is not None and known.get("reason") == "ProgressDeadlineExceeded":
            return
        if wanted and not paused:
            await self.note(rollout, ("Unknown", "DeploymentPaused", "Deployment is paused"))
        elif paused and not wanted:
            await self.note(rollout, ("Unknown", "DeploymentResumed", "Deployment is resumed"))

    async def note(self, rollout: Rollout, condition: Condition | None, number: int = 0) -> None:
        """Write a condition about the progress by itself, and the number of the newest revision with it."""
        metadata, status = rollout.deployment["metadata"], rollout.deployment.get("status") or {}
        changed = rollout.deployment
        if number and revisions.revision(changed) != number:
            annotations = {**(metadata.get("annotations") or {}), revisions.REVISION: str(number)}
            changed = {**changed, "metadata": {**metadata, "annotations": annotations}}
        if condition is not None:
            now = rfc3339(self._around.clock.now())
            found = statuses.with_condition(status.get("conditions") or [], "Progressing", condition, now)
            changed = {**changed, "status": {**status, "conditions": found}}
        if changed is not rollout.deployment:
            rollout.deployment = await self._around.writer.update(DEPLOYMENTS, changed, "status")

    async def write_status(self, rollout: Rollout) -> None:
        deployment, moment = rollout.deployment, self._around.clock.now()
        now, old = rfc3339(moment), deployment.get("status") or {}
        status = statuses.counts(deployment, rollout.sets, rollout.new)
        conditions = old.get("conditions") or []
        available = statuses.available_condition(deployment, status)
        conditions = statuses.with_condition(conditions, "Available", available, now)
        if not deployment["spec"].get("paused"):
            found = statuses.progressing(deployment, status, rollout.new, moment)
            if found is not None:
                conditions = statuses.with_condition(conditions, "Progressing", found, now)
        conditions = self._with_failure(rollout, conditions, now)
        await self._around.writer.update_status(DEPLOYMENTS, deployment, {**status, "conditions": conditions})
        key = f"{deployment['metadata']['namespace']}/{deployment['metadata']['name']}"
        await self._finish(key, rollout)

    def _with_failure(self, rollout: Rollout, conditions: list[Object], now: str) -> list[Object]:
        failures = (condition_of(each, "ReplicaFailure") for each in reversed(rollout.sets))
        failure = next((each for each in failures if each is not None), None)
        if failure is None:
            return statuses.without_condition(conditions, "ReplicaFailure")
        found = (failure.get("status", ""), failure.get("reason", ""), failure.get("message", ""))
        return statuses.with_condition(conditions, "ReplicaFailure", found, now)

    async def _finish(self, key: Key, rollout: Rollout) -> None:
        """Wait for the deadline of a rollout that goes on; forget old revisions once it is over."""
        deployment = self._around.get(DEPLOYMENTS, key)
        if deployment is None or deployment["metadata"].get("deletionTimestamp"):
            return
        if not statuses.is_complete(deployment, deployment.get("status") or {}):
            until = statuses.deadline(deployment)
            if (
                until is not None
                and until > self._around.clock.now()
                and not deployment["spec"].get("paused")
            ):
                self._around.later(key, until)
            return
        limit = deployment["spec"].get("revisionHistoryLimit", 10)
        idle = [each for each in rollout.old if is_idle(each)]
        surplus = len(idle) - limit
        for each in sorted(idle, key=revisions.revision)[: max(0, surplus)]:
            await self._around.writer.delete(REPLICA_SETS, each)
