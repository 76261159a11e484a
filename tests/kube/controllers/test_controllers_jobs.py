"""Jobs run Pods until enough have succeeded; CronJobs start Jobs when it is time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.kube.controllers.job_status import format_indexes, parse_indexes
from fakes.kube.controllers.kubelet import KubeletSettings
from fakes.kube.controllers.schedules import next_time

BATCH = "/apis/batch/v1/namespaces/default"
JOBS, CRON_JOBS = f"{BATCH}/jobs", f"{BATCH}/cronjobs"
PODS = "/api/v1/namespaces/default/pods"


def job(**spec: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "task"}]}
    return {"metadata": {"name": "task"}, "spec": {"template": {"spec": pod}, **spec}}


def conditions(obj: dict[str, Any]) -> dict[str, str]:
    return {
        each["type"]: each["reason"]
        for each in obj["status"].get("conditions") or ()
        if each["status"] == "True"
    }


def phases(world) -> list[str]:
    return [each["status"]["phase"] for each in world("GET", PODS)["items"]]


@pytest.fixture
def slow(make_world):
    return make_world(kubelet=KubeletSettings(job_duration=timedelta(minutes=1)))


def test_a_job_is_complete_before_the_next_request(world):
    world.create(JOBS, job())
    found = world("GET", f"{JOBS}/task")
    assert conditions(found) == {"SuccessCriteriaMet": "CompletionsReached", "Complete": "CompletionsReached"}
    status = found["status"]
    assert (status["succeeded"], status["ready"], status.get("active")) == (1, 0, None)
    assert status["startTime"] == status["completionTime"] == "2026-01-01T00:00:00Z"
    (pod,) = world("GET", PODS)["items"]
    assert pod["metadata"]["name"].startswith("task-")
    assert pod["metadata"]["labels"]["batch.kubernetes.io/job-name"] == "task"
    assert "finalizers" not in pod["metadata"]
    assert pod["status"]["phase"] == "Succeeded"


@pytest.mark.parametrize(
    ("spec", "at_once", "minutes"),
    [
        ({"completions": 5, "parallelism": 2}, 2, 3),
        ({"parallelism": 3}, 3, 1),
        ({"completions": 2, "parallelism": 9}, 2, 1),
    ],
)
def test_as_many_pods_as_allowed_run_at_once(slow, spec, at_once, minutes):
    slow.create(JOBS, job(**spec))
    assert slow("GET", f"{JOBS}/task")["status"]["active"] == at_once
    slow.step(minutes=minutes)
    found = slow("GET", f"{JOBS}/task")
    assert conditions(found)["Complete"]
    assert found["status"]["succeeded"] == spec.get("completions", 3)
    assert phases(slow) == ["Succeeded"] * spec.get("completions", 3)


def test_an_indexed_job_numbers_its_pods(world):
    world.create(JOBS, job(completions=3, parallelism=2, completionMode="Indexed"))
    assert world("GET", f"{JOBS}/task")["status"]["completedIndexes"] == "0-2"
    index = "batch.kubernetes.io/job-completion-index"
    pods = world("GET", PODS)["items"]
    assert sorted(each["metadata"]["annotations"][index] for each in pods) == ["0", "1", "2"]
    assert sorted(each["spec"]["hostname"] for each in pods) == ["task-0", "task-1", "task-2"]


def test_a_job_that_fails_too_often_has_failed(make_world):
    world = make_world(kubelet=KubeletSettings(exit_code=lambda _: 3))
    world.create(JOBS, job(backoffLimit=2))
    found = world("GET", f"{JOBS}/task")
    assert conditions(found) == {"FailureTarget": "BackoffLimitExceeded", "Failed": "BackoffLimitExceeded"}
    assert found["status"]["failed"] == 3
    state = world("GET", PODS)["items"][0]["status"]["containerStatuses"][0]["state"]
    assert state["terminated"]["exitCode"] == 3


def test_a_job_that_takes_too_long_has_failed(slow):
    slow.create(JOBS, job(activeDeadlineSeconds=20))
    slow.step(seconds=20)
    found = slow("GET", f"{JOBS}/task")
    assert conditions(found)["Failed"] == "DeadlineExceeded"
    assert phases(slow) == []


def test_a_suspended_job_has_no_pods(slow):
    slow.create(JOBS, job(suspend=True))
    found = slow("GET", f"{JOBS}/task")
    assert conditions(found) == {"Suspended": "JobSuspended"}
    assert "startTime" not in found["status"]
    slow.merge(f"{JOBS}/task", {"spec": {"suspend": False}})
    assert phases(slow) == ["Running"]
    slow.merge(f"{JOBS}/task", {"spec": {"suspend": True}})
    assert phases(slow) == []


def test_a_pod_that_is_deleted_counts_as_failed_and_is_replaced(slow):
    slow.create(JOBS, job())
    (name,) = slow.names(PODS)
    slow.delete(f"{PODS}/{name}")
    assert slow("GET", f"{JOBS}/task")["status"]["failed"] == 1
    assert name not in slow.names(PODS)
    assert phases(slow) == ["Running"]


@pytest.mark.parametrize(("policy", "left"), [("Background", 0), ("Foreground", 0), ("Orphan", 1)])
def test_a_deleted_job_takes_its_pods_along_or_not(slow, policy, left):
    slow.create(JOBS, job())
    slow.delete(f"{JOBS}/task", policy)
    assert not slow.exists(f"{JOBS}/task")
    assert len(slow.names(PODS)) == left


def test_a_job_goes_some_time_after_its_end(world):
    world.create(JOBS, job(ttlSecondsAfterFinished=60))
    world.step(seconds=59)
    assert world.exists(f"{JOBS}/task")
    world.step(seconds=1)
    assert not world.exists(f"{JOBS}/task")
    assert world.names(PODS) == []


def test_a_job_may_run_for_ever(make_world):
    world = make_world(kubelet=KubeletSettings(job_duration=None))
    world.create(JOBS, job())
    world.step(hours=100)
    assert phases(world) == ["Running"]


@pytest.mark.parametrize(
    ("indexes", "text"), [((), ""), ((0,), "0"), ((0, 1), "0,1"), ((0, 1, 2, 4, 6, 7, 8), "0-2,4,6-8")]
)
def test_indexes_are_written_as_ranges(indexes, text):
    assert format_indexes(indexes) == text
    assert parse_indexes(text) == set(indexes)


class TestCronJobs:
    def cron(self, schedule: str = "*/5 * * * *", **spec: Any) -> dict[str, Any]:
        template = {"spec": job()["spec"]}
        return {"metadata": {"name": "tick"}, "spec": {"schedule": schedule, "jobTemplate": template, **spec}}

    def test_jobs_start_when_they_are_due(self, world):
        world.create(CRON_JOBS, self.cron())
        assert world.names(JOBS) == []
        world.step(minutes=11)
        minute = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) // 60
        assert world.names(JOBS) == [f"tick-{minute + 5}", f"tick-{minute + 10}"]
        status = world("GET", f"{CRON_JOBS}/tick")["status"]
        assert status == {
            "lastScheduleTime": "2026-01-01T00:10:00Z",
            "lastSuccessfulTime": "2026-01-01T00:10:00Z",
        }

    def test_only_the_last_ones_are_kept(self, world):
        world.create(CRON_JOBS, self.cron(successfulJobsHistoryLimit=2))
        world.step(hours=1)
        assert len(world.names(JOBS)) == 2

    def test_a_suspended_one_waits(self, world):
        world.create(CRON_JOBS, self.cron(suspend=True))
        world.step(hours=1)
        assert world.names(JOBS) == []
        world.merge(f"{CRON_JOBS}/tick", {"spec": {"suspend": False}})
        assert len(world.names(JOBS)) == 1

    @pytest.mark.parametrize(("policy", "running"), [("Allow", 3), ("Forbid", 1), ("Replace", 1)])
    def test_jobs_run_beside_each_other_or_not(self, make_world, policy, running):
        world = make_world(kubelet=KubeletSettings(job_duration=None))
        world.create(CRON_JOBS, self.cron(concurrencyPolicy=policy))
        world.step(minutes=15)
        assert len(world.names(JOBS)) == running
        assert len(world("GET", f"{CRON_JOBS}/tick")["status"]["active"]) == running

    @pytest.mark.parametrize(
        ("schedule", "zone", "expected"),
        [
            ("* * * * *", "", "2026-01-01T00:01"),
            ("*/15 * * * *", "", "2026-01-01T00:15"),
            ("0 4 * * *", "", "2026-01-01T04:00"),
            ("0 4 * * *", "Europe/Berlin", "2026-01-01T03:00"),
            ("30 9 * * mon-fri", "", "2026-01-01T09:30"),
            ("0 0 29 feb *", "", "2028-02-29T00:00"),
            ("0 0 13 * fri", "", "2026-01-02T00:00"),
            ("@monthly", "", "2026-02-01T00:00"),
            ("@every 90m", "", "2026-01-01T01:30"),
            ("5/20 * * * *", "", "2026-01-01T00:05"),
        ],
    )
    def test_schedules_are_read_as_cron_does(self, schedule, zone, expected):
        found = next_time(schedule, datetime(2026, 1, 1, tzinfo=UTC), zone)
        assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)

    def test_a_schedule_may_never_be_due(self):
        assert next_time("0 0 30 feb *", datetime(2026, 1, 1, tzinfo=UTC)) is None
