"""The status and session commands against the operator's model, down to the tables that the documentation shows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from kubernetes.client import ApiClient, Configuration

from fakes.mirrord.model.filters import HeaderFilter
from fakes.mirrord.protocol.client import StealPort, TcpSteal
from fakes.mirrord.protocol.filters import StealFiltered
from harness.drivers.in_process import InProcessConnection
from harness.mirrord_cli.running import run
from harness.mirrord_cli.transport import ApiClientTransport
from harness.transport import InProcessPool

ID = 0xC527FE7D9C30979E
AVIRAM = "aviram@metalbear.co"
TARGET = "deployment.ip-visit-counter"
WHO = [("x-client-name", "Aviram Hassan"), ("x-client-hostname", "avirams-macbook-pro-2.local")]

WITHOUT_PORTS = """\
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
| Session ID       | Target                      | Namespace | User                                                          | Ports | Session Duration |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
| 487F4F2B6D2376AD | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local |       | 4s               |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
"""
WITH_A_FILTER = """\
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
| Session ID       | Target                      | Namespace | User                                                          | Ports                                                    | Session Duration |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
| C527FE7D9C30979E | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+ | 13s              |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
"""


@pytest.fixture
def cli(operated, tmp_path: Path):
    """Commands of Aviram, who has the role that the chart makes for users."""
    operated.deployment("ip-visit-counter")
    operated.grant(AVIRAM, "mirrord-operator-user")
    operated.grant(AVIRAM, "view")
    client = ApiClient(Configuration(host="https://cluster.local"))
    client.rest_client.pool_manager = InProcessPool(
        InProcessConnection(operated.cluster, operated.certificate(AVIRAM))
    )

    def command(*args: str) -> tuple[int, str, str]:
        stdout, stderr = io.StringIO(), io.StringIO()
        code = run(
            args, api=ApiClientTransport(client), env={"MIRRORD_PROGRESS_MODE": "dumb"}, stdout=stdout, stderr=stderr,
            whoami="Aviram Hassan", hostname="Avirams-MacBook-Pro-2.local", home=tmp_path, now=operated.clock.now,
        )  # fmt: skip
        return code, stdout.getvalue(), stderr.getvalue()

    yield command
    client.close()


def start(operated, session: int, seconds: int):
    socket = operated.connect(session, user=AVIRAM, target=TARGET, headers=WHO)
    operated.step(seconds)
    return socket


def test_status_without_ports(operated, cli) -> None:
    start(operated, 0x487F4F2B6D2376AD, 4)
    code, out, _ = cli("operator", "status")
    assert code == 0
    assert "Operator version: 3.187.0\nOperator default namespace: default\n" in out
    assert WITHOUT_PORTS in out


def test_status_with_a_filter(operated, cli) -> None:
    socket = start(operated, ID, 0)
    operated.say(socket, TcpSteal(StealPort(StealFiltered(80, HeaderFilter("X-PG-Tenant: Avi.+")))))
    operated.step(13)
    assert WITH_A_FILTER in cli("operator", "status")[1]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("operator", "session", "stop", "--id", "C527FE7D9C30979E"), "Session operation is completed."),
        (
            ("operator", "session", "kill", "--id", "c527fe7d9c30979e"),
            "code 200: session C527FE7D9C30979E was stopped",
        ),
        (("operator", "session", "kill-all"), "code 200: 1 sessions were stopped"),
        (("session", "stop", "C527FE7D9C30979E"), "Killed session C527FE7D9C30979E."),
        (("kill", "C527FE7D9C30979E"), "Killed session C527FE7D9C30979E."),
    ],
)
def test_stopping(operated, cli, command: tuple[str, ...], told: str) -> None:
    socket = start(operated, ID, 1)
    code, out, err = cli(*command)
    assert (code, err) == (0, "")
    assert told in out
    assert socket.closed
    assert operated.ids() == []


def test_the_commands_get_a_certificate(operated, cli, tmp_path: Path) -> None:
    code, out, _ = cli("operator", "session", "retain-active")
    assert code == 0
    assert "Failed to prepare user certificate" not in out
    assert "example-fingerprint" in (tmp_path / ".mirrord" / "credentials").read_text()


def test_an_unknown_session(operated, cli) -> None:
    code, out, err = cli("operator", "session", "stop", "--id", "ABC")
    assert code == 1
    assert 'sessions.operator.metalbear.co "2748" not found' in " ".join((out + err).split())


def test_a_list_falls_back_on_status(operated, cli) -> None:
    """The chart's role does not allow to list sessions."""
    start(operated, ID, 2)
    code, out, _ = cli("session", "ls", "-A")
    assert (code, "C527FE7D9C30979E" in out) == (0, True)
