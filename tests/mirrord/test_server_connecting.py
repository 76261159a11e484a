"""Connecting to targets: where sessions begin, what their clients may say, and how connections end."""

from __future__ import annotations

import base64

import pytest

from fakes.apimachinery.status import StatusError
from fakes.cluster import Settings
from fakes.mirrord.model.filters import HeaderFilter
from fakes.mirrord.protocol.client import (
    Close,
    GetAddrInfoRequest,
    GetEnvVarsRequest,
    MirrorPort,
    Ping,
    PortUnsubscribe,
    StealPort,
    SwitchProtocolVersion,
    Tcp,
    TcpSteal,
)  # fmt: skip
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import (
    DaemonClose,
    GetAddrInfoResponse,
    Pong,
    StealEvent,
    SubscribeResult,
    SwitchProtocolVersionResponse,
    TcpEvent,
    env_vars,
)  # fmt: skip
from fakes.mirrord.protocol.errors import PortAlreadyStolen
from fakes.mirrord.protocol.filters import StealAll, StealFiltered

A, B = 0xA1, 0xB2
TARGETS = "/namespaces/default/targets/deployment.shop"


def steal(port: int) -> TcpSteal:
    return TcpSteal(StealPort(StealAll(port)))


def granted(port: int) -> StealEvent:
    return StealEvent(SubscribeResult(Ok(port)))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"path": TARGETS},
        {"path": f"/proxy{TARGETS}", "query": "connect=true"},
        {"query": "connect=true", "headers": [("x-mirrord-connect-params", base64.b64encode(b"connect=true&key=k").decode())]},
        {"query": ""},
    ],
    ids=["proxy", "plain", "few parameters", "parameters in a header", "no parameters"],
)  # fmt: skip
def test_every_form_of_the_request(operated, how) -> None:
    socket = operated.connect(A, **how)
    assert socket.subprotocol == "v4.channel.k8s.io"
    assert operated.ids() == ["A1"]


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("deployment.shop", "deployment/shop"),
        ("deploy.shop", "deployment/shop"),
        ("deployment.shop.container.web", "deployment/shop/container/web"),
        ("pod.shop-1", "pod/shop-1"),
        ("targetless", "targetless"),
    ],
)
def test_targets(operated, target: str, shown: str) -> None:
    operated.connect(A, target=target)
    assert operated.status()["sessions"][0]["target"] == shown


def test_the_owner_is_what_the_client_says_and_whom_the_cluster_knows(operated) -> None:
    operated.grant("dana@metalbear.co", "mirrord-operator-user")
    operated.grant("dana@metalbear.co", "view")
    operated.connect(
        A,
        user="dana@metalbear.co",
        headers=[("x-client-name", "Dana Levi"), ("x-client-hostname", "thinkpad")],
    )
    assert operated.status()["sessions"][0]["user"] == "Dana Levi/dana@metalbear.co@thinkpad"


@pytest.mark.parametrize(
    ("how", "code", "reason", "message"),
    [
        ({"session": "x"}, 400, "BadRequest", "invalid x-session-id header: invalid digit found in string"),
        ({"session": ""}, 400, "BadRequest", "invalid x-session-id header: cannot parse integer from empty string"),
        ({"target": "thing.shop"}, 400, "BadRequest", "invalid target provided `thing.shop`!"),
        ({"target": "deployment.none"}, 404, "NotFound", 'deployments.apps "none" not found'),
        ({"namespace": "nowhere"}, 404, "NotFound", 'deployments.apps "shop" not found'),
        ({"query": "on_concurrent_steal=share"}, 400, "BadRequest", "invalid on_concurrent_steal: share"),
        ({"query": "label_target={"}, 400, "BadRequest", None),
        ({"headers": [("x-mirrord-connect-params", "%")]}, 400, "BadRequest", None),
        ({"headers": [("x-client-der", "%")]}, 400, "BadRequest", None),
        ({"headers": [("x-client-der", "MAA=")]}, 400, "BadRequest", None),
        (
            {"target": "deployment.shop.container.none"}, 400, "BadRequest",
            "Deployment `default/shop` is in invalid state: specified pod template does not contain target container `none`",
        ),
    ],
)  # fmt: skip
def test_refusals(operated, how, code: int, reason: str, message: str | None) -> None:
    with pytest.raises(StatusError) as caught:
        operated.connect(**how)
    assert (caught.value.code, caught.value.reason) == (code, reason)
    assert message is None or caught.value.message == message
    assert operated.ids() == []


