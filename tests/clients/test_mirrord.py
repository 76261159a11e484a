"""A real mirrord, where there is one (``MIRRORD_BINARY``, or on the path), against the served cluster and its operator."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from fakes.apimachinery.clock import RealClock
from harness.clients.builtin import BuiltinMirrordClient
from harness.clients.client import CommandResult, Kubeconfig
from harness.clients.mirrord import MirrordClient
from harness.drivers.served import ServedDriver
from harness.drivers.serving import ServedFake
from harness.eventually import eventually
from harness.mirrord_cli.process import invocation_of_process
from harness.objects import call
from harness.worlds.finding import find_world
from harness.worlds.loading import load

TARGET = "deployment/ip-visit-counter"
CONFIGURATION = {
    "target": TARGET, "operator": True,
    "feature": {"fs": {"mode": "read", "local": [f"^{re.escape(each)}/" for each in (sys.prefix, sys.base_prefix)]}},
}  # fmt: skip
"""All as it is by default, but for where this interpreter lives, which no container has."""
ASKING = """
import http.server, json, os, socket

def tried(ask, *arguments):
    try:
        return ask(*arguments)
    except OSError as error:
        return type(error).__name__

def looked_up(name):
    return sorted({each[4][0] for each in socket.getaddrinfo(name, 443)})

def read(name):
    with open(name) as file:
        return file.read()

def sent(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"?", address)

def answered(address):
    with socket.create_connection(address) as connection:
        connection.sendall(b"?")
        if not connection.recv(1):
            raise ConnectionResetError

