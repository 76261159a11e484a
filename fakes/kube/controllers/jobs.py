"""Jobs: Pods until enough of them have succeeded.

Not simulated: the pause before a failed Pod is replaced, failure and success policies, backoff limits of an index.
Source: kubernetes, pkg/controller/job.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.claiming import claim, concerned_owners
from fakes.kube.controllers.controller import Key, Object, Surroundings, split_key
from fakes.kube.controllers.job_status import (
    INDEX,
    condition,
    format_indexes,
    index_of,
    is_finished,
    outcome,
    parse_indexes,
)  # fmt: skip
from fakes.kube.controllers.kinds import JOBS, PODS
from fakes.kube.controllers.owners import controller_of
from fakes.kube.controllers.pods import condition_of, is_active, is_ready, pod_from_template

__all__ = ["FinishedJobs", "JobController"]

_TRACKING = "batch.kubernetes.io/job-tracking"


@dataclass(slots=True)
class _Progress:
    """How far a Job is: all that have ended so far, and those that run."""

    succeeded: int
    failed: int
    indexes: set[int]
    active: list[Object]


class JobController:
    """Creates Pods, counts those that have ended, and says when the Job is over."""

    resources = (JOBS.table, PODS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PODS.table:
            return concerned_owners(self._around, JOBS, event)
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        job = self._around.get(JOBS, key)
        if job is None or job["metadata"].get("deletionTimestamp"):
            await self._release(key)
            return
        pods = await claim(self._around, JOBS, job, PODS)
        if is_finished(job):
            await self._untrack([pod for pod in pods if _has_ended(pod)])
            return
        progress = await self._count(job, pods)
        await self._advance(key, job, progress)

    async def _release(self, key: Key) -> None:
        """Let the Pods go of a Job that is gone."""
        namespace, name = split_key(key)
        pods = self._around.list(PODS, namespace)
        owned = [(pod, controller_of(pod)) for pod in pods]
        await self._untrack(
            [pod for pod, owner in owned if owner and (owner["kind"], owner["name"]) == (JOBS.kind, name)]
        )

    async def _untrack(self, pods: list[Object]) -> None:
        for pod in pods:
            finalizers = pod["metadata"].get("finalizers") or ()
            if _TRACKING in finalizers:
                left = [each for each in finalizers if each != _TRACKING]
                await self._around.writer.patch(PODS, pod, {"metadata": {"finalizers": left or None}})

    async def _count(self, job: Object, pods: list[Object]) -> _Progress:
        status = job.get("status") or {}
        ended = [
            pod for pod in pods if _has_ended(pod) and _TRACKING in (pod["metadata"].get("finalizers") or ())
        ]
        good = [pod for pod in ended if pod["status"].get("phase") == "Succeeded"]
        indexes = parse_indexes(status.get("completedIndexes", ""))
        if _is_indexed(job):
            indexes |= {index_of(pod) for pod in good}
            succeeded = len(indexes)
        else:
            succeeded = status.get("succeeded", 0) + len(good)
        failed = status.get("failed", 0) + len(ended) - len(good)
        await self._untrack(ended)
        return _Progress(succeeded, failed, indexes, [pod for pod in pods if is_active(pod)])

    async def _advance(self, key: Key, job: Object, progress: _Progress) -> None:
        spec, now = job["spec"], self._around.clock.now()
        suspended = bool(spec.get("suspend"))
        started = (job.get("status") or {}).get("startTime")
        if not started and not suspended:
            started = rfc3339(now)
        overdue = False
        if started and not suspended and (limit := spec.get("activeDeadlineSeconds")) is not None:
            deadline = datetime.fromisoformat(started).astimezone(UTC) + timedelta(seconds=limit)
            overdue = deadline <= now
            if not overdue:
                self._around.later(key, deadline)
        end = outcome(
            spec, succeeded=progress.succeeded, failed=progress.failed, active=len(progress.active), overdue=overdue
        )  # fmt: skip
        created = 0
        if end is not None or suspended:
            for pod in progress.active:
                await self._around.writer.delete(PODS, pod)
            progress.active = []
        else:
            created = await self._create(job, progress)
        await self._write_status(job, progress, created, None if suspended else started, end)

    async def _create(self, job: Object, progress: _Progress) -> int:
        """Create what is missing, or delete what is too much; the number of new Pods."""
        spec = job["spec"]
        wanted: int = spec.get("parallelism", 1)
        if (completions := spec.get("completions")) is not None:
            wanted = min(wanted, completions - progress.succeeded)
        elif progress.succeeded:
            wanted = min(wanted, len(progress.active))
        missing = wanted - len(progress.active)
        if missing < 0:
            for pod in progress.active[missing:]:
                await self._around.writer.delete(PODS, pod)
            del progress.active[missing:]
            return 0
        taken = progress.indexes | {index_of(pod) for pod in progress.active}
        free = [index for index in range(spec.get("completions") or 0) if index not in taken]
        for number in range(missing):
            await self._around.writer.create(PODS, _pod(job, free[number] if _is_indexed(job) else None))
        return missing

    async def _write_status(
        self,
        job: Object,
        progress: _Progress,
        created: int,
        started: str | None,
        end: tuple[str, str, str] | None,
    ) -> None:
        old, now = job.get("status") or {}, rfc3339(self._around.clock.now())
        status: Object = {}
        if conditions := _conditions(job, end, now):
            status["conditions"] = conditions
        if started:
            status["startTime"] = started
        if end is not None and end[0] == "Complete":
            status["completionTime"] = now
        counts = {
            "active": len(progress.active) + created, "succeeded": progress.succeeded, "failed": progress.failed
        }  # fmt: skip
        status |= {name: count for name, count in counts.items() if count}
        status["terminating"] = 0
        if progress.indexes:
            status["completedIndexes"] = format_indexes(progress.indexes)
        status["uncountedTerminatedPods"] = {}
        status["ready"] = sum(map(is_ready, progress.active))
        if status != old:
            await self._around.writer.update_status(JOBS, job, status)


class FinishedJobs:
    """Deletes Jobs some time after they have ended, if they say so."""

    resources = (JOBS.table,)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        job = self._around.get(JOBS, key)
        seconds = job["spec"].get("ttlSecondsAfterFinished") if job is not None else None
        if job is None or seconds is None or not is_finished(job) or job["metadata"].get("deletionTimestamp"):
            return
        end = condition_of(job, "Complete") or condition_of(job, "Failed") or {}
        due = datetime.fromisoformat(
            end.get("lastTransitionTime") or job["metadata"]["creationTimestamp"]
        ).astimezone(UTC) + timedelta(seconds=seconds)
        if due > self._around.clock.now():
            self._around.later(key, due)
        else:
            await self._around.writer.delete(JOBS, job, propagation="Foreground")


def _conditions(job: Object, end: tuple[str, str, str] | None, now: str) -> list[Object]:
    found: list[Object] = list((job.get("status") or {}).get("conditions") or ())
    known = condition_of(job, "Suspended")
    suspended = bool(job["spec"].get("suspend"))
    if suspended != (known is not None and known.get("status") == "True") and (
        suspended or known is not None
    ):
        found = [each for each in found if each.get("type") != "Suspended"]
        words = (
            ("True", "JobSuspended", "Job suspended") if suspended else ("False", "JobResumed", "Job resumed")
        )
        found.append(condition("Suspended", *words, now))
    if end is not None:
        kind, reason, message = end
        first = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
        found += [
            condition(first, "True", reason, message, now),
            condition(kind, "True", reason, message, now),
        ]
    return found


def _is_indexed(job: Object) -> bool:
    return bool(job["spec"].get("completionMode") == "Indexed")


def _has_ended(pod: Object) -> bool:
    """Whether a Pod will do nothing more: it has ended, or was deleted before it had a node."""
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return ended or bool(pod["metadata"].get("deletionTimestamp") and not pod["spec"].get("nodeName"))


def _pod(job: Object, index: int | None) -> Object:
    name = job["metadata"]["name"]
    prefix = f"{name}-" if index is None else f"{name}-{index}-"
    pod = pod_from_template(job["spec"]["template"], job, JOBS, prefix=prefix)
    metadata = pod["metadata"]
    metadata["finalizers"] = [*(metadata.get("finalizers") or ()), _TRACKING]
    if index is not None:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), INDEX: str(index)}
        metadata["labels"] = {**(metadata.get("labels") or {}), INDEX: str(index)}
        pod["spec"] = {
            **pod["spec"], "hostname": f"{name}-{index}",
            "containers": [_with_index(each) for each in pod["spec"]["containers"]],
        }  # fmt: skip
    return pod


def _with_index(container: Object) -> Object:
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    return {
        **container,
        "env": [*(container.get("env") or ()), {"name": "JOB_COMPLETION_INDEX", "valueFrom": source}],
    }
