"""A cluster, and a webhook beside it."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fakes.apimachinery.pki import CertificateAuthority
from fakes.cluster import FakeCluster

Answer = Callable[[dict[str, Any]], Any]


class WebhookServer:
    """Answers each path by a function from the request of a review to its response, or to raw bytes or a status."""

    def __init__(self, directory: Path) -> None:
        self.authority = CertificateAuthority(
            "webhooks", datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=36500)
        )
        certificate, key = self.authority.issue_server(["localhost", "127.0.0.1", "hooks.default.svc"])
        (directory / "hook.crt").write_bytes(certificate)
        (directory / "hook.key").write_bytes(key)
        self.answers: dict[str, Answer] = {}
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.release = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "hook.crt", directory / "hook.key")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._server.server_address[1]}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def bundle(self) -> str:
        return base64.b64encode(self.authority.pem).decode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                review = json.loads(self.rfile.read(int(self.headers["content-length"])))
                path = self.path.partition("?")[0]
                outer.asked.append(review["request"])
                outer.paths.append(self.path)
                answer = outer.answers[path](review["request"])
                status, body = answer if isinstance(answer, tuple) else (200, answer)
                if isinstance(body, dict):
                    body = json.dumps({
                        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                        "response": {"uid": review["request"]["uid"], **body},
                    }).encode()  # fmt: skip
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    fake = FakeCluster(controllers=())
    yield fake
    fake.close()


@pytest.fixture
def hooks(tmp_path: Path) -> Iterator[WebhookServer]:
    server = WebhookServer(tmp_path)
    yield server
    server.close()


class Client:
    """A user's requests, one after the other."""

    def __init__(self, cluster: FakeCluster, *who: Any) -> None:
        self.cluster = cluster
        self._client = cluster.client(*who)

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.cluster.driver.run(self._client.request(method, path, body=body, **more))


@pytest.fixture
def request_as_admin(cluster: FakeCluster) -> Client:
    return Client(cluster, "ann", ["system:masters"])