account = "/var/run/secrets/kubernetes.io/serviceaccount"
print(json.dumps({
    "hostname": socket.gethostname(),
    "server": http.server.HTTPServer(("", 80), http.server.BaseHTTPRequestHandler).server_name,
    "hosts": read("/etc/hosts").splitlines()[-1],
    "resolv.conf": read("/etc/resolv.conf"),
    "namespace": read(account + "/namespace"),
    "size": [os.stat(account + "/namespace").st_size, os.access(account + "/token", os.R_OK)],
    "listed": sorted(os.listdir(account)),
    "authority": read(account + "/ca.crt").splitlines()[0],
    "nothing": tried(read, "/app/config.yaml"),
    "names": [looked_up(each) for each in ("kubernetes", "kubernetes.default.svc", socket.gethostname())],
    "no name": tried(looked_up, "nothing.default.svc"),
    "tcp": tried(answered, ("10.96.0.1", 443)),
    "udp": tried(sent, ("10.96.0.10", 53)),
    "still there": read("/etc/hostname"),
    "variables": {name: value for name, value in os.environ.items() if name.startswith(("KUBERNETES_SERVICE_", "HOSTNAME"))},
}))
"""
REFUSED = {"ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError"}
"""mirrord lets programs connect before it knows whether its target can, and cuts the connection if it cannot."""
QUIET = {"MIRRORD_PROGRESS_MODE": "off"}
DUMB = {"MIRRORD_PROGRESS_MODE": "dumb"}


@pytest.fixture(scope="module")
def binary() -> Path:
    found = os.environ.get("MIRRORD_BINARY") or shutil.which("mirrord")
    if not found:
        pytest.skip("no mirrord here: MIRRORD_BINARY names none, and none is on the path")
    return Path(found)


@pytest.fixture(scope="module")
def driver() -> Iterator[ServedDriver]:
    """The world of the visit counter, on a clock that runs."""
    directory = Path(mkdtemp(prefix="harness-mirrord-"))
    world = find_world("visit-counter", Path.cwd())
    served = ServedFake(directory=directory, settings=world.operator)
    made = ServedDriver(served, directory)
    served.start()
    try:
        load(world, made, seed=0)
        yield made
    finally:
        made.close()


class Person:
    """Someone with the real command, and with ours."""

    def __init__(self, binary: Path, driver: ServedDriver, name: str, home: Path) -> None:
        user = driver.admin if name == "admin" else driver.user(name)
        path = driver.kubeconfig(user)
        assert path is not None
        (home / "real").mkdir()
        (home / "ours").mkdir()
        self.real = MirrordClient(binary, Kubeconfig(path=path), home=home / "real")
        self.ours = BuiltinMirrordClient(
            driver.api_client(user),
            whoami=invocation_of_process().whoami,
            hostname=socket.gethostname(),
            home=home / "ours",
            now=RealClock().now,
            random=os.urandom,
        )

    def one_session(self) -> str:
        (session,) = [*self.session_ids()] or [""]
        assert session, "there is no session"
        return session

    def session_ids(self) -> set[str]:
        status = self.real.run(["operator", "status"]).stdout
        return set(re.findall(r"^\| ([0-9A-F]{6,16}) ", status, re.MULTILINE))


@pytest.fixture
def admin(binary: Path, driver: ServedDriver, tmp_path: Path) -> Iterator[Person]:
    person = Person(binary, driver, "admin", tmp_path)
    yield person
    person.ours.run(["operator", "session", "stop", "--all"])


@pytest.fixture
def nobody(binary: Path, driver: ServedDriver, tmp_path: Path) -> Person:
    (tmp_path / "nobody").mkdir()
    return Person(binary, driver, "nobody@example.com", tmp_path / "nobody")


def _outcome(result: CommandResult) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("mode", ["off", "dumb", "json", "std"])
@pytest.mark.parametrize(
    "line",
    [
        "operator status",
        "session ls -A",
        "session stop 1F",
        "operator session stop --id 1F",
        "operator session stop --all",
        "operator session kill-all",
        "operator session retain-active",
        "operator session stop",
        "operator session stop --id 0xF",
        "operator status --help",
        "session ls --key",
    ],
)
def test_our_command_says_what_the_real_one_says(admin: Person, line: str, mode: str) -> None:
    env = {"MIRRORD_PROGRESS_MODE": mode}
    assert _outcome(admin.ours.run(line.split(), env=env)) == _outcome(admin.real.run(line.split(), env=env))


@pytest.mark.parametrize("line", ["operator status", "operator session stop --all", "session ls", "kill 1F"])
def test_who_may_nothing_is_told_the_same(nobody: Person, line: str) -> None:
    assert _outcome(nobody.ours.run(line.split())) == _outcome(nobody.real.run(line.split()))


def test_a_session_is_seen_while_a_program_runs_and_can_be_stopped(
    admin: Person, driver: ServedDriver
) -> None:
    program = threading.Thread(
        target=admin.real.run,
        args=(["exec", "--target", TARGET, "--", "/bin/sleep", "3"],),
        kwargs={"env": QUIET},
    )
    program.start()
    session = eventually(driver, admin.one_session, attempts=500)
    listed = admin.real.run(["session", "ls"]).stdout
    assert session in listed
    assert TARGET in listed
    stopped = admin.real.run(["operator", "session", "stop", "--id", session], env=DUMB)
    assert (stopped.exit_code, stopped.stdout.splitlines()[-1]) == (0, "Session operation is completed.")
    program.join(timeout=30)
    assert session not in admin.session_ids()


def test_a_program_sees_the_container_of_its_target(
    admin: Person, driver: ServedDriver, tmp_path: Path
) -> None:
    configuration = tmp_path / "mirrord.json"
    configuration.write_text(json.dumps(CONFIGURATION))
    program = [sys.executable, "-I", "-c", ASKING]
    ran = admin.real.run(["exec", "-f", str(configuration), "--", *program], env=QUIET)
    if "cannot be preloaded" in ran.stderr:
        pytest.skip("this mirrord has no layer, which puts programs into their targets")
    assert ran.exit_code == 0, ran.stderr
    (pod,) = call(driver.api_client(driver.admin), "GET", "/api/v1/namespaces/default/pods")["items"]
    name, address = pod["metadata"]["name"], pod["status"]["podIP"]
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen.pop("tcp") in REFUSED
    assert seen == {
        "hostname": name,
        "server": name,
        "hosts": f"{address}\t{name}",
        "resolv.conf": "search default.svc.cluster.local svc.cluster.local cluster.local\n"
        "nameserver 10.96.0.10\noptions ndots:5\n",
        "namespace": "default",
        "size": [7, True],
        "listed": ["ca.crt", "namespace", "token"],
        "authority": "-----BEGIN CERTIFICATE-----",
        "nothing": "FileNotFoundError",
        "names": [["10.96.0.1"], ["10.96.0.1"], [address]],
        "no name": "gaierror",
        "udp": "ConnectionRefusedError",
        "still there": f"{name}\n",
        "variables": {
            "HOSTNAME": name,
            "KUBERNETES_SERVICE_HOST": "10.96.0.1",
            "KUBERNETES_SERVICE_PORT": "443",
            "KUBERNETES_SERVICE_PORT_HTTPS": "443",
        },
    }


def test_targets_are_listed(admin: Person) -> None:
    listed = admin.real.run(["ls"])
    assert listed.exit_code == 0
    assert json.loads(listed.stdout)[0] == TARGET
    assert json.loads(admin.real.run(["ls", "-t", "deployment"]).stdout) == [TARGET]


def test_latency_is_measured(admin: Person) -> None:
    measured = admin.real.run(["diagnose", "latency"], env=DUMB)
    assert measured.exit_code == 0
    assert "Latency statistics: min=" in measured.stdout + measured.stderr
