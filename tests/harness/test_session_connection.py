"""A session from its user's side, over a socket in this process and over TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apiserver.serving import ServedApp, ServingOptions
from fakes.cluster import FakeCluster
from harness.cluster import StatusError, SubscriptionError, User
from harness.drivers.session_sockets import open_in_process, open_over_tls
from harness.session_connection import SessionConnection
from harness.session_requests import connect_request

USER = User(name="admin", groups=("system:masters",), real_name="Łukasz Nowak", hostname="host")
GROUP = "/apis/operator.metalbear.co/v1"


class World:
    def __init__(self, cluster: FakeCluster, opened: Callable[..., SessionConnection], call: Any) -> None:
        self.cluster = cluster
        self.opened = opened
        self.call = call

    def ask(self, method: str, path: str) -> Any:
        return self.call(lambda: self.cluster.driver.run(self.cluster.client().request(method, GROUP + path)))

    def step(self, seconds: float) -> None:
        clock = self.cluster.clock
        assert isinstance(clock, FakeClock)
        self.call(lambda: clock.step(timedelta(seconds=seconds)))

    def ports(self, session: SessionConnection) -> Any:
        return self.ask("GET", f"/sessions/{session.id}")["spec"]["session"]["locked_ports"]


@pytest.fixture(params=["in process", "over TLS"])
def world(request, tmp_path) -> Iterator[World]:
    cluster = FakeCluster(operator="model")
    credentials = cluster.credentials(USER.name, USER.groups)
    if request.param == "in process":

        def opened(target: str, session_id: int) -> SessionConnection:
            return open_in_process(cluster, USER, target, session_id=session_id, certificate=credentials.der)

        yield World(cluster, opened, lambda function: function())
        cluster.close()
        return
    certificate, key = cluster.client_ca.issue_server(["127.0.0.1"])
    files = {
        "crt": certificate,
        "key": key,
        "ca": cluster.client_ca.pem,
        "me": credentials.certificate + credentials.key,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    options = ServingOptions(certificate=tmp_path / "crt", key=tmp_path / "key", ca=tmp_path / "ca")
    served = ServedApp(cluster.app, options)
    served.start()
    tls = ssl.create_default_context(cafile=str(tmp_path / "ca"))
    tls.load_cert_chain(tmp_path / "me")
    sessions: list[SessionConnection] = []

    def opened_over_tls(target: str, session_id: int) -> SessionConnection:
        sessions.append(open_over_tls(served.url, tls, USER, target, session_id=session_id))
        return sessions[-1]

    yield World(cluster, opened_over_tls, served.call)
    for session in sessions:
        session.close()
    served.stop()


def test_the_life_of_a_session(world: World) -> None:
    first, second = world.opened("targetless", 0xA1), world.opened("targetless", 0xB2)
    assert (first.id, first.user, first.connected, first.close_reason) == ("A1", USER, True, None)
    first.subscribe(80, "steal", "header=x-user: a")
    first.subscribe(81, "mirror", "any of (path=^/a), (method=GET)")
    first.subscribe(82)
    with pytest.raises(SubscriptionError) as caught:
        second.subscribe(82)
    assert (
        str(caught.value)
        == "Could not subscribe to port `82`, as it is being stolen by another mirrord client."
    )
    first.unsubscribe(81)
    assert world.ports(first) == [
        {"port": 80, "kind": "steal", "filter": "header=x-user: a"}, {"port": 82, "kind": "steal", "filter": None}
    ]  # fmt: skip
    second.disconnect()
    second.disconnect()
    assert (second.connected, second.close_reason) == (False, None)
    world.step(30)
    assert [item["metadata"]["name"] for item in world.ask("GET", "/sessions")["items"]] == ["A1"]


def test_a_session_that_is_ended(world: World) -> None:
    session = world.opened("targetless", 0xA1)
    world.ask("DELETE", "/sessions/A1")
    with pytest.raises(OSError, match=r"session was stopped by a user|closed"):
        session.subscribe(80)
    assert (session.connected, session.close_reason) == (False, "session was stopped by a user")
    session.disconnect()


def test_a_refusal(world: World) -> None:
    with pytest.raises(StatusError) as caught:
        world.opened("deployment/none", 0xA1)
    assert (caught.value.code, caught.value.message) == (404, 'deployments.apps "none" not found')


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("deployment/x", "targets/deployment.x", "connect=true&on_concurrent_steal=abort&key=000a1"),
        ("pod/x/container/y", "targets/pod.x.container.y", "connect=true&on_concurrent_steal=abort&key=000a1"),
        ("targetless", "targets/targetless", "connect=true&on_concurrent_steal=abort&key=000a1"),
        (
            "label/a=b", "targets/label",
            "connect=true&on_concurrent_steal=abort&label_target=%7B%22labels%22%3A+%7B%22a%22%3A+%22b%22%7D%2C+%22container%22%3A+null%7D&key=000a1",
        ),
    ],
)  # fmt: skip
def test_the_request(target: str, path: str, query: str) -> None:
    request = connect_request(USER, target, "shop", 0xA1)
    assert request.path == f"{GROUP}/proxy/namespaces/shop/{path}"
    assert request.query == query
    assert dict(request.headers) == {
        "x-session-id": "161", "x-mirrord-cli-version": "3.250.0", "x-client-name": "ukasz Nowak",
        "x-client-hostname": "host",
    }  # fmt: skip
