"""A stand-in for the mirrord binary: ``mirrord exec -f FILE -- COMMAND``, with our client of the protocol in the place of its
proxy, and a module that Python imports at its start in the place of its layer.

What it says and how it ends is the product's, as far as the harness looks at it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from kubernetes.config import new_client_from_config

from fakes.apimachinery.status import StatusError
from harness.cluster import SubscriptionError, User
from harness.drivers.identities import impersonation_headers, tls_of
from harness.drivers.session_sockets import open_over_tls
from harness.objects import call

__all__ = ["write_stand_in"]

LAYER = """
import base64, json, os, signal, socket, sys

wanted, proxies = {}, []
original_bind, original_listen = socket.socket.bind, socket.socket.listen

def bind(self, address):
    wanted[self] = address[1]
    original_bind(self, (address[0], 0))

def listen(self, *backlog):
    read = json.loads(base64.b64decode(os.environ["MIRRORD_RESOLVED_CONFIG"]))
    proxy = socket.socket(socket.AF_UNIX)
    proxy.connect(os.environ["STAND_IN"])
    asked = {"port": wanted[self], "incoming": read["feature"]["network"]["incoming"]}
    proxy.sendall(json.dumps(asked).encode() + b"\\n")
    said = json.loads(proxy.makefile().readline())
    if "stop" in said:
        print(said["stop"], file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))
    proxies.append(proxy)
    original_listen(self, *backlog)

socket.socket.bind, socket.socket.listen = bind, listen
"""
_NO_FILTER = dict.fromkeys(
    ("header_filter", "path_filter", "method_filter", "header_filter_jq", "all_of", "any_of")
)


def write_stand_in(path: Path) -> Path:
    """Put a program there that is this module."""
    root = Path(__file__).parents[3]
    path.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} {__file__} "$@"\n')
    path.chmod(0o755)
    return path


def main(arguments: list[str]) -> int:
    command, flag, file, separator, *program = arguments
    assert (command, flag, separator) == ("exec", "-f", "--"), arguments
    configuration = json.loads(Path(file).read_text())
    session = secrets.randbits(64)
    try:
        connection = _connect(configuration, session)
    except StatusError as error:
        status = (
            f'Status {{ code: {error.code}, message: {json.dumps(error.message)}, reason: "{error.reason}" }}'
        )
        shown = status.replace(" ", "\n  │ ")
        sys.stderr.write(f"Error:   × Failed resolving target: ApiError: {shown}\n  help: ...\n")
        return 1
    print(json.dumps({"type": "Info", "message": f"session ID: {session:X}"}), flush=True)
    with TemporaryDirectory() as folder:
        return _Running(connection, configuration, Path(folder)).run(program)


def _connect(configuration: dict[str, Any], session: int) -> Any:
    kubeconfig = Path(os.environ["KUBECONFIG"])
    client = new_client_from_config(str(kubeconfig))
    tls, headers = tls_of(client)
    target, somebody = configuration["target"], User(name="?", real_name="somebody", hostname="elsewhere")
    headers = [*headers, *impersonation_headers(yaml.safe_load(kubeconfig.read_text())["users"][0]["user"])]
    client.default_headers.update(headers)
    call(client, "GET", "/apis/operator.metalbear.co/v1/mirrordoperators/operator")
    return open_over_tls(
        client.configuration.host, tls, somebody, target["path"], target["namespace"], session_id=session,
        key=configuration["key"], headers=headers,
    )  # fmt: skip


class _Running:
    """A session and the process that has it."""

    def __init__(self, connection: Any, configuration: dict[str, Any], folder: Path) -> None:
        self._connection = connection
        self._log = Path(configuration["internal_proxy"]["log_destination"])
        self._lock = threading.Lock()
        (folder / "sitecustomize.py").write_text(LAYER)
        network = configuration["feature"]["network"]
        network["incoming"] = {"mode": "steal", **network["incoming"], "http_filter": _NO_FILTER}
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(folder / "proxy"))
        self._server.listen()
        self._environment = {
            **os.environ, **connection.environment(), "PYTHONPATH": str(folder), "STAND_IN": str(folder / "proxy"),
            "MIRRORD_RESOLVED_CONFIG": base64.b64encode(json.dumps(configuration).encode()).decode(),
        }  # fmt: skip

    def run(self, program: list[str]) -> int:
        process = subprocess.Popen(program, env=self._environment, close_fds=False)
        threading.Thread(target=self._accept, daemon=True).start()
        pause = threading.Event()
        while process.poll() is None:
            with self._lock:
                if not self._connection.connected:
                    error = f"agent closed connection with error: {self._connection.close_reason}"
                    self._log.write_text(json.dumps({"fields": {"error": error}}) + "\n")
                    process.send_signal(signal.SIGTERM)
            pause.wait(0.01)
        with self._lock:
            self._connection.disconnect()
        return process.returncode

    def _accept(self) -> None:
        while True:
            layer, _ = self._server.accept()
            threading.Thread(target=self._attend, args=(layer,), daemon=True).start()

    def _attend(self, layer: socket.socket) -> None:
        """One port: asked for when it is listened on, and given back when its process ends."""
        lines = layer.makefile()
        asked = json.loads(lines.readline())
        port, incoming = asked["port"], asked["incoming"]
        try:
            with self._lock:
                self._connection.subscribe(port, incoming["mode"], _filter(incoming["http_filter"]))
        except SubscriptionError as error:
            stop = f"Stopping mirrord run. Please adjust your mirrord configuration.\n{error}"
            answer = {"errno": 22} if "being stolen" in str(error) else {"stop": stop}
            layer.sendall(json.dumps(answer).encode() + b"\n")
            return
        layer.sendall(b"{}\n")
        lines.read()
        with self._lock:
            self._connection.unsubscribe(port)


def _filter(section: dict[str, Any]) -> str | None:
    """The filter as status shows it."""
    for name, value in section.items():
        if value is not None:
            return f"{name.removesuffix('_filter')}={value}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
