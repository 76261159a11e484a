"""Traffic as scenarios send it, in process and over TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.cluster import Capability, Cluster
from harness.drivers import open_cluster
from harness.eventually import eventually
from harness.traffic import NOBODY, ORIGINAL, request, traffic_of
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited, load

TARGET = "deployment/ip-visit-counter"


@pytest.fixture(params=["fake", "served"], scope="module")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    cluster = open_cluster(request.param)
    load(find_world("visit-counter"), cluster)
    yield cluster
    cluster.close()


@pytest.fixture
def inhabited(cluster: Cluster) -> Iterator[Inhabited]:
    people = {name: cluster.user(name, ["system:masters"]) for name in ("aviram", "dana")}
    inhabited = Inhabited(cluster, people, {})
    yield inhabited
    for handles in inhabited.sessions.values():
        for handle in handles:
            if handle.connected:
                handle.unsubscribe(80)
                handle.disconnect()


def test_the_cluster_says_that_it_can(cluster: Cluster) -> None:
    assert Capability.TRAFFIC_SIMULATION in cluster.capabilities


def test_one_request_is_stolen_and_mirrored(inhabited: Inhabited) -> None:
    cluster = inhabited.cluster
    thief, mirror = (inhabited.start_session(name, TARGET) for name in ("aviram", "dana"))
    thief.subscribe(80, "steal", "header=x-u: a")
    mirror.subscribe(80, "mirror")
    stolen = request(cluster, TARGET, 80, "POST", "/x", [("x-u", "a")], b"body")
    passed = request(cluster, TARGET, 80)
    assert (stolen.answered_by, stolen.stolen_by, stolen.mirrored_to) == (thief.id, thief.id, (mirror.id,))
    assert (stolen.status, stolen.body) == (200, thief.id.encode())
    assert (passed.answered_by, passed.mirrored_to, passed.body) == (ORIGINAL, (mirror.id,), b"original")
    assert [(each.method, each.body) for each in thief.application.requests] == [("POST", b"body")]
    assert [each.method for each in mirror.application.requests] == ["POST", "GET"]
    mirror.disconnect()


def test_an_answer_that_is_late(inhabited: Inhabited) -> None:
    thief = inhabited.start_session("aviram", TARGET)
    thief.subscribe(80)
    thief.application.responder = lambda _: None
    connection = traffic_of(inhabited.cluster).connect(TARGET, 80)
    number = connection.request()
    assert connection.delivery(number).answered_by == NOBODY
    thief.answer_waiting()

    def check() -> None:
        assert connection.delivery(number).answered_by == thief.id

    eventually(inhabited.cluster, check)
    assert connection.open
    connection.close()
    assert not connection.open


def test_a_stream(inhabited: Inhabited) -> None:
    thief = inhabited.start_session("aviram", TARGET)
    thief.subscribe(80)
    connection = traffic_of(inhabited.cluster).connect(TARGET, 80)
    assert connection.send(b"NOT HTTP\n").answered_by == thief.id
    [stream] = thief.application.streams.values()
    assert stream.data == b"NOT HTTP\n"
    connection.close()


def test_a_session_that_is_gone_is_not_waited_for(inhabited: Inhabited) -> None:
    thief = inhabited.start_session("aviram", TARGET)
    thief.subscribe(80)
    thief.disconnect()
    assert request(inhabited.cluster, TARGET, 80).answered_by == ORIGINAL


def test_nobody_listens(inhabited: Inhabited) -> None:
    with pytest.raises(ConnectionRefusedError):
        traffic_of(inhabited.cluster).connect(TARGET, 9999)
