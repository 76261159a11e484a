"""The connection of a client, byte for byte, over TLS: how it is opened or refused, and what is answered on it."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.cluster import Settings
from harness.drivers.serving import ServedFake

GROUP = "/apis/operator.metalbear.co/v1"
TARGETS = f"{GROUP}/proxy/namespaces/default/targets"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BINARY, CLOSE, TEXT = 2, 8, 1


class Wire:
    """A socket on which everything is said by hand: a request, and then frames."""

    def __init__(self, served: ServedFake, path: str, headers: dict[str, str], token: str) -> None:
        context = ssl.create_default_context(cafile=str(served.ca_path))
        host, port = served.url.removeprefix("https://").split(":")
        self._socket = context.wrap_socket(
            socket.create_connection((host, int(port)), timeout=5), server_hostname=host
        )
        sent = {
            "Host": host, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Protocol": "v4.channel.k8s.io", **headers,
        }  # fmt: skip
        if token:
            sent["Authorization"] = f"Bearer {token}"
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        head, self._pending = self._until(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        self.code = int(first.split()[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}

    def body(self) -> Any:
        """The JSON body of a refusal."""
        while len(self._pending) < int(self.headers["content-length"]):
            self._pending += self._socket.recv(65536)
        return json.loads(self._pending)

    def send(self, payload: str, opcode: int = BINARY) -> None:
        """A masked frame with the bytes that the hex means."""
        data = bytes.fromhex(payload)
        assert len(data) < 126
        self._socket.sendall(bytes([0x80 | opcode, 0x80 | len(data), 0, 0, 0, 0]) + data)

    def receive(self) -> tuple[int, str]:
        """The next frame: its opcode, and its bytes in hex."""
        first, length = self._exactly(2)
        if length == 126:
            length = int.from_bytes(self._exactly(2), "big")
        return first & 0x0F, self._exactly(length).hex()

    def ask(self, payload: str) -> str:
        self.send(payload)
        opcode, answer = self.receive()
        assert opcode == BINARY
        return answer

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        while len(self._pending) < count:
            data = self._socket.recv(65536)
            assert data, "the connection was closed"
            self._pending += data
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _until(self, mark: bytes) -> tuple[bytes, bytes]:
        data = b""
        while mark not in data:
            received = self._socket.recv(65536)
            assert received, "the connection was closed"
            data += received
        head, _, rest = data.partition(mark)
        return head, rest


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFake]:
    served = ServedFake(
        directory=tmp_path_factory.mktemp("served"), clock="fake", controllers="serviceaccount"
    )
    served.start()
    container = {"name": "web", "image": "web", "env": [{"name": "A", "value": "B"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    deployment = {
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    client = served.cluster.client()
    request = client.request("POST", "/apis/apps/v1/namespaces/default/deployments", body=deployment)
    served.call(lambda: served.cluster.driver.follow(_ignoring(request)))
    yield served
    served.stop()


async def _ignoring(request: Any) -> None:
    await request


Open = Callable[..., Wire]


@pytest.fixture
def wire(served: ServedFake) -> Iterator[Open]:
    """Opens sockets; the sessions on them are over with the test."""
    opened: list[Wire] = []

    def open_(path: str = "", *, session: int | None = 1, token: str | None = None, **headers: str) -> Wire:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if session is not None:
            sent["x-session-id"] = str(session)
        whole = path or f"{TARGETS}/deployment.web?connect=true&on_concurrent_steal=abort&key=k"
        opened.append(Wire(served, whole, sent, served.admin_token if token is None else token))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()
    operator = served.cluster.operator
    assert operator is not None
    served.call(lambda: operator.reconfigure(Settings()))
    delete = served.cluster.client().request("DELETE", f"{GROUP}/sessions")
    served.call(lambda: served.cluster.driver.follow(_ignoring(delete)))


SESSIONS = iter(range(100, 10_000))


def test_the_upgrade_has_exactly_the_headers_that_the_client_wants(wire: Open) -> None:
    opened = wire(session=next(SESSIONS))
    assert opened.code == 101
    assert opened.headers["upgrade"].lower() == "websocket"
    assert opened.headers["connection"].lower() == "upgrade"
    assert opened.headers["sec-websocket-protocol"] == "v4.channel.k8s.io"
    accept = base64.b64encode(hashlib.sha1((KEY + MAGIC).encode(), usedforsecurity=False).digest()).decode()
    assert opened.headers["sec-websocket-accept"] == accept
    assert "sec-websocket-extensions" not in opened.headers


PATH = "042f612f62"
ANSWERS = [
    ("the version is the lower one: ours", "0A 06 31 2E 32 39 2E 30", "0b06312e32392e30"),
    ("the version is the lower one: theirs", "0A 05 31 2E 32 2E 30", "0b05312e322e30"),
    ("all variables", "06 00 01 01 2A", "08 00 01 01 41 01 42"),
    ("variables by name", "06 00 01 01 41", "08 00 01 01 41 01 42"),
    ("no such variable", "06 00 01 01 5A", "08 00 00"),
    ("a filter leaves out", "06 01 01 41 01 01 2A", "08 00 00"),
    ("ping", "07", "07"),
    ("steal all of 8080", "02 00 00 FB 90 1F", "02 03 00 FB 90 1F"),
    ("steal 80 by header", "02 00 02 50 00 12" + b"X-PG-Tenant: Avi.+".hex(), "02 03 00 50"),
    ("mirror 81", "01 00 51", "01 03 00 51"),
    ("open a file", "05 00" + PATH + "01 00 00 00 00 00", "06 00 01 04 01 04 00"),
    ("look up a name", "08 01 61", "09 01 05 02 00"),
    (
        "look up a service", "0D 12" + b"kubernetes.default".hex() + "00 03 02 00 00",
        "09 00 01 25" + b"kubernetes.default.svc.cluster.local.".hex() + "00 0A 60 00 01",
    ),
    ("look up an address", "0F 00 7F 00 00 01", "0E 01 05 02 00"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "answer"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_what_is_said_and_answered(wire: Open, said: str, answer: str) -> None:
    assert wire(session=next(SESSIONS)).ask(said) == answer.replace(" ", "").lower()


NUMBER = "FE 10 0F 0E 0D 0C 0B 0A 09 08 07 06 05 04 03 02 81"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("03 00 00 00 7F 00 00 01 50", "03 00 01 04 01 DE 02"),
        (f"03 03 {NUMBER} 00 00 7F 00 00 01 50", f"03 03 {NUMBER} 01 04 01 DE 02"),
        (f"04 03 {NUMBER} 00 00 7F 00 00 01 50", f"04 03 {NUMBER} 01 04 01 DE 02"),
    ],
    ids=["TCP", "TCP with a number", "UDP with a number"],
)
def test_a_connection_outwards_is_refused(wire: Open, said: str, answer: str) -> None:
    opened = wire(session=next(SESSIONS))
    assert opened.ask(said) == answer.replace(" ", "").lower()
    assert opened.ask("07") == "07"


def test_a_port_that_another_session_steals(wire: Open) -> None:
    first, second = wire(session=next(SESSIONS)), wire(session=next(SESSIONS))
    assert first.ask("02 00 00 50") == "02030050"
    assert second.ask("02 00 00 50") == "0203010750"
    first.send("02 02 50")
    assert first.ask("07") == "07"
    assert second.ask("02 00 00 50") == "02030050"


def test_a_policy_that_forbids_it(wire: Open, served: ServedFake) -> None:
    policies = "/apis/policies.mirrord.metalbear.co/v1alpha/namespaces/default/mirrordpolicies"
    policy = {
        "apiVersion": "policies.mirrord.metalbear.co/v1alpha", "kind": "MirrordPolicy", "metadata": {"name": "p"},
        "spec": {"block": ["steal"]},
    }  # fmt: skip
    client = served.cluster.client()
    follow = served.cluster.driver.follow
    served.call(lambda: follow(_ignoring(client.request("POST", policies, body=policy))))
    try:
        assert wire(session=next(SESSIONS)).ask("02 00 00 50") == "02030109000050" + "010170"
    finally:
        served.call(lambda: follow(_ignoring(client.request("DELETE", f"{policies}/p"))))


def test_a_killed_session_hears_why_and_is_closed(wire: Open, served: ServedFake) -> None:
    opened = wire(session=next(SESSIONS))
    assert opened.ask("07") == "07"
    delete = served.cluster.client().request("DELETE", f"{GROUP}/sessions")
    served.call(lambda: served.cluster.driver.follow(_ignoring(delete)))
    text = b"session was stopped by a user"
    assert opened.receive() == (BINARY, (bytes([0, len(text)]) + text).hex())
    assert opened.receive()[0] == CLOSE


def test_a_client_that_says_goodbye_is_let_go(wire: Open) -> None:
    opened = wire(session=next(SESSIONS))
    opened.send("00")
    assert opened.receive()[0] == CLOSE


@pytest.mark.parametrize(("payload", "opcode"), [("68 69", TEXT), ("FF", BINARY), ("", BINARY)])
def test_what_is_no_message_ends_the_connection(wire: Open, payload: str, opcode: int) -> None:
    opened = wire(session=next(SESSIONS))
    opened.send(payload, opcode)
    got, answer = opened.receive()
    assert (got, answer[:2]) == (BINARY, "00")
    assert opened.receive()[0] == CLOSE


def test_the_operator_pings_if_it_is_told_to(wire: Open, served: ServedFake) -> None:
    operator, clock = served.cluster.operator, served.cluster.clock
    assert operator is not None
    assert isinstance(clock, FakeClock)
    served.call(lambda: operator.reconfigure(Settings(operator_ping_millis=30)))
    opened = wire(session=next(SESSIONS))
    assert opened.receive() == (BINARY, "0d01")
    opened.send("0E 01")
    opened.send("07")
    while (heard := opened.receive()[1]).startswith("0d"):
        pass
    assert heard == "07"


REFUSALS = [
    ("no such target", f"{TARGETS}/deployment.none?connect=true", {}, 404, "NotFound"),
    ("no target", f"{TARGETS}/daemonset.x?connect=true", {}, 400, "BadRequest"),
    ("no session", "", {"session": None}, 400, "BadRequest"),
    ("a session that is no number", "", {"session": None, "x_session_id": "1F"}, 400, "BadRequest"),
    ("nobody", "", {"token": ""}, 403, "Forbidden"),
    ("a certificate that is none", "", {"x_client_der": "AAAA"}, 400, "BadRequest"),
    ("no such copy", f"{GROUP}/proxy/namespaces/default/copytargets/x?connect=true", {}, 404, "NotFound"),
]


@pytest.mark.parametrize(
    ("path", "how", "code", "reason"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_refusals_carry_a_status(wire: Open, path: str, how: dict[str, Any], code: int, reason: str) -> None:
    opened = wire(path, **{"session": next(SESSIONS), **how})
    status = opened.body()
    assert (opened.code, status["kind"], status["code"], status["reason"]) == (code, "Status", code, reason)
    assert opened.headers["content-type"] == "application/json"


def test_the_return_to_a_closed_session_is_gone(wire: Open, served: ServedFake) -> None:
    number = next(SESSIONS)
    assert wire(session=number).ask("07") == "07"
    delete = served.cluster.client().request("DELETE", f"{GROUP}/sessions/{number}")
    served.call(lambda: served.cluster.driver.follow(_ignoring(delete)))
    refused = wire(session=number)
    assert (refused.code, refused.body()["reason"]) == (410, "ReconnectNotPossible")


def test_two_connections_of_one_session(wire: Open) -> None:
    number = next(SESSIONS)
    first, second = wire(session=number), wire(session=number)
    assert first.ask("07") == second.ask("07") == "07"


def test_the_endpoint_that_measures_latency(wire: Open) -> None:
    opened = wire(f"{GROUP}/mirrordoperators/operator/ping", session=None)
    assert opened.code == 101
    for _ in range(101):
        assert opened.ask("07") == "07"


def test_it_is_for_the_one_operator_alone(wire: Open) -> None:
    opened = wire(f"{GROUP}/mirrordoperators/other/ping", session=None)
    assert (opened.code, opened.body()["reason"]) == (404, "NotFound")


LISTS = [
    ("/api/v1", "pods", "&fieldSelector=status.phase%3DRunning"),
    ("/apis/apps/v1", "deployments", ""),
    ("/apis/apps/v1", "statefulsets", ""),
    ("/apis/apps/v1", "replicasets", ""),
    ("/apis/batch/v1", "jobs", ""),
    ("/apis/batch/v1", "cronjobs", ""),
    ("/api/v1", "services", ""),
]


@pytest.mark.parametrize(("root", "plural", "more"), LISTS)
def test_lists_from_which_the_client_makes_its_targets(
    served: ServedFake, wire: Open, root: str, plural: str, more: str
) -> None:
    selector = "app%21%3Dmirrord%2C%21operator.metalbear.co%2Fowner"
    path = f"{root}/namespaces/default/{plural}?{more.lstrip('&')}&labelSelector={selector}&limit=500"
    plain = Wire(served, path, {"Connection": "close", "Upgrade": "none"}, served.admin_token)
    with closing(plain):
        assert plain.code == 200
        listed = plain.body()
    assert listed["kind"].endswith("List")
    names = [each["metadata"]["name"] for each in listed["items"]]
    assert names == {"deployments": ["web"], "services": ["kubernetes"]}.get(plural, [])
