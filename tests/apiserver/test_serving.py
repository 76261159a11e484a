"""What a served cluster does about clients that go away, stall, or send too much: with real sockets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.apimachinery.clock import RealClock
from fakes.apimachinery.faults import Cut, Fault
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.serving import ServedApp, ServingOptions
from fakes.cluster import FakeCluster

HEAD = "Host: localhost\r\nAuthorization: Bearer t\r\nAccept: application/json\r\n"
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Served:
    """A cluster on a socket, with limits that a test need not wait for."""

    def __init__(self, directory: Path, limits: dict[str, float]) -> None:
        self.connections: list[ssl.SSLSocket] = []
        admin = UserInfo(name="admin", groups=("system:masters",))
        self.cluster = FakeCluster(clock=RealClock(), tokens={"t": admin}, controllers=())
        certificate, key = self.cluster.client_ca.issue_server(["localhost"])
        for name, content in (("crt", certificate), ("key", key), ("ca", self.cluster.client_ca.pem)):
            (directory / name).write_bytes(content)
        options = ServingOptions(certificate=directory / "crt", key=directory / "key", ca=directory / "ca")
        self.app = ServedApp(self.cluster.app, replace(options, **limits))  # type: ignore[arg-type]
        self.app.start()

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cadata=self.cluster.client_ca.pem.decode())
        raw = socket.create_connection(("127.0.0.1", self.app.port), timeout=10)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.connections.append(context.wrap_socket(raw, server_hostname="localhost"))
        return self.connections[-1]

    def stop(self) -> None:
        for each in self.connections:
            each.close()
        self.app.stop()
        self.cluster.close()

    def watchers(self) -> int:
        return self.app.call(self.cluster.storage.watchers)

    def wait_for_watchers(self, count: int) -> None:
        """Look between turns of the serving loop, which is where watches begin and end."""
        moment = threading.Event()
        for _ in range(400):
            if self.watchers() == count:
                return
            moment.wait(0.01)
        raise AssertionError(f"{self.watchers()} watchers, not {count}")

    def write(self, count: int, size: int) -> None:
        def put() -> None:
            for number in range(count):
                metadata = {"name": f"c{number}", "namespace": "default", "uid": "u"}
                obj = {"metadata": metadata, "data": {"k": "x" * size}}
                self.cluster.storage.put("configmaps", f"default/c{number}", obj)

        self.app.call(put)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(**limits: float) -> Served:
        started.append(Served(tmp_path, limits))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def read_to_end(connection: ssl.SSLSocket) -> bytes:
    chunks = []
    try:
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    except ConnectionError:
        pass
    return b"".join(chunks)


def watch(served: Served) -> ssl.SSLSocket:
    before = served.watchers()
    connection = served.connect()
    connection.sendall(f"GET {CONFIG_MAPS}?watch=1 HTTP/1.1\r\n{HEAD}\r\n".encode())
    served.wait_for_watchers(before + 1)
    return connection


def test_a_watch_ends_when_its_client_goes_away(serve: Callable[..., Served]) -> None:
    served = serve()
    connection = watch(served)
    connection.close()
    served.wait_for_watchers(0)


def test_a_watch_whose_client_does_not_read_is_dropped(serve: Callable[..., Served]) -> None:
    served = serve(write_timeout=0.2)
    watch(served)
    served.write(200, 100_000)
    served.wait_for_watchers(0)


@pytest.mark.parametrize(
    ("limits", "sent", "answer"),
    [
        ({"max_headers": 10_000}, b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000, b"HTTP/1.1 431 "),
        ({"read_timeout": 0.1}, b"", b""),
        ({"read_timeout": 0.1}, b"GET / HTTP/1.1\r\nHo", b""),
        ({"idle_timeout": 0}, f"GET /version HTTP/1.1\r\n{HEAD}\r\n".encode(), b"HTTP/1.1 200 "),
        (
            {"read_timeout": 0.1},
            f"POST {CONFIG_MAPS} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: 10\r\n\r\nab".encode(),
            b"",
        ),
        ({}, b"NONSENSE\r\n\r\n", b"HTTP/1.1 400 "),
    ],
)
def test_a_client_that_sends_too_much_or_too_slowly_is_disconnected(
    limits: dict[str, float], sent: bytes, answer: bytes, serve: Callable[..., Served]
) -> None:
    served = serve(**limits)
    connection = served.connect()
    connection.sendall(sent)
    received = read_to_end(connection)
    assert received.startswith(answer)
    assert answer or not received


def test_a_cut_connection_is_closed_before_the_answer_is_whole(serve: Callable[..., Served]) -> None:
    served = serve()
    served.app.call(
        lambda: served.cluster.faults.add(Fault(effect=Cut(), resources=frozenset({"configmaps"})))
    )
    served.write(1, 1000)
    connection = served.connect()
    connection.sendall(f"GET {CONFIG_MAPS} HTTP/1.1\r\n{HEAD}\r\n".encode())
    head, _, body = read_to_end(connection).partition(b"\r\n\r\n")
    promised = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert promised > 1000
    assert len(body) == promised // 2


def test_a_body_beyond_the_limit_is_refused(serve: Callable[..., Served]) -> None:
    served = serve()
    connection = served.connect()
    size = 3 * 1024 * 1024 + 1
    head = f"POST {CONFIG_MAPS} HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    connection.sendall(head.encode())
    connection.sendall(b" " * size)
    assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
