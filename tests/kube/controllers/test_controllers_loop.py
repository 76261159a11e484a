"""Controllers run until nothing is left to do, say so when that never happens, and act as who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock, RealClock, enter_loop
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback import Driver
from fakes.apiserver.storage.memory import MemoryStorage
from fakes.cluster import FakeCluster
from fakes.kube.controllers.catalogue import ControllerSettings, catalogue, chosen
from fakes.kube.controllers.kubelet import KubeletSettings
from fakes.kube.controllers.loop import ControllerLoop, RestlessControllerError

ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


class Recording:
    """A controller that hears of configmaps, and does with a key what it is told."""

    resources = ("configmaps",)

    def __init__(self, act: Any) -> None:
        self.seen: list[str] = []
        self._act = act

    def hear(self, event: Any) -> Any:
        return (event.stored.key,)

    async def reconcile(self, key: str) -> None:
        self.seen.append(key)
        await self._act(key)


async def nothing(_: str) -> None:
    return None


@pytest.fixture
def storage():
    return MemoryStorage(Names(0))


@pytest.fixture
def loop(storage):
    found = ControllerLoop(FakeClock(), lambda: None)
    storage.subscribe(found.hear)
    return found


def settle(loop) -> bool:
    driver = Driver()
    try:
        return driver.run(loop.settle())
    finally:
        driver.close()


def put(storage, key: str) -> None:
    storage.put("configmaps", key, {"metadata": {"name": key}})


def test_a_key_waits_once_however_often_it_changed(storage, loop):
    found = Recording(nothing)
    loop.add("one", lambda _: found)
    for key in ("b", "a", "b"):
        put(storage, key)
    assert settle(loop)
    assert found.seen == ["b", "a"]
    assert not settle(loop)


def test_the_first_controllers_go_first(storage, loop):
    order: list[str] = []

    async def first(key: str) -> None:
        order.append(f"first {key}")

    async def second(key: str) -> None:
        order.append(f"second {key}")
        if key == "a":
            put(storage, "c")

    loop.add("first", lambda _: Recording(first))
    loop.add("second", lambda _: Recording(second))
    put(storage, "a")
    put(storage, "b")
    settle(loop)
    assert order == ["first a", "first b", "second a", "first c", "second b", "second c"]


def test_a_controller_that_never_rests_is_a_bug_with_a_name(storage, loop):
    async def again(key: str) -> None:
        put(storage, key)

    loop.add("restless", lambda _: Recording(again))
    put(storage, "a")
    with pytest.raises(
        RestlessControllerError, match="controller restless does not come to rest: it reconciled 'a'"
    ):
        settle(loop)
    assert not settle(loop)


def test_what_was_refused_is_tried_again_when_something_has_changed(storage, loop):
    allowed: list[str] = []

    async def act(key: str) -> None:
        if key not in allowed:
            raise StatusError.of(403, "Forbidden", "no")

    found = Recording(act)
    loop.add("one", lambda _: found)
    put(storage, "a")
    settle(loop)
    assert [error.message for error in loop.refused.values()] == ["no"]
    assert not settle(loop)
    allowed += ["a", "b"]
    put(storage, "b")
    settle(loop)
    assert not loop.refused
    assert found.seen[-2:] == ["b", "a"]


def test_a_conflict_is_tried_again_at_once(storage, loop):
    tries: list[str] = []

    async def act(key: str) -> None:
        tries.append(key)
        if len(tries) < 3:
            raise StatusError.of(409, "Conflict", "changed")

    loop.add("one", lambda _: Recording(act))
    put(storage, "a")
    settle(loop)
    assert tries == ["a", "a", "a"]


def test_a_controller_may_wait_in_an_event_loop(storage, loop):
    ended: list[str] = []

    async def act(key: str) -> None:
        await enter_loop()
        ended.append(key)

    loop.add("one", lambda _: Recording(act))
    put(storage, "a")
    put(storage, "b")
    settle(loop)
    assert ended == ["a", "b"]


def test_controllers_run_on_a_real_clock_without_a_loop():
    cluster = FakeCluster(clock=RealClock())
    spec = {
        "replicas": 1, "minReadySeconds": 500, "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}},
    }  # fmt: skip
    path = "/apis/apps/v1/namespaces/default/deployments"
    client = cluster.client()
    cluster.driver.run(client.request("POST", path, body={"metadata": {"name": "d"}, "spec": spec}))
    found = cluster.driver.run(client.request("GET", f"{path}/d"))
    assert found["status"]["readyReplicas"] == 1
    assert "availableReplicas" not in found["status"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["kubelet", "serviceaccount"], ["serviceaccount", "kubelet"]),
        (["deployment-controller"], ["deployment"]),
    ],
)
def test_controllers_are_chosen_by_name(names, expected):
    known = list(catalogue(ControllerSettings(root_ca="")))
    assert chosen(names, known) == expected
    assert chosen(None, known) == known


class TestRoles:
    def role(self, name: str, **more: Any) -> dict[str, Any]:
        return {"metadata": {"name": name, "labels": {"part-of": "all"}}, **more}

    def rules(self, verb: str) -> list[dict[str, Any]]:
        return [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]

    def test_an_aggregated_role_has_the_rules_of_others(self, world):
        selector = {"clusterRoleSelectors": [{"matchLabels": {"part-of": "all"}}]}
        world.create(ROLES, {"metadata": {"name": "sum"}, "aggregationRule": selector})
        world.create(ROLES, self.role("a", rules=self.rules("get")))
        world.create(ROLES, self.role("b", rules=self.rules("list")))
        found = world("GET", f"{ROLES}/sum")
        assert found["rules"] == self.rules("get") + self.rules("list")
        managers = {each["manager"]: each["operation"] for each in found["metadata"]["managedFields"]}
        assert managers["clusterrole-aggregation-controller"] == "Apply"
        world.delete(f"{ROLES}/a")
        assert world("GET", f"{ROLES}/sum")["rules"] == self.rules("list")

    @pytest.mark.parametrize(("controllers", "rules"), [(None, 12), ([], 0)])
    def test_view_has_rules_only_if_somebody_aggregates_them(self, make_world, controllers, rules):
        world = make_world(controllers=controllers)
        assert len(world("GET", f"{ROLES}/view").get("rules") or []) == rules


def test_two_clusters_with_one_seed_are_equal():
    def objects() -> Any:
        cluster = FakeCluster(seed=3)
        path = "/apis/apps/v1/namespaces/default/deployments"
        template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
        spec = {"replicas": 2, "selector": {"matchLabels": {"a": "b"}}, "template": template}
        client = cluster.client()
        cluster.driver.run(client.request("POST", path, body={"metadata": {"name": "d"}, "spec": spec}))
        return [stored.object for stored in cluster.storage.list("pods")]

    assert objects() == objects()


@pytest.mark.parametrize("times", [1, 2])
def test_a_cluster_that_is_a_copy_goes_on_as_the_first_one_would(make_world, times):
    settings = KubeletSettings(start_delay=timedelta(seconds=30))
    for _ in range(times):
        world = make_world(seed=11, operator="model", kubelet=settings)
    pods = "/api/v1/namespaces/default/pods"
    world.create(pods, {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}})
    world.step(minutes=1)
    found = world("GET", "/api/v1/pods")["items"]
    assert [pod["status"]["phase"] for pod in found] == ["Running"] * len(found)
    assert len({pod["status"]["podIP"] for pod in found}) == len(found) > 1
