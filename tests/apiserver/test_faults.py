"""Faults on demand: each does what it says, to those that it is for, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.faults import (
    Cut,
    Delay,
    EndWatch,
    Fault,
    Refuse,
    internal_error,
    overloaded,
    unavailable,
)
from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback import exchange, http_scope
from fakes.cluster import FakeCluster

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    fake = FakeCluster(controllers=())
    yield fake
    fake.close()


class User:
    """Sends requests as an administrator of some name."""

    def __init__(self, cluster: FakeCluster, name: str = "ann") -> None:
        self.cluster = cluster
        self.client = cluster.client(name, ["system:masters"])
        self.der = cluster.credentials(name, ["system:masters"]).der

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        return self.cluster.driver.run(self.client.request(method, path, body=body, query=query))

    def head(self, path: str) -> tuple[int, dict[bytes, bytes]]:
        scope = http_scope("GET", path, b"", [], self.der)
        status, headers, _ = self.cluster.driver.run(exchange(self.cluster.app, scope, b""))
        return status, dict(headers)


def config_map(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "kind": "ConfigMap", "apiVersion": "v1"}


@pytest.mark.parametrize(
    ("effect", "code", "reason", "retry_after"),
    [
        (overloaded(7), 429, "TooManyRequests", b"7"),
        (internal_error(), 500, "", None),
        (unavailable(), 503, "ServiceUnavailable", None),
        (Refuse(StatusError.of(418, "Teapot", "no")), 418, "Teapot", None),
    ],
)
def test_a_refusal_is_answered_with_its_status(
    effect: Refuse, code: int, reason: str, retry_after: bytes | None, cluster: FakeCluster
) -> None:
    ann = User(cluster)
    cluster.faults.add(Fault(effect=effect))
    revision = cluster.storage.revision
    with pytest.raises(StatusError) as refusal:
        ann("POST", CONFIG_MAPS, config_map("a"))
    assert (refusal.value.code, refusal.value.reason) == (code, reason)
    assert cluster.storage.revision == revision
    assert ann.head(CONFIG_MAPS)[1].get(b"retry-after") == retry_after


@pytest.mark.parametrize(
    ("who", "hit"),
    [
        ({}, True),
        ({"verbs": frozenset({"list"})}, True),
        ({"verbs": frozenset({"get", "watch"})}, False),
        ({"resources": frozenset({"configmaps"})}, True),
        ({"resources": frozenset({"configmaps/status", "pods"})}, False),
        ({"namespace": "default"}, True),
        ({"namespace": "other"}, False),
        ({"name": "a"}, False),
        ({"user": "ann"}, True),
        ({"user": "bob"}, False),
        ({"share": 0.0}, False),
        ({"share": 1.0}, True),
        ({"times": 0}, False),
    ],
)
def test_a_fault_hits_only_those_that_it_is_for(who: dict[str, Any], hit: bool, cluster: FakeCluster) -> None:
    fault = Fault(effect=unavailable(), **who)
    cluster.faults.add(fault)
    assert (User(cluster).head(CONFIG_MAPS)[0] == 503) is hit
    assert cluster.faults.struck(fault) == int(hit)


def test_a_fault_is_over_when_it_has_struck_often_enough(cluster: FakeCluster) -> None:
    ann = User(cluster)
    cluster.faults.add(Fault(effect=unavailable(), times=2))
    assert [ann.head(CONFIG_MAPS)[0] for _ in range(3)] == [503, 503, 200]
    cluster.faults.add(Fault(effect=unavailable()))
    cluster.faults.clear()
    assert ann.head(CONFIG_MAPS)[0] == 200


def test_a_share_of_requests_is_the_same_for_the_same_seed() -> None:
    def struck(seed: int) -> list[int]:
        cluster = FakeCluster(seed=seed, controllers=())
        cluster.faults.add(Fault(effect=unavailable(), share=0.5))
        ann = User(cluster)
        found = [ann.head(CONFIG_MAPS)[0] for _ in range(40)]
        cluster.close()
        return found

    first = struck(1)
    assert first == struck(1)
    assert first != struck(2)
    assert 5 < first.count(503) < 35


def test_faults_do_not_change_who_may_do_what(cluster: FakeCluster) -> None:
    cluster.faults.add(Fault(effect=unavailable()))
    with pytest.raises(StatusError) as refusal:
        cluster.driver.run(cluster.client("bob").request("GET", CONFIG_MAPS))
    assert refusal.value.code == 403


def test_the_cluster_itself_is_spared_unless_it_is_named(cluster: FakeCluster) -> None:
    cluster.faults.add(Fault(effect=unavailable()))
    cluster.driver.run(cluster.client().request("GET", CONFIG_MAPS))
    cluster.faults.add(Fault(effect=unavailable(), user="system:apiserver"))
    with pytest.raises(StatusError):
        cluster.driver.run(cluster.client().request("GET", CONFIG_MAPS))


def test_latency_passes_on_the_clock_of_the_cluster(cluster: FakeCluster) -> None:
    before = cluster.clock.now()
    cluster.faults.add(Fault(effect=Delay(timedelta(seconds=3))))
    assert User(cluster).head(CONFIG_MAPS)[0] == 200
    assert cluster.clock.now() - before == timedelta(seconds=3)


@pytest.mark.parametrize("after", [None, 0, 10])
def test_a_connection_is_cut_in_the_middle_of_an_answer(after: int | None, cluster: FakeCluster) -> None:
    ann = User(cluster)
    cluster.faults.add(Fault(effect=Cut(after), times=1, verbs=frozenset({"create"})))
    with pytest.raises(ConnectionAbortedError):
        ann("POST", CONFIG_MAPS, config_map("a"))
    assert ann("GET", f"{CONFIG_MAPS}/a")["metadata"]["name"] == "a"


async def watched(cluster: FakeCluster, count: int, during: Any = None) -> list[dict[str, Any]]:
    """The events of a watch, up to its end or to so many; ``during`` runs after the first."""
    client = cluster.client("ann", ["system:masters"])
    found: list[dict[str, Any]] = []
    events = client.watch(CONFIG_MAPS)
    try:
        async for event in events:
            found.append(event)
            if len(found) == 1 and during is not None:
                during()
            if len(found) == count:
                break
    finally:
        await events.aclose()  # type: ignore[attr-defined]
    return found


def with_config_maps(cluster: FakeCluster, *names: str) -> None:
    ann = User(cluster)
    for name in names:
        ann("POST", CONFIG_MAPS, config_map(name))


@pytest.mark.parametrize(
    ("effect", "types"),
    [
        (EndWatch(), []),
        (EndWatch(after=2), ["ADDED", "ADDED"]),
        (EndWatch(after=1, expired=True), ["ADDED", "ERROR"]),
    ],
)
def test_a_watch_ends_after_so_many_events(effect: EndWatch, types: list[str], cluster: FakeCluster) -> None:
    with_config_maps(cluster, "a", "b", "c")
    cluster.faults.add(Fault(effect=effect, resources=frozenset({"configmaps"})))
    events = cluster.driver.run(watched(cluster, 9))
    assert [event["type"] for event in events] == types
    cluster.driver.idle()
    assert cluster.storage.watchers() == 0
    if effect.expired:
        assert (events[-1]["object"]["code"], events[-1]["object"]["reason"]) == (410, "Expired")


@pytest.mark.parametrize(("expired", "types"), [(False, ["ADDED"]), (True, ["ADDED", "ERROR"])])
def test_an_open_watch_can_be_ended(expired: bool, types: list[str], cluster: FakeCluster) -> None:
    with_config_maps(cluster, "a")
    fault = Fault(effect=EndWatch(expired=expired), resources=frozenset({"configmaps"}))
    ended: list[int] = []
    events = cluster.driver.run(watched(cluster, 9, lambda: ended.append(cluster.faults.end_watches(fault))))
    assert [event["type"] for event in events] == types
    assert ended == [1]
    assert cluster.faults.end_watches(fault) == 0


def test_a_compacted_history_cannot_be_resumed(cluster: FakeCluster) -> None:
    with_config_maps(cluster, "a")
    revision = cluster.storage.revision
    with_config_maps(cluster, "b")
    cluster.faults.compact()
    with pytest.raises(StatusError) as refusal:
        User(cluster)("GET", CONFIG_MAPS, resourceVersion=str(revision), resourceVersionMatch="Exact")
    assert refusal.value.code == 410


def test_a_server_behind_the_aggregator_can_be_taken_down() -> None:
    cluster = FakeCluster(controllers=(), operator="model")
    ann = User(cluster)
    path = "/apis/operator.metalbear.co/v1"
    assert ann.head(path)[0] == 200
    cluster.faults.take_down("mirrord", "mirrord-operator")
    assert ann.head(path)[0] == 503
    name = "/apis/apiregistration.k8s.io/v1/apiservices/v1.operator.metalbear.co"
    condition = ann("GET", name)["status"]["conditions"][0]
    assert (condition["status"], condition["reason"]) == ("False", "FailedDiscoveryCheck")
    cluster.faults.clear()
    assert ann.head(path)[0] == 200
    cluster.close()
