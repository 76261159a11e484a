"""A stand-in for an API server at the level of the ``Api`` protocol, and commands run against it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.clients.client import CommandResult
from harness.mirrord_cli import der
from harness.mirrord_cli.certificates import encode_pem
from harness.mirrord_cli.running import run
from harness.mirrord_cli.transport import Answer, TransportError

NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
GROUP = "/apis/operator.metalbear.co/v1"
OPERATOR = f"GET {GROUP}/mirrordoperators/operator"


@dataclass
class Request:
    line: str
    headers: dict[str, str]
    body: bytes | None


@dataclass
class FakeApi:
    """Answers by request line: a body with 200, a pair of code and body, or a list of them, the last one staying."""

    answers: dict[str, Any]
    requests: list[Request] = field(default_factory=list)

    def send(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        line = f"{method} {target}"
        self.requests.append(Request(line, dict(headers), body))
        answer = self.answers.get(line, (404, b"404 page not found\n"))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        code, content = answer if isinstance(answer, tuple) else (200, answer)
        raw = content if isinstance(content, bytes) else msgspec.json.encode(content)
        return Answer(status=code, body=raw, headers={})

    def lines(self) -> list[str]:
        return [request.line for request in self.requests]


@dataclass
class Cli:
    api: FakeApi
    home: Path
    waits: list[float] = field(default_factory=list)
    stdout: Callable[[], io.StringIO] = io.StringIO
    stderr: Callable[[], io.StringIO] = io.StringIO

    def run(self, *args: str, env: Mapping[str, str] | None = None) -> CommandResult:
        stdout, stderr = self.stdout(), self.stderr()
        code = run(
            args,
            api=self.api,
            env=env or {},
            stdout=stdout,
            stderr=stderr,
            whoami="Aviram Hassan",
            hostname="Avirams-MacBook-Pro-2.local",
            home=self.home,
            now=lambda: NOW,
            sleep=self.waits.append,
            random=lambda count: bytes(range(count)),
        )
        return CommandResult(
            args=("mirrord", *args), exit_code=code, stdout=stdout.getvalue(), stderr=stderr.getvalue()
        )


@pytest.fixture
def squeezed() -> Callable[[str], str]:
    """An error report without what wrapping puts into it: spaces, newlines and bars."""
    return lambda text: "".join(text.replace("│", "").split())


@pytest.fixture
def cli(tmp_path: Path, operator_object: dict[str, Any]) -> Cli:
    return Cli(FakeApi({OPERATOR: operator_object}), tmp_path)


@pytest.fixture
def operator_object() -> dict[str, Any]:
    return {
        "apiVersion": "operator.metalbear.co/v1",
        "kind": "MirrordOperator",
        "metadata": {"name": "operator"},
        "spec": {
            "operator_version": "3.187.0",
            "default_namespace": "default",
            "supported_features": ["ProxyApi", "SomethingNewer"],
            "license": {"name": "MetalBear", "organization": "MetalBear", "expire_at": "2030-03-05"},
        },
        "status": {"sessions": []},
    }


@pytest.fixture
def failure() -> Callable[..., tuple[int, dict[str, Any]]]:
    """A refusal as an API server writes it."""

    def make(code: int, reason: str, message: str) -> tuple[int, dict[str, Any]]:
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        return code, {**status, "message": message, "reason": reason, "code": code}

    return make


@pytest.fixture
def session() -> Callable[..., dict[str, Any]]:
    def make(session_id: str | None, **fields: Any) -> dict[str, Any]:
        return {
            "id": session_id,
            "duration_secs": 4,
            "user": "Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local",
            "target": "deployment/ip-visit-counter",
            "namespace": "default",
            **fields,
        }

    return make


@pytest.fixture
def certificate_pem() -> Callable[[str, str], str]:
    """A certificate as the operator makes it, NULL parameters included, valid between two UTCTimes."""

    def make(not_before: str, not_after: str) -> str:
        algorithm = der.encode(0x30, der.encode(0x06, bytes.fromhex("2b6570")), der.encode(0x05))
        validity = der.encode(
            0x30, der.encode(0x17, not_before.encode()), der.encode(0x17, not_after.encode())
        )
        key = der.encode(0x30, algorithm, der.encode(0x03, bytes(33)))
        version = der.encode(0xA0, der.encode(0x02, b"\x02"))
        name = der.encode(0x30)
        body = der.encode(0x30, version, der.encode(0x02, b"\x01"), algorithm, name, validity, name, key)
        return encode_pem("CERTIFICATE", der.encode(0x30, body, algorithm, der.encode(0x03, bytes(65))))

    return make


@pytest.fixture
def transport_error() -> TransportError:
    return TransportError("client error (Connect)")
