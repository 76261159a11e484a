"""Deployments make ReplicaSets, and these Pods, from one template to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.kube.controllers.kubelet import KubeletSettings

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
SETS = "/apis/apps/v1/namespaces/default/replicasets"
PODS = "/api/v1/namespaces/default/pods"
SHOP = f"{DEPLOYMENTS}/shop"
REVISION = "deployment.kubernetes.io/revision"
SETTLED = {"replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3}


def template(image: str, labels: dict[str, str] | None = None, **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"labels": labels or {"app": "shop"}, **metadata},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }  # fmt: skip


def deployment(replicas: int = 3, **spec: Any) -> dict[str, Any]:
    body = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "shop"}},
        "template": template("shop:1"),
    }
    return {"metadata": {"name": "shop"}, "spec": body | spec}


def condition(obj: dict[str, Any], kind: str) -> tuple[str, str, str]:
    found = next(each for each in obj["status"]["conditions"] if each["type"] == kind)
    return found["status"], found["reason"], found.get("message", "")


def sizes(world) -> dict[str, int]:
    """Replicas of each ReplicaSet, by the revision."""
    return {
        each["metadata"]["annotations"][REVISION]: each["spec"]["replicas"]
        for each in world("GET", SETS)["items"]
    }


def images(world) -> list[str]:
    return sorted(each["spec"]["containers"][0]["image"] for each in world("GET", PODS)["items"])


def set_image(world, image: str) -> None:
    world.merge(SHOP, {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": image}]}}}})


@pytest.fixture
def shop(world):
    world.create(DEPLOYMENTS, deployment())
    return world


def test_a_deployment_is_available_before_the_next_request(shop):
    found = shop("GET", SHOP)
    status = found["status"]
    assert status | SETTLED == status
    assert "unavailableReplicas" not in status
    assert status["observedGeneration"] == found["metadata"]["generation"] == 1
    assert condition(found, "Available") == (
        "True", "MinimumReplicasAvailable", "Deployment has minimum availability."
    )  # fmt: skip
    (name,) = shop.names(SETS)
    assert condition(found, "Progressing") == (
        "True", "NewReplicaSetAvailable", f'ReplicaSet "{name}" has successfully progressed.'
    )  # fmt: skip
    assert found["metadata"]["annotations"] == {REVISION: "1"}


def test_its_pods_are_those_of_its_replica_set(shop):
    (found,) = shop("GET", SETS)["items"]
    name = found["metadata"]["name"]
    digest = found["metadata"]["labels"]["pod-template-hash"]
    assert name == f"shop-{digest}"
    assert found["spec"]["selector"]["matchLabels"] == {"app": "shop", "pod-template-hash": digest}
    assert found["metadata"]["ownerReferences"][0]["name"] == "shop"
    for pod in shop("GET", PODS)["items"]:
        assert pod["metadata"]["name"].startswith(f"{name}-")
        assert pod["metadata"]["labels"] == {"app": "shop", "pod-template-hash": digest}
        assert pod["metadata"]["ownerReferences"][0] == {
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": found["metadata"]["uid"],
            "controller": True, "blockOwnerDeletion": True,
        }  # fmt: skip


@pytest.mark.parametrize("path", [SHOP, SETS, PODS])
def test_what_controllers_write_is_theirs(shop, path):
    found = shop("GET", path)
    for obj in found.get("items") or [found]:
        managers = {each["manager"] for each in obj["metadata"]["managedFields"]}
        assert managers <= {"kube-controller-manager", "kubelet", "loopback"}
        assert managers - {"loopback"}


@pytest.mark.parametrize("replicas", [0, 1, 7])
def test_it_scales(shop, replicas):
    shop.merge(f"{SHOP}/scale", {"spec": {"replicas": replicas}})
    assert len(shop.names(PODS)) == replicas
    status = shop("GET", SHOP)["status"]
    assert status.get("availableReplicas", 0) == replicas
    assert sizes(shop) == {"1": replicas}


def test_a_deleted_pod_is_replaced(shop):
    name = shop.names(PODS)[0]
    shop("DELETE", f"{PODS}/{name}")
    names = shop.names(PODS)
    assert len(names) == 3
    assert name not in names


@pytest.mark.parametrize(
    "strategy",
    [
        {"type": "Recreate"},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "100%", "maxUnavailable": "100%"}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
    ],
)
@pytest.mark.parametrize("replicas", [1, 3, 10])
def test_a_new_template_replaces_the_old_one(world, strategy, replicas):
    world.create(DEPLOYMENTS, deployment(replicas, strategy=strategy))
    set_image(world, "shop:2")
    assert images(world) == ["shop:2"] * replicas
    assert sizes(world) == {"1": 0, "2": replicas}
    found = world("GET", SHOP)
    assert found["metadata"]["annotations"][REVISION] == "2"
    assert found["status"]["observedGeneration"] == 2
    assert found["status"]["updatedReplicas"] == found["status"]["replicas"] == replicas


def test_an_old_template_is_the_newest_revision_again(shop):
    set_image(shop, "shop:2")
    set_image(shop, "shop:1")
    assert sizes(shop) == {"3": 3, "2": 0}
    assert images(shop) == ["shop:1"] * 3
    back = next(each for each in shop("GET", SETS)["items"] if each["spec"]["replicas"])
    assert back["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"


def test_old_revisions_are_forgotten_beyond_the_limit(world):
    world.create(DEPLOYMENTS, deployment(1, revisionHistoryLimit=2))
    for number in range(2, 7):
        set_image(world, f"shop:{number}")
    assert sizes(world) == {"4": 0, "5": 0, "6": 1}


def test_a_paused_deployment_waits_but_scales(shop):
    shop.merge(SHOP, {"spec": {"paused": True}})
    set_image(shop, "shop:2")
    assert images(shop) == ["shop:1"] * 3
    assert condition(shop("GET", SHOP), "Progressing") == (
        "Unknown",
        "DeploymentPaused",
        "Deployment is paused",
    )
    shop.merge(f"{SHOP}/scale", {"spec": {"replicas": 5}})
    assert images(shop) == ["shop:1"] * 5
    shop.merge(SHOP, {"spec": {"paused": None}})
    assert images(shop) == ["shop:2"] * 5
    assert condition(shop("GET", SHOP), "Progressing")[1] == "NewReplicaSetAvailable"


class TestWhileItTakesTime:
    @pytest.fixture
    def slow(self, make_world):
        world = make_world(kubelet=KubeletSettings(start_delay=timedelta(seconds=10)))
        world.create(DEPLOYMENTS, deployment(4, progressDeadlineSeconds=60))
        return world

    def test_it_says_that_it_progresses(self, slow):
        found = slow("GET", SHOP)
        assert condition(found, "Available")[:2] == ("False", "MinimumReplicasUnavailable")
        assert condition(found, "Progressing")[:2] == ("True", "ReplicaSetUpdated")
        assert found["status"]["unavailableReplicas"] == 4
        slow.step(seconds=10)
        found = slow("GET", SHOP)
        assert found["status"]["availableReplicas"] == 4
        assert condition(found, "Available")[0] == "True"

    def test_a_rollout_keeps_within_its_bounds(self, slow):
        slow.step(seconds=10)
        set_image(slow, "shop:2")
        assert sizes(slow) == {"1": 3, "2": 2}
        for _ in range(4):
            slow.step(seconds=10)
            status = slow("GET", SHOP)["status"]
            assert status["availableReplicas"] >= 3
            assert status["replicas"] <= 5
        assert sizes(slow) == {"1": 0, "2": 4}

    def test_scaling_in_the_middle_of_a_rollout_is_shared(self, slow):
        slow.step(seconds=10)
        set_image(slow, "shop:2")
        slow.merge(f"{SHOP}/scale", {"spec": {"replicas": 8}})
        assert sizes(slow) == {"1": 6, "2": 4}
        for _ in range(5):
            slow.step(seconds=10)
        assert sizes(slow) == {"1": 0, "2": 8}

    def test_a_rollout_that_stands_still_is_called_so(self, make_world):
        world = make_world(kubelet=KubeletSettings(start_delay=timedelta(hours=1)))
        world.create(DEPLOYMENTS, deployment(1, progressDeadlineSeconds=60))
        world.step(seconds=60)
        (name,) = world.names(SETS)
        assert condition(world("GET", SHOP), "Progressing") == (
            "False", "ProgressDeadlineExceeded", f'ReplicaSet "{name}" has timed out progressing.'
        )  # fmt: skip
        world.step(hours=1)
        assert condition(world("GET", SHOP), "Progressing")[1] == "NewReplicaSetAvailable"

    def test_availability_takes_as_long_as_asked_for(self, world):
        world.create(DEPLOYMENTS, deployment(minReadySeconds=30))
        assert "availableReplicas" not in world("GET", SHOP)["status"]
        world.step(seconds=29)
        assert world("GET", SHOP)["status"]["readyReplicas"] == 3
        assert "availableReplicas" not in world("GET", SHOP)["status"]
        world.step(seconds=1)
        assert world("GET", SHOP)["status"]["availableReplicas"] == 3


@pytest.mark.parametrize(
    ("policy", "sets", "pods"), [("Background", 0, 0), ("Foreground", 0, 0), ("Orphan", 1, 3)]
)
def test_a_deleted_deployment_takes_its_pods_along_or_not(shop, policy, sets, pods):
    shop.delete(SHOP, policy)
    assert not shop.exists(SHOP)
    assert (len(shop.names(SETS)), len(shop.names(PODS))) == (sets, pods)


def test_a_new_deployment_adopts_what_was_left(shop):
    before = shop.names(PODS)
    shop.delete(SHOP, "Orphan")
    shop.create(DEPLOYMENTS, deployment())
    assert shop.names(PODS) == before
    assert len(shop.names(SETS)) == 1


def test_what_is_in_a_namespace_goes_with_it(world):
    world.create("/api/v1/namespaces", {"metadata": {"name": "other"}})
    world.create("/apis/apps/v1/namespaces/other/deployments", deployment())
    assert len(world.names("/api/v1/namespaces/other/pods")) == 3
    world.delete("/api/v1/namespaces/other")
    assert not world.exists("/api/v1/namespaces/other")
    assert world.names("/api/v1/pods") == []


def test_pods_that_are_refused_are_made_once_they_may_be(world):
    spec = {**template("shop:1")["spec"], "serviceAccountName": "clerk"}
    world.create(DEPLOYMENTS, deployment(template={**template("shop:1"), "spec": spec}))
    found = world("GET", SHOP)
    status, reason, message = condition(found, "ReplicaFailure")
    assert (status, reason) == ("True", "FailedCreate")
    assert 'serviceaccount "clerk" not found' in message
    world.create("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": "clerk"}})
    found = world("GET", SHOP)
    assert found["status"]["availableReplicas"] == 3
    assert "ReplicaFailure" not in [each["type"] for each in found["status"]["conditions"]]


def test_a_replica_set_releases_and_adopts_pods_by_their_labels(shop):
    name = shop.names(PODS)[0]
    (owner,) = shop.names(SETS)
    shop.merge(f"{PODS}/{name}", {"metadata": {"labels": {"app": "debug"}}})
    assert "ownerReferences" not in shop("GET", f"{PODS}/{name}")["metadata"]
    assert len(shop.names(PODS)) == 4
    shop.merge(f"{PODS}/{name}", {"metadata": {"labels": {"app": "shop"}}})
    assert len(shop.names(PODS)) == 3
    owners = {pod["metadata"]["ownerReferences"][0]["name"] for pod in shop("GET", PODS)["items"]}
    assert owners == {owner}


def test_a_replication_controller_keeps_its_pods(world):
    path = "/api/v1/namespaces/default/replicationcontrollers"
    world.create(path, {"metadata": {"name": "old"}, "spec": {"replicas": 2, "template": template("shop:1")}})
    assert world("GET", f"{path}/old")["status"]["readyReplicas"] == 2
    with pytest.raises(StatusError):
        world("GET", f"{PODS}/none")
