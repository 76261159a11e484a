"""Pods get a node, run, and go, as long as their settings say that it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.kube.controllers.kubelet import KubeletSettings
from fakes.kube.controllers.pod_status import image_name

PODS = "/api/v1/namespaces/default/pods"


def pod(name: str = "p", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "main", "image": "nginx"}], **spec}}


def test_a_pod_runs_at_once(world):
    created = world.create(PODS, pod())
    assert created["status"]["phase"] == "Pending"
    found = world("GET", f"{PODS}/p")
    status = found["status"]
    assert found["spec"]["nodeName"] == "fake-node"
    assert status["phase"] == "Running"
    assert {each["type"]: each["status"] for each in status["conditions"]} == dict.fromkeys(
        ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"), "True"
    )
    assert status["podIPs"] == [{"ip": status["podIP"]}]
    assert status["hostIP"] == world("GET", "/api/v1/nodes/fake-node")["status"]["addresses"][0]["address"]
    (container,) = status["containerStatuses"]
    assert container["ready"]
    assert container["started"]
    assert container["containerID"].startswith("containerd://")
    assert container["image"] == "docker.io/library/nginx:latest"
    managers = {(each["manager"], each.get("subresource")) for each in found["metadata"]["managedFields"]}
    assert ("kubelet", "status") in managers


def test_every_pod_has_an_address_of_its_own(world):
    for name in ("a", "b", "c"):
        world.create(PODS, pod(name))
    addresses = [each["status"]["podIP"] for each in world("GET", PODS)["items"]]
    assert len(set(addresses)) == 3


def test_two_runs_with_one_seed_are_the_same(make_world):
    def run() -> Any:
        world = make_world(seed=7)
        world.create(PODS, pod())
        return world("GET", PODS)["items"]

    assert run() == run()


def test_a_start_takes_time_if_it_is_to(make_world):
    world = make_world(kubelet=KubeletSettings(start_delay=timedelta(seconds=3)))
    world.create(PODS, pod())
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Pending"
    assert world("GET", f"{PODS}/p")["spec"]["nodeName"] == "fake-node"
    world.step(seconds=2)
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Pending"
    world.step(seconds=1)
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Running"


def test_a_deleted_pod_is_gone_at_once_though_the_answer_says_it_has_grace(world):
    world.create(PODS, pod())
    answer = world("DELETE", f"{PODS}/p")
    assert answer["metadata"]["deletionGracePeriodSeconds"] == 30
    assert not world.exists(f"{PODS}/p")


def test_a_deleted_pod_serves_its_grace_if_it_is_to(make_world):
    world = make_world(kubelet=KubeletSettings(waits_for_grace=True))
    world.create(PODS, pod(terminationGracePeriodSeconds=5))
    world("DELETE", f"{PODS}/p")
    world.step(seconds=4)
    assert world("GET", f"{PODS}/p")["metadata"]["deletionTimestamp"]
    world.step(seconds=1)
    assert not world.exists(f"{PODS}/p")


def test_finalizers_hold_a_pod_that_has_ended(world):
    world.create(PODS, {**pod(), "metadata": {"name": "p", "finalizers": ["example.com/hold"]}})
    world("DELETE", f"{PODS}/p")
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Failed"
    world.merge(f"{PODS}/p", {"metadata": {"finalizers": None}})
    assert not world.exists(f"{PODS}/p")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, "1 node(s) didn't match Pod's node affinity/selector"),
        (
            {
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}
                            ]
                        }
                    }
                }
            },
            "1 node(s) didn't match Pod's node affinity/selector",
        ),
    ],
)
def test_a_pod_that_fits_nowhere_waits_until_it_fits(world, spec, message):
    world.create(PODS, pod(**spec))
    found = world("GET", f"{PODS}/p")
    (condition,) = found["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "Unschedulable")
    assert condition["message"].startswith(f"0/1 nodes are available: {message}.")
    world.merge("/api/v1/nodes/fake-node", {"metadata": {"labels": {"disk": "ssd", "zone": "a"}}})
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("tolerations", "phase"), [([], "Pending"), ([{"key": "k", "operator": "Exists"}], "Running")]
)
def test_taints_keep_pods_away_that_do_not_tolerate_them(world, tolerations, phase):
    world.merge(
        "/api/v1/nodes/fake-node", {"spec": {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]}}
    )
    world.create(PODS, pod(tolerations=tolerations))
    assert world("GET", f"{PODS}/p")["status"]["phase"] == phase


def test_pods_spread_over_the_nodes_that_are_there(world):
    world.create("/api/v1/nodes", {"metadata": {"name": "other"}})
    for name in ("a", "b", "c", "d"):
        world.create(PODS, pod(name))
    assert sorted(each["spec"]["nodeName"] for each in world("GET", PODS)["items"]) == [
        "fake-node", "fake-node", "other", "other"
    ]  # fmt: skip


def test_a_pod_on_a_node_that_is_not_there_stays_as_it_is(world):
    world.create(PODS, pod(nodeName="nowhere"))
    assert world("GET", f"{PODS}/p")["status"]["phase"] == "Pending"


def test_what_others_say_about_a_running_pod_stays(world):
    world.create(PODS, pod())
    conditions = [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}]
    world("PATCH", f"{PODS}/p/status", {"status": {"conditions": conditions}},
          content_type="application/strategic-merge-patch+json")  # fmt: skip
    found = world("GET", f"{PODS}/p")["status"]["conditions"]
    assert next(each for each in found if each["type"] == "Ready")["status"] == "False"


def test_readiness_gates_hold_readiness(world):
    world.create(PODS, pod(readinessGates=[{"conditionType": "example.com/ready"}]))
    ready = next(
        each for each in world("GET", f"{PODS}/p")["status"]["conditions"] if each["type"] == "Ready"
    )
    assert (ready["status"], ready["reason"]) == ("False", "ReadinessGatesNotReady")


def test_without_a_kubelet_there_is_no_node(make_world):
    world = make_world(controllers=["serviceaccount", "scheduler"])
    assert world.names("/api/v1/nodes") == []
    world.create(PODS, pod())
    (condition,) = world("GET", f"{PODS}/p")["status"]["conditions"]
    assert condition["message"] == "no nodes available to schedule pods"


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.27", "docker.io/library/nginx:1.27"),
        ("bitnami/redis", "docker.io/bitnami/redis:latest"),
        ("ghcr.io/a/b:1", "ghcr.io/a/b:1"),
        ("localhost/a", "localhost/a:latest"),
        ("registry:5000/a", "registry:5000/a:latest"),
        ("a@sha256:00", "docker.io/library/a@sha256:00"),
    ],
)
def test_images_are_shown_with_registry_and_tag(image, shown):
    assert image_name(image) == shown


ODD = {"conditions": [{"type": "Ready"}, {"type": "PodScheduled", "status": "False"}, {"type": "Available"}]}


@pytest.mark.parametrize(
    "controllers", [None, ["serviceaccount", "replicaset", "deployment", "endpoints", "endpointslice"]]
)
def test_odd_statuses_of_others_disturb_nobody(make_world, controllers):
    world = make_world(controllers=controllers)
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"app": "a"}}, "template": template}
    deployments = "/apis/apps/v1/namespaces/default/deployments"
    ports = [{"port": 80}]
    world.create("/api/v1/namespaces/default/services", {
        "metadata": {"name": "a"}, "spec": {"selector": {"app": "a"}, "ports": ports},
    })  # fmt: skip
    world.create(deployments, {"metadata": {"name": "d"}, "spec": spec})
    name = world.names(PODS)[0]
    world.merge(f"{PODS}/{name}/status", {"status": ODD})
    world.merge(
        f"{PODS}/{name}/status", {"status": {"podIP": "10.244.7.7", "podIPs": [{"ip": "10.244.7.7"}]}}
    )
    progress = [{"type": "Progressing", "status": "True"}, {"type": "Available", "status": "True"}]
    world.merge(f"{deployments}/d/status", {"status": {"conditions": progress}})
    world.delete(f"{PODS}/{name}")
    world.merge(f"{deployments}/d/scale", {"spec": {"replicas": 3}})
    assert len(world.names(PODS)) == 3