def test_what_is_no_websocket_is_told_to_be_one(operated) -> None:
    error = operated.refusal("GET", f"/proxy{TARGETS}")
    assert (error.code, error.message) == (400, "Upgrade request required")


def test_a_client_that_offers_no_subprotocol(operated) -> None:
    assert operated.connect(A, subprotocols=()).subprotocol is None


def test_the_beginning_of_a_conversation(operated) -> None:
    socket = operated.connect(A)
    assert operated.say(socket, SwitchProtocolVersion("1.20.0")) == SwitchProtocolVersionResponse("1.20.0")
    assert operated.say(socket, SwitchProtocolVersion("9.0.0")) == SwitchProtocolVersionResponse("1.29.0")
    assert operated.say(socket, GetEnvVarsRequest(select=("LEV?L",))) == env_vars({"LEVEL": "info"})
    assert operated.say(socket, GetEnvVarsRequest(select=("L*",), filter=("LEVEL",))) == env_vars({})
    assert operated.say(socket, Ping()) == Pong()
    assert isinstance(operated.say(socket, GetAddrInfoRequest("a")), GetAddrInfoResponse)


def test_ports(operated) -> None:
    socket, other = operated.connect(A), operated.connect(B)
    filtered = TcpSteal(StealPort(StealFiltered(80, HeaderFilter("x-user: a"))))
    assert operated.say(socket, filtered) == granted(80)
    assert operated.say(socket, steal(81)) == granted(81)
    assert operated.say(other, steal(81)) == StealEvent(SubscribeResult(Err(PortAlreadyStolen(81))))
    assert operated.say(other, Tcp(MirrorPort(81))) == TcpEvent(SubscribeResult(Ok(81)))
    assert operated.say(socket, TcpSteal(PortUnsubscribe(81))) is None
    assert operated.say(other, steal(81)) == granted(81)
    assert [session["locked_ports"] for session in operated.status()["sessions"]] == [
        [{"port": 80, "kind": "steal", "filter": "header=x-user: a"}],
        [{"port": 81, "kind": "mirror", "filter": None}, {"port": 81, "kind": "steal", "filter": None}],
    ]


def test_a_pod_and_its_deployment_are_in_each_others_way(operated) -> None:
    assert operated.say(operated.connect(A), steal(80)) == granted(80)
    other = operated.connect(B, target="pod.shop-1")
    assert operated.say(other, steal(80)) == StealEvent(SubscribeResult(Err(PortAlreadyStolen(80))))


def test_who_overrides_ends_the_other(operated) -> None:
    first = operated.connect(A)
    operated.say(first, steal(80))
    assert operated.say(operated.connect(B, query="on_concurrent_steal=override"), steal(80)) == granted(80)
    assert operated.hear(first) == DaemonClose("another session took over a port of this session")
    assert first.closed
    assert operated.ids() == ["B2"]


@pytest.mark.parametrize("data", [b"", b"\xff\xff", b"\x63"], ids=["empty", "cut off", "no such message"])
def test_what_is_no_message_ends_the_connection(operated, data: bytes) -> None:
    socket = operated.connect(A)
    socket.send(data)
    answer = operated.hear(socket)
    assert isinstance(answer, DaemonClose)
    assert answer.reason.startswith("malformed message")
    assert socket.closed
    operated.step(31)
    assert operated.ids() == []


@pytest.mark.parametrize("says", [True, False], ids=["says goodbye", "just goes"])
def test_a_session_outlives_its_client_for_a_while(operated, says: bool) -> None:
    socket = operated.connect(A)
    operated.step(86400)
    assert operated.ids() == ["A1"]
    if says:
        assert operated.say(socket, Close()) is None
        assert socket.closed
    else:
        socket.close()
    operated.step(29)
    assert operated.ids() == ["A1"]
    operated.step(1)
    assert operated.ids() == []


def test_two_connections_and_coming_back(operated) -> None:
    first, second = operated.connect(A), operated.connect(A)
    first.close()
    operated.step(60)
    second.close()
    operated.step(20)
    third = operated.connect(A)
    operated.step(60)
    assert operated.ids() == ["A1"]
    assert operated.say(third, Ping()) == Pong()


