"""The requests that the commands make of the operator, and how its absence is told from its refusal."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

import msgspec

from harness.mirrord_cli.configuration import Configuration
from harness.mirrord_cli.connection import Connection
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.kube_errors import ApiError, KubeError, Status
from harness.mirrord_cli.operator_types import MirrordOperator
from harness.mirrord_cli.session_types import Session, SessionList, SessionObject

__all__ = [
    "VERSION",
    "OperatorApi",
    "OperatorApiError",
    "extra_headers",
    "find_operator",
]

VERSION = "3.250.0"
"""The release of the product whose behaviour this is, and which requests claim to come from."""

GROUP_PATH = "/apis/operator.metalbear.co/v1"
_OPERATOR_PATH = f"{GROUP_PATH}/mirrordoperators/operator"
_SESSIONS_PATH = f"{GROUP_PATH}/sessions"


class OperatorApiError(Exception):
    """An operation that failed: the text says it within progress, ``report`` to the person at the end."""

    def __init__(self, text: str, report: CliError) -> None:
        super().__init__(text)
        self.report = report

    @classmethod
    def failed(cls, operation: str, error: KubeError) -> OperatorApiError:
        text = f"{operation} failed: {error}"
        if isinstance(error, ApiError) and error.status.code == 403:
            return cls(text, CliError.forbidden(operation, error.status.message))
        return cls(text, CliError.api_failed(operation, error))

    @classmethod
    def status_failure(cls, operation: str, status: Status) -> OperatorApiError:
        """The server said 2xx and sent a Status that says Failure."""
        text = f"{operation} failed with code {status.code}: {status.reason}"
        if status.code == 403:
            return cls(text, CliError.forbidden(operation, status.message))
        shown = Status(status="Failure", message=status.message, reason=status.reason, code=status.code)
        return cls(text, CliError.api_failed(operation, ApiError(shown)))

    @classmethod
    def unsupported(cls, feature: str, version: str) -> OperatorApiError:
        text = f"mirrord operator {version} does not support feature {feature}"
        return cls(text, CliError.unsupported(feature, version))


def extra_headers(configuration: Configuration, *, whoami: str, hostname: str) -> dict[str, str]:
    """What every request to the operator says about who sends it. Without non-ASCII characters, and trimmed."""
    headers = {"x-mirrord-cli-version": VERSION}
    if configuration.baggage:
        headers["baggage"] = _valid_baggage(configuration.baggage)
    for name, value in (("x-client-name", whoami), ("x-client-hostname", hostname)):
        cleaned = value.encode("ascii", "ignore").decode().strip()
        if _is_header_value(cleaned):
            headers[name] = cleaned
    return headers


def _valid_baggage(baggage: str) -> str:
    if not _is_header_value(baggage):
        raise CliError.invalid_baggage()
    return baggage


def _is_header_value(text: str) -> bool:
    return all(character == "\t" or (character >= " " and character != "\x7f") for character in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorApi:
    """The operator as it was found, and the connection to ask it for more."""

    connection: Connection
    operator: MirrordOperator

    def certified(self, certificate: bytes) -> OperatorApi:
        """The same, every request showing the DER certificate."""
        header = base64.standard_b64encode(certificate).decode()
        return replace(self, connection=self.connection.with_header("x-client-der", header))

    def delete_session(self, name: str) -> Status | None:
        """Delete one session by whatever name it goes, on the collection of the whole cluster."""
        return self.connection.delete(f"{_SESSIONS_PATH}/{name}?", b"{}", SessionObject)

    def delete_sessions(self) -> Status | None:
        """Delete all sessions of the cluster."""
        return self.connection.delete(f"{_SESSIONS_PATH}?", None, SessionList)

    def list_sessions(self, *, namespace: str | None, key: str | None) -> Sequence[Session]:
        """Sessions of a namespace, or of all; those started with the key, if one is given."""
        collection = _SESSIONS_PATH if namespace is None else f"{GROUP_PATH}/namespaces/{namespace}/sessions"
        selector = "" if key is None else f"fieldSelector={quote_plus(f'spec.session.key={_escaped(key)}')}"
        sessions = self.connection.get(f"{collection}?{selector}", SessionList)
        return [item.spec.session for item in sessions.items or ()]


def find_operator(connection: Connection, configuration: Configuration) -> OperatorApi | None:
    """The operator, or None where it is not installed, or cannot be shown to be and need not be.

    Raises:
        OperatorApiError: it is there but does not answer as it should.
    """
    try:
        operator = connection.get(_OPERATOR_PATH, MirrordOperator)
    except ApiError as error:
        if _is_taken_for_absent(connection, required=configuration.operator is True):
            return None
        raise OperatorApiError.failed("finding operator", error) from error
    except KubeError as error:
        raise OperatorApiError.failed("finding operator", error) from error
    return OperatorApi(connection=connection, operator=operator)


class _ApiResource(msgspec.Struct, frozen=True):
    name: str
    kind: str


class _ApiResourceList(msgspec.Struct, frozen=True, rename="camel"):
    group_version: str
    resources: list[_ApiResource]


def _is_taken_for_absent(connection: Connection, *, required: bool) -> bool:
    """Ask discovery about the group, after the operator itself was refused."""
    try:
        found = connection.get(GROUP_PATH, _ApiResourceList)
    except KubeError as error:
        return not required or (isinstance(error, ApiError) and error.status.code == 404)
    known = any(entry.kind == "MirrordOperator" and "/" not in entry.name for entry in found.resources)
    return not known and not required


def _escaped(value: str) -> str:
    """A value for the right side of a field selector."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
