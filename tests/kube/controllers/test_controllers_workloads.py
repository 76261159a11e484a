"""StatefulSets, DaemonSets, and claims that are protected while they are used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.kube.controllers.kubelet import KubeletSettings

APPS = "/apis/apps/v1/namespaces/default"
BASE = "/api/v1/namespaces/default"
PODS, CLAIMS = f"{BASE}/pods", f"{BASE}/persistentvolumeclaims"
SETS, DAEMONS, REVISIONS = f"{APPS}/statefulsets", f"{APPS}/daemonsets", f"{APPS}/controllerrevisions"
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def template(image: str = "db:1") -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "main", "image": image}]}}


def stateful_set(replicas: int = 3, **spec: Any) -> dict[str, Any]:
    body = {"replicas": replicas, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}}
    return {"metadata": {"name": "db"}, "spec": {**body, "template": template(), **spec}}


def images(world) -> dict[str, str]:
    return {
        each["metadata"]["name"]: each["spec"]["containers"][0]["image"]
        for each in world("GET", PODS)["items"]
    }


def set_image(world, path: str, image: str) -> None:
    world.merge(path, {"spec": {"template": template(image)}})


class TestStatefulSets:
    def test_pods_have_names_and_places(self, world):
        world.create(SETS, stateful_set())
        assert world.names(PODS) == ["db-0", "db-1", "db-2"]
        pod = world("GET", f"{PODS}/db-1")
        (revision,) = world.names(REVISIONS)
        assert pod["metadata"]["labels"] == {
            "app": "db", "statefulset.kubernetes.io/pod-name": "db-1", "apps.kubernetes.io/pod-index": "1",
            "controller-revision-hash": revision,
        }  # fmt: skip
        assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-1", "db")
        status = world("GET", f"{SETS}/db")["status"]
        assert status == {
            "observedGeneration": 1, "replicas": 3, "readyReplicas": 3, "currentReplicas": 3, "updatedReplicas": 3,
            "currentRevision": revision, "updateRevision": revision, "collisionCount": 0, "availableReplicas": 3,
        }  # fmt: skip

    def test_claims_outlive_pods(self, world):
        world.create(SETS, stateful_set(2, volumeClaimTemplates=[CLAIM]))
        assert world.names(CLAIMS) == ["data-db-0", "data-db-1"]
        volumes = world("GET", f"{PODS}/db-1")["spec"]["volumes"]
        assert volumes[0] == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
        world.merge(f"{SETS}/db/scale", {"spec": {"replicas": 1}})
        assert world.names(PODS) == ["db-0"]
        assert world.names(CLAIMS) == ["data-db-0", "data-db-1"]

    @pytest.mark.parametrize(
        ("policy", "expected"), [("OrderedReady", ["db-0"]), ("Parallel", ["db-0", "db-1", "db-2"])]
    )
    def test_pods_wait_for_each_other_or_not(self, make_world, policy, expected):
        world = make_world(kubelet=KubeletSettings(start_delay=timedelta(seconds=5)))
        world.create(SETS, stateful_set(podManagementPolicy=policy))
        assert world.names(PODS) == expected
        world.step(seconds=15)
        assert world("GET", f"{SETS}/db")["status"]["readyReplicas"] == 3

    def test_a_deleted_pod_comes_back_under_its_name(self, world):
        world.create(SETS, stateful_set())
        before = world("GET", f"{PODS}/db-1")["metadata"]["uid"]
        world.delete(f"{PODS}/db-1")
        assert world("GET", f"{PODS}/db-1")["metadata"]["uid"] != before

    def test_a_new_template_replaces_the_pods(self, world):
        world.create(SETS, stateful_set())
        set_image(world, f"{SETS}/db", "db:2")
        assert images(world) == dict.fromkeys(("db-0", "db-1", "db-2"), "db:2")
        status = world("GET", f"{SETS}/db")["status"]
        assert status["currentRevision"] == status["updateRevision"]
        assert sorted(each["revision"] for each in world("GET", REVISIONS)["items"]) == [1, 2]

    def test_an_old_template_is_the_newest_revision_again(self, world):
        world.create(SETS, stateful_set(1))
        first = world.names(REVISIONS)
        set_image(world, f"{SETS}/db", "db:2")
        set_image(world, f"{SETS}/db", "db:1")
        assert world("GET", f"{SETS}/db")["status"]["currentRevision"] == first[0]
        assert sorted(each["revision"] for each in world("GET", REVISIONS)["items"]) == [2, 3]

    @pytest.mark.parametrize(
        ("strategy", "expected"),
        [
            ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, ["db:1", "db:1", "db:2"]),
            ({"type": "OnDelete"}, ["db:1", "db:1", "db:1"]),
        ],
    )
    def test_a_rollout_goes_as_far_as_it_may(self, world, strategy, expected):
        world.create(SETS, stateful_set(updateStrategy=strategy))
        set_image(world, f"{SETS}/db", "db:2")
        assert list(images(world).values()) == expected
        status = world("GET", f"{SETS}/db")["status"]
        assert status["currentRevision"] != status["updateRevision"]

    def test_old_revisions_are_forgotten_beyond_the_limit(self, world):
        world.create(SETS, stateful_set(1, revisionHistoryLimit=1))
        for number in range(2, 6):
            set_image(world, f"{SETS}/db", f"db:{number}")
        assert sorted(each["revision"] for each in world("GET", REVISIONS)["items"]) == [4, 5]

    def test_it_takes_its_pods_along(self, world):
        world.create(SETS, stateful_set())
        world.delete(f"{SETS}/db")
        assert world.names(PODS) == world.names(REVISIONS) == []


class TestDaemonSets:
    @pytest.fixture
    def agents(self, world):
        spec = {"selector": {"matchLabels": {"app": "db"}}, "template": template()}
        world.create(DAEMONS, {"metadata": {"name": "agent"}, "spec": spec})
        return world

    def test_every_node_has_a_pod(self, agents):
        agents.create("/api/v1/nodes", {"metadata": {"name": "other"}})
        pods = agents("GET", PODS)["items"]
        assert sorted(each["spec"]["nodeName"] for each in pods) == ["fake-node", "other"]
        assert all(each["metadata"]["name"].startswith("agent-") for each in pods)
        assert agents("GET", f"{DAEMONS}/agent")["status"] == {
            "currentNumberScheduled": 2, "numberMisscheduled": 0, "desiredNumberScheduled": 2, "numberReady": 2,
            "observedGeneration": 1, "updatedNumberScheduled": 2, "numberAvailable": 2,
        }  # fmt: skip

    def test_a_node_that_is_not_wanted_has_none(self, agents):
        agents.merge(f"{DAEMONS}/agent", {"spec": {"template": {"spec": {"nodeSelector": {"disk": "ssd"}}}}})
        assert agents.names(PODS) == []
        assert agents("GET", f"{DAEMONS}/agent")["status"]["desiredNumberScheduled"] == 0

    def test_a_new_template_replaces_the_pods(self, agents):
        agents.create("/api/v1/nodes", {"metadata": {"name": "other"}})
        set_image(agents, f"{DAEMONS}/agent", "db:2")
        assert set(images(agents).values()) == {"db:2"}
        assert agents("GET", f"{DAEMONS}/agent")["status"]["updatedNumberScheduled"] == 2


class TestClaims:
    def test_a_claim_that_nobody_uses_goes_at_once(self, world):
        world.create(CLAIMS, CLAIM)
        world.delete(f"{CLAIMS}/data")
        assert not world.exists(f"{CLAIMS}/data")

    def test_a_claim_that_is_used_waits(self, world):
        world.create(CLAIMS, CLAIM)
        volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
        spec = {"containers": [{"name": "main", "image": "db"}], "volumes": volumes}
        world.create(PODS, {"metadata": {"name": "user"}, "spec": spec})
        world.delete(f"{CLAIMS}/data")
        assert world("GET", f"{CLAIMS}/data")["metadata"]["deletionTimestamp"]
        world.delete(f"{PODS}/user")
        assert not world.exists(f"{CLAIMS}/data")

    def test_a_volume_that_is_not_bound_goes_at_once(self, world):
        path = "/api/v1/persistentvolumes"
        spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/d"}}
        world.create(path, {"metadata": {"name": "v"}, "spec": spec})
        world.delete(f"{path}/v")
        assert not world.exists(f"{path}/v")


@pytest.mark.parametrize("delay", [0, 60])
def test_a_namespace_full_of_workloads_can_be_emptied(make_world, delay):
    world = make_world(kubelet=KubeletSettings(start_delay=timedelta(seconds=delay), job_duration=None))
    world.create("/api/v1/namespaces", {"metadata": {"name": "shop"}})
    apps, core = "/apis/apps/v1/namespaces/shop", "/api/v1/namespaces/shop"
    once = {**template(), "spec": {**template()["spec"], "restartPolicy": "Never"}}
    ports = [{"port": 80}]
    for path, name, spec in (
        (f"{apps}/deployments", "d", {**stateful_set()["spec"], "serviceName": None}),
        (f"{apps}/statefulsets", "s", {**stateful_set()["spec"], "volumeClaimTemplates": [CLAIM]}),
        (f"{apps}/daemonsets", "e", {"selector": {"matchLabels": {"app": "db"}}, "template": template()}),
        ("/apis/batch/v1/namespaces/shop/jobs", "j", {"template": once}),
        ("/apis/batch/v1/namespaces/shop/cronjobs", "c", {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": once}}}),
        (f"{core}/services", "v", {"selector": {"app": "db"}, "ports": ports}),
    ):  # fmt: skip
        world.create(
            path, {"metadata": {"name": name}, "spec": {key: value for key, value in spec.items() if value}}
        )
    world.step(minutes=2)
    assert len(world.names(f"{core}/pods")) == 10
    world.delete("/api/v1/namespaces/shop")
    assert not world.exists("/api/v1/namespaces/shop")
    left = [
        key
        for table in world.cluster.storage._tables.values()
        for key in table.keys
        if key.startswith("shop/")
    ]
    assert left == []
