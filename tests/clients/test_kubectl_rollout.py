"""``kubectl rollout`` and ``wait`` on workloads that controllers bring up."""

from __future__ import annotations

import json

import pytest
from kubectl import Kubectl, without_ages


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2")
    return kubectl


ROLLED_OUT = 'deployment "web" successfully rolled out\n'


def test_status_history_undo_and_restart(web: Kubectl) -> None:
    assert web("rollout", "status", "deploy/web", "--timeout=5s") == ROLLED_OUT
    web("set", "image", "deploy/web", "nginx=nginx:2")
    assert web("rollout", "status", "deploy/web", "--timeout=5s") == ROLLED_OUT
    history = "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"
    assert web("rollout", "history", "deploy/web") == history
    assert "    Image:\tnginx:1\n" in web("rollout", "history", "deploy/web", "--revision=1")
    assert web("rollout", "undo", "deploy/web") == "deployment.apps/web rolled back\n"
    image = "jsonpath={.spec.template.spec.containers[0].image}"
    assert web("get", "deploy", "web", "-o", image) == "nginx:1"
    assert web("rollout", "undo", "deploy/web", "--to-revision=2") == "deployment.apps/web rolled back\n"
    assert web("get", "deploy", "web", "-o", image) == "nginx:2"
    assert web("rollout", "restart", "deploy/web") == "deployment.apps/web restarted\n"
    assert web("rollout", "status", "deploy/web", "--timeout=5s") == ROLLED_OUT
    error = "error: unable to find specified revision 99 in history\n"
    assert web.refused("rollout", "undo", "deploy/web", "--to-revision=99") == error


def test_pause_and_resume(web: Kubectl) -> None:
    assert web("rollout", "pause", "deploy/web") == "deployment.apps/web paused\n"
    assert web.refused("rollout", "pause", "deploy/web") == (
        'error: deployments.apps "web" is already paused\n'
    )
    web("set", "image", "deploy/web", "nginx=nginx:2")
    assert len(web("get", "rs", "-o", "name").split()) == 1
    assert web("rollout", "resume", "deploy/web") == "deployment.apps/web resumed\n"
    assert len(web("get", "rs", "-o", "name").split()) == 2


def test_everything_in_a_table(web: Kubectl) -> None:
    pods, deployments, sets = without_ages(web("get", "all")).split("\n\n")
    assert deployments == "NAME READY UP-TO-DATE AVAILABLE AGE\ndeployment.apps/web 2/2 2 2 <age>"
    header, row = sets.splitlines()
    assert header == "NAME DESIRED CURRENT READY AGE"
    assert row.split()[1:] == ["2", "2", "2", "<age>"]
    assert [line.split()[1:] for line in pods.splitlines()[1:]] == [["1/1", "Running", "0", "<age>"]] * 2


def test_waiting(web: Kubectl) -> None:
    assert (
        web("wait", "deploy/web", "--for=condition=Available", "--timeout=5s")
        == "deployment.apps/web condition met\n"
    )
    ready = web("wait", "pods", "-l", "app=web", "--for=condition=Ready", "--timeout=5s")
    assert [line.split(" ", 1)[1] for line in ready.splitlines()] == ["condition met"] * 2
    met = "deployment.apps/web condition met\n"
    assert web("wait", "deploy/web", "--for=jsonpath={.status.readyReplicas}=2", "--timeout=5s") == met
    error = "error: timed out waiting for the condition on deployments/web\n"
    assert web.refused("wait", "deploy/web", "--for=condition=Nope", "--timeout=100ms") == error
    missing = 'Error from server (NotFound): deployments.apps "gone" not found\n'
    assert web.refused("wait", "deploy/gone", "--for=condition=Available", "--timeout=1s") == missing
    assert web("wait", "cm/gone", "--for=delete", "--timeout=1s") == ""


def test_waiting_for_what_happens_meanwhile(kubectl: Kubectl) -> None:
    kubectl("create", "cm", "c", "--from-literal=a=1")
    waiting = kubectl.start("wait", "cm/c", "--for=jsonpath={.data.a}=2", "--timeout=10s")
    kubectl("patch", "cm", "c", "-p", '{"data":{"a":"2"}}')
    out, _ = waiting.communicate(timeout=10)
    assert (out, waiting.returncode) == ("configmap/c condition met\n", 0)
    waiting = kubectl.start("wait", "cm/later", "--for=create", "--timeout=10s")
    kubectl("create", "cm", "later")
    out, _ = waiting.communicate(timeout=10)
    assert (out, waiting.returncode) == ("configmap/later condition met\n", 0)


def test_stateful_sets_and_jobs(kubectl: Kubectl) -> None:
    manifest = {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"},
        "spec": {"replicas": 2, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "template": {
            "metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": "db:1"}]}}},
    }  # fmt: skip
    assert kubectl("apply", "-f", "-", given=json.dumps(manifest)) == "statefulset.apps/db created\n"
    complete = "partitioned roll out complete: 2 new pods have been updated...\n"
    status = kubectl("rollout", "status", "sts/db", "--timeout=5s")
    assert status in (
        complete,
        "statefulset rolling update complete 2 pods at revision " + status.split()[-1] + "\n",
    )
    assert kubectl("get", "pods", "-o", "name") == "pod/db-0\npod/db-1\n"
    assert kubectl("create", "job", "once", "--image=busybox", "--", "true") == "job.batch/once created\n"
    assert (
        kubectl("wait", "job/once", "--for=condition=Complete", "--timeout=5s")
        == "job.batch/once condition met\n"
    )
    assert kubectl("get", "job", "once", "--no-headers").split()[:3] == ["once", "Complete", "1/1"]