@pytest.mark.parametrize(
    "path", ["/sessions/A1", "/sessions/161", "/sessions", "/namespaces/default/sessions"]
)
def test_a_kill_closes_every_connection_with_a_word(operated, path: str) -> None:
    sockets = [operated.connect(A), operated.connect(A)]
    operated.ask("DELETE", path)
    for socket in sockets:
        assert operated.hear(socket) == DaemonClose("session was stopped by a user")
        assert socket.closed
    with pytest.raises(StatusError) as caught:
        operated.connect(A)
    assert (caught.value.code, caught.value.reason) == (410, "ReconnectNotPossible")
    assert caught.value.message == "session A1 was closed: Killed"


def test_an_expired_session_does_not_come_back(operated) -> None:
    operated.connect(A).close()
    operated.step(30)
    with pytest.raises(StatusError) as caught:
        operated.connect(A)
    assert caught.value.message == "session A1 was closed: Unused"


@pytest.mark.parametrize("settings", [Settings(max_session_time_seconds=100)])
def test_a_limit_of_time_ends_what_is_in_use(operated) -> None:
    socket = operated.connect(A)
    operated.step(99)
    assert not socket.closed
    operated.step(1)
    assert operated.hear(socket) == DaemonClose("session was closed: TimeLimitExceeded")


def test_what_is_due_happens_in_its_order(operated) -> None:
    for number, seconds in ((3, 0), (1, 5), (2, 5)):
        operated.connect(number).close()
        operated.step(seconds)
    gone = []
    operated.cluster.operator.sessions.subscribe(
        lambda events: gone.extend((e.id, e.at.second) for e in events)
    )
    operated.step(3600)
    assert gone == [(3, 30), (1, 30), (2, 35)]


def test_the_id_of_anothers_session(operated) -> None:
    operated.connect(A)
    with pytest.raises(StatusError) as caught:
        operated.connect(A, target="targetless")
    assert caught.value.code == 409


def test_another_instance_of_the_operator(operated) -> None:
    socket = operated.connect(A)
    operated.cluster.operator.replace()
    assert socket.closed
    assert operated.hear(socket) is None
    assert operated.say(operated.connect(A), Ping()) == Pong()


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [(Settings(license=Settings().license.__class__(max_seats=0, tier="teams")), 403, "MaxSeatCountReached")],
)
def test_no_seat(operated, code: int, reason: str) -> None:
    with pytest.raises(StatusError) as caught:
        operated.connect(A)
    assert (caught.value.code, caught.value.reason) == (code, reason)


def test_ping(operated) -> None:
    socket = operated.connect(path="/mirrordoperators/operator/ping", query="")
    assert operated.say(socket, Ping()) == Pong()
    assert operated.ids() == []
    assert operated.refusal("GET", "/mirrordoperators/operator/ping").code == 400


def test_coming_back_to_a_target_that_is_gone(operated) -> None:
    operated.connect(A).close()
    operated.ask("DELETE", "/apis/apps/v1/namespaces/default/deployments/shop")
    assert operated.say(operated.connect(A), Ping()) == Pong()


def test_ports_follow_the_pods_of_the_target(operated) -> None:
    """A pod that comes later is covered, one that is not ready is not."""
    first = operated.connect(A)
    operated.say(first, steal(80))
    operated.pod("shop-2", ready=False)
    other = operated.connect(B, target="pod.shop-2")
    assert operated.say(other, steal(80)) == granted(80)
    operated.say(other, TcpSteal(PortUnsubscribe(80)))
    ready = {
        "phase": "Running", "podIPs": [{"ip": "10.0.0.2"}],
        "containerStatuses": [
            {"name": "web", "ready": True, "containerID": "containerd://2", "image": "", "imageID": "", "restartCount": 0}
        ],
    }  # fmt: skip
    path = "/api/v1/namespaces/default/pods/shop-2/status"
    operated.ask("PATCH", path, {"status": ready}, content_type="application/merge-patch+json")
    assert operated.say(other, steal(80)) == StealEvent(SubscribeResult(Err(PortAlreadyStolen(80))))


def test_a_session_without_pods_is_given_up(operated) -> None:
    socket = operated.connect(A)
    operated.ask("DELETE", "/api/v1/namespaces/default/pods/shop-1", {"gracePeriodSeconds": 0})
    operated.step(59)
    assert operated.ids() == ["A1"]
    operated.step(1)
    assert operated.hear(socket) == DaemonClose("session was closed: NoPodTargets")
