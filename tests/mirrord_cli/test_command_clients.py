"""Commands run end to end: ours over HTTP through the official client, and real programs as processes."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import ApiClient, Configuration

from harness.clients.builtin import BuiltinMirrordClient
from harness.clients.client import Kubeconfig
from harness.clients.kubectl import KubectlClient
from harness.clients.mirrord import MirrordClient
from harness.mirrord_cli.configuration import Configuration as MirrordConfiguration
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.kubeconfig import connect

GROUP = "/apis/operator.metalbear.co/v1"


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, operator_object: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.operator_object = operator_object
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, body))
        if self.command == "GET" and self.path.endswith("/mirrordoperators/operator"):
            self._answer(200, json.dumps(self.server.operator_object).encode())
        elif self.command == "DELETE":
            self._answer(200, b'{"kind":"Status","status":"Success","code":200,"message":"gone"}')
        else:
            self._answer(404, b"404 page not found\n")

    do_GET = do_POST = do_DELETE = _handle  # noqa: N815 - the names that the library calls

    def _answer(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def server(operator_object: dict[str, Any]) -> Iterator[Server]:
    server = Server(operator_object)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def builtin(server: Server, tmp_path: Path) -> Iterator[BuiltinMirrordClient]:
    from datetime import UTC, datetime

    configuration = Configuration(host=server.url, api_key={"BearerToken": "Bearer secret"})
    with ApiClient(configuration) as client:
        client.set_default_header("Impersonate-User", "alice")
        yield BuiltinMirrordClient(
            client,
            whoami="Łukasz Nowak",
            hostname="Host",
            home=tmp_path,
            now=lambda: datetime(2026, 8, 21, tzinfo=UTC),
            random=bytes,
        )


def test_status_over_http(builtin: BuiltinMirrordClient, server: Server) -> None:
    result = builtin.run(["operator", "status"])
    assert (result.args, result.exit_code, result.stderr) == (("mirrord", "operator", "status"), 0, "")
    assert "Operator version: 3.187.0\n" in result.stdout
    [(method, path, headers, body)] = server.seen
    assert (method, path, body) == ("GET", f"{GROUP}/mirrordoperators/operator", b"")
    assert (headers["authorization"], headers["impersonate-user"]) == ("Bearer secret", "alice")
    assert (headers["x-client-name"], headers["x-client-hostname"]) == ("ukasz Nowak", "Host")


@pytest.mark.parametrize(
    ("option", "path", "body"),
    [(["--id", "1F"], "/sessions/31", b"{}"), (["--all"], "/sessions", b"")],
)
def test_stop_over_http(
    builtin: BuiltinMirrordClient, server: Server, option: list[str], path: str, body: bytes
) -> None:
    result = builtin.run(["operator", "session", "stop", *option], env={"MIRRORD_PROGRESS_MODE": "dumb"})
    assert result.stdout.endswith(
        "finished successfully with code 200: gone\nSession operation is completed.\n"
    )
    method, target, headers, sent = server.seen[-1]
    assert (method, target.rstrip("?"), sent) == ("DELETE", GROUP + path, body)
    assert headers["content-type"] == "application/json"


def test_a_server_that_is_gone_is_a_service_error(
    tmp_path: Path, builtin: BuiltinMirrordClient, server: Server
) -> None:
    server.shutdown()
    server.server_close()
    result = builtin.run(["operator", "status"])
    assert "failed with ServiceError: " in " ".join(result.stderr.replace("│", " ").split())


@pytest.fixture
def kubeconfig(server: Server, tmp_path: Path) -> Kubeconfig:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server.url}}],
        "users": [{"name": "alice", "user": {"token": "secret"}}],
        "contexts": [
            {"name": "shop", "context": {"cluster": "c", "user": "alice", "namespace": "shop"}},
            {"name": "plain", "context": {"cluster": "c", "user": "alice"}},
        ],
        "current-context": "shop",
    }
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(content))
    return Kubeconfig(path=path, context="plain")


@pytest.mark.parametrize(
    ("variable", "context", "namespace"),
    [
        ("MIRRORD", None, "shop"),
        ("MIRRORD", "plain", "default"),
        ("KUBECONFIG", None, "shop"),
        ("HOME", None, "shop"),
    ],
)
def test_the_cluster_is_that_of_the_kubeconfig(
    kubeconfig: Kubeconfig, server: Server, tmp_path: Path, variable: str, context: str | None, namespace: str
) -> None:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_bytes(kubeconfig.path.read_bytes())
    named = "~/config" if variable == "MIRRORD" else None
    env = {"KUBECONFIG": f"{os.pathsep}{kubeconfig.path}"} if variable == "KUBECONFIG" else {}
    cluster = connect(MirrordConfiguration(kubeconfig=named, kube_context=context), env, tmp_path)
    assert cluster.namespace == namespace
    answer = cluster.api.send("GET", "/version", headers={}, body=None)
    assert (answer.status, server.seen[0][2]["authorization"]) == (404, "Bearer secret")


def test_a_missing_kubeconfig_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="Failed to create Kubernetes API client: "):
        connect(MirrordConfiguration(), {}, tmp_path)


ECHO = '#!/bin/sh\necho "$@"\necho "$HOME|$KUBECONFIG|$MIRRORD_KUBECONFIG|$MIRRORD_KUBE_CONTEXT|$EXTRA" >&2\nexit 3\n'


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    program = tmp_path / "echo"
    program.write_text(ECHO)
    program.chmod(0o755)
    return program


def test_kubectl_runs_with_a_home_and_cache_of_its_own(
    echo: Path, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    result = KubectlClient(echo, kubeconfig, home=tmp_path).run(["get", "pods"], env={"EXTRA": "x"})
    assert (result.args, result.exit_code) == (("kubectl", "get", "pods"), 3)
    assert result.stdout == f"--cache-dir={tmp_path}/.kube/cache --context=plain get pods\n"
    assert result.stderr == f"{tmp_path}|{kubeconfig.path}|||x\n"


def test_mirrord_runs_with_a_kubeconfig_of_its_own(
    echo: Path, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    result = MirrordClient(echo, kubeconfig, home=tmp_path).run(["operator", "status"], env={"EXTRA": "x"})
    assert (result.args, result.exit_code) == (("mirrord", "operator", "status"), 3)
    assert (result.stdout, result.stderr) == ("operator status\n", f"{tmp_path}||{kubeconfig.path}|plain|x\n")
