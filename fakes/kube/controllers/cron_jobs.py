"""CronJobs: a Job whenever the schedule says so. Source: kubernetes, pkg/controller/cronjob."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.job_status import is_finished
from fakes.kube.controllers.kinds import CRON_JOBS, JOBS
from fakes.kube.controllers.owners import controller_of, controller_reference, is_controlled_by
from fakes.kube.controllers.pods import condition_of
from fakes.kube.controllers.schedules import next_time

__all__ = ["CronJobController"]

_SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class CronJobController:
    """Starts Jobs, keeps the list of those that run, and deletes the oldest that have ended."""

    resources = (CRON_JOBS.table, JOBS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == CRON_JOBS.table:
            return (event.stored.key,)
        owner = controller_of(event.stored.object)
        return (
            (f"{event.stored.namespace}/{owner['name']}",)
            if owner and owner["kind"] == CRON_JOBS.kind
            else ()
        )

    async def reconcile(self, key: Key) -> None:
        cron_job = self._around.get(CRON_JOBS, key)
        if cron_job is None or cron_job["metadata"].get("deletionTimestamp"):
            return
        await self._forget(cron_job)
        due = None if cron_job["spec"].get("suspend") else self._due(key, cron_job)
        if due is not None:
            due = await self._start(cron_job, due)
        await self._write_status(cron_job, due)

    def _jobs(self, cron_job: Object) -> list[Object]:
        found = self._around.list(JOBS, cron_job["metadata"]["namespace"])
        return [each for each in found if is_controlled_by(each, cron_job)]

    def _due(self, key: Key, cron_job: Object) -> datetime | None:
        """The last time that was missed, if it is not too late; sees to it that we are called for the next one."""
        spec, now = cron_job["spec"], self._around.clock.now()
        since = (cron_job.get("status") or {}).get("lastScheduleTime") or cron_job["metadata"][
            "creationTimestamp"
        ]
        start = datetime.fromisoformat(since).astimezone(UTC)
        limit = spec.get("startingDeadlineSeconds")
        if limit is not None:
            start = max(start, now - timedelta(seconds=limit))
        due = None
        for moment in _times(spec, start):
            if moment > now:
                self._around.later(key, moment)
                break
            due = moment
        return due

    async def _start(self, cron_job: Object, due: datetime) -> datetime | None:
        """Create the Job of a time; None if one that still runs is in its way."""
        running = [each for each in self._jobs(cron_job) if not is_finished(each)]
        policy = cron_job["spec"].get("concurrencyPolicy", "Allow")
        if running and policy == "Forbid":
            return None
        if policy == "Replace":
            for each in running:
                await self._around.writer.delete(JOBS, each, propagation="Background")
        job = _job(cron_job, due)
        if self._around.get(JOBS, f"{job['metadata']['namespace']}/{job['metadata']['name']}") is None:
            await self._around.writer.create(JOBS, job)
        return due

    async def _forget(self, cron_job: Object) -> None:
        spec = cron_job["spec"]
        jobs = sorted(
            self._jobs(cron_job),
            key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"]),
        )
        for kind, limit in (
            ("Complete", spec.get("successfulJobsHistoryLimit", 3)), ("Failed", spec.get("failedJobsHistoryLimit", 1))
        ):  # fmt: skip
            ended = [each for each in jobs if condition_of(each, kind) is not None]
            for each in ended[: max(0, len(ended) - limit)]:
                await self._around.writer.delete(JOBS, each, propagation="Background")

    async def _write_status(self, cron_job: Object, due: datetime | None) -> None:
        old = cron_job.get("status") or {}
        jobs = self._jobs(cron_job)
        status: Object = {}
        if active := [_reference(each) for each in jobs if not is_finished(each)]:
            status["active"] = active
        if scheduled := rfc3339(due) if due is not None else old.get("lastScheduleTime"):
            status["lastScheduleTime"] = scheduled
        ended = [moment for each in jobs if (moment := (each.get("status") or {}).get("completionTime"))]
        if successful := max([*ended, old.get("lastSuccessfulTime") or ""]):
            status["lastSuccessfulTime"] = successful
        await self._around.writer.update_status(CRON_JOBS, cron_job, status)


def _times(spec: Object, start: datetime) -> Iterator[datetime]:
    moment = next_time(spec["schedule"], start, spec.get("timeZone") or "")
    while moment is not None:
        yield moment
        moment = next_time(spec["schedule"], moment, spec.get("timeZone") or "")


def _job(cron_job: Object, due: datetime) -> Object:
    template, metadata = cron_job["spec"]["jobTemplate"], cron_job["metadata"]
    of_template = template.get("metadata") or {}
    job: Object = {
        "name": f"{metadata['name']}-{int(due.timestamp()) // 60}",
        "namespace": metadata["namespace"],
        "annotations": {**(of_template.get("annotations") or {}), _SCHEDULED: rfc3339(due)},
        "ownerReferences": [controller_reference(cron_job, CRON_JOBS)],
    }
    if labels := of_template.get("labels"):
        job["labels"] = labels
    return {"metadata": job, "spec": template["spec"]}


def _reference(job: Object) -> Object:
    metadata = job["metadata"]
    return {
        "kind": JOBS.kind, "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"],
        "apiVersion": JOBS.api_version, "resourceVersion": metadata["resourceVersion"],
    }  # fmt: skip
