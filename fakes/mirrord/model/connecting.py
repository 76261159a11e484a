"""What a client says of its session in the URL and headers of the request that connects it.

Queue splitting, database branches and multi-cluster parameters are recognized and not acted upon.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.commands import ConcurrentSteal, Start
from fakes.mirrord.model.ids import SessionId, parse_decimal
from fakes.mirrord.model.owner import Owner, clean_name
from fakes.mirrord.model.policies import Policies
from fakes.mirrord.model.session import CiInfo, CopiedTarget
from fakes.mirrord.model.targets import InvalidTargetError, Target, parse_object, parse_url_name

__all__ = [
    "ConnectParameters",
    "owner_of",
    "read_parameters",
    "read_session_id",
    "read_target",
    "start_command",
]

PARAMETERS_HEADER = "x-mirrord-connect-params"
SESSION_ID_HEADER = "x-session-id"
_KNOWN = {
    "connect",
    "on_concurrent_steal",
    "profile",
    "label_target",
    "branch_name",
    "session_ci_info",
    "key",
    "header_filter",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectParameters:
    """The parameters of a connection. ``not_simulated`` names those that are not acted upon."""

    on_concurrent_steal: ConcurrentSteal = "abort"
    profile: str | None = None
    label_target: Any = None
    branch_name: str | None = None
    ci: CiInfo | None = None
    key: str | None = None
    header_filter: str | None = None
    not_simulated: tuple[str, ...] = ()


def read_parameters(query: str, headers: Mapping[str, str]) -> ConnectParameters:
    """Read the query, or the header that stands in for it; names of headers are in lower case.

    Raises:
        StatusError: BadRequest.
    """
    if (packed := headers.get(PARAMETERS_HEADER)) is not None:
        try:
            query = base64.b64decode(packed, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise StatusError.bad_request(f"invalid {PARAMETERS_HEADER}: {error}") from error
    given = dict(parse_qsl(query, keep_blank_values=True))
    steal = given.get("on_concurrent_steal", "abort")
    if steal not in ("abort", "continue", "override"):
        raise StatusError.bad_request(f"invalid on_concurrent_steal: {steal}")
    ci = _json(given, "session_ci_info")
    return ConnectParameters(
        on_concurrent_steal=cast(ConcurrentSteal, steal),
        profile=given.get("profile"),
        label_target=_json(given, "label_target"),
        branch_name=given.get("branch_name"),
        ci=_ci(ci) if isinstance(ci, Mapping) else None,
        key=given.get("key"),
        header_filter=given.get("header_filter"),
        not_simulated=tuple(name for name in given if name not in _KNOWN),
    )


def read_session_id(headers: Mapping[str, str]) -> SessionId:
    """The id that the client chose, in decimal.

    Raises:
        StatusError: BadRequest: it is missing or no such number.
    """
    try:
        return parse_decimal(headers[SESSION_ID_HEADER])
    except KeyError as error:
        raise StatusError.bad_request(f"missing {SESSION_ID_HEADER} header") from error
    except ValueError as error:
        raise StatusError.bad_request(f"invalid {SESSION_ID_HEADER} header: {error}") from error


def read_target(name: str, parameters: ConnectParameters) -> Target:
    """The target of a URL; the labels of a target by label are in the parameters.

    Raises:
        StatusError: BadRequest.
    """
    try:
        target = parse_url_name(name)
        return parse_object(parameters.label_target) if target.by_label else target
    except InvalidTargetError as error:
        raise StatusError.bad_request(str(error)) from error


def owner_of(headers: Mapping[str, str], k8s_username: str, user_id: str = "") -> Owner:
    """The owner of a session: what the client says of itself, and whom the cluster authenticated."""
    return Owner(
        user_id=user_id,
        username=clean_name(headers.get("x-client-name")),
        hostname=clean_name(headers.get("x-client-hostname")),
        k8s_username=k8s_username,
    )


def start_command(
    session: SessionId,
    owner: Owner,
    namespace: str,
    target: Target,
    parameters: ConnectParameters,
    *,
    client_version: str | None = None,
    pods: tuple[str, ...] = (),
    policies: Policies | None = None,
    copied: CopiedTarget | None = None,
) -> Start:
    """The command that a request to connect amounts to."""
    return Start(
        id=session,
        owner=owner,
        namespace=namespace,
        target=target,
        key=parameters.key,
        header_filter=parameters.header_filter,
        client_version=client_version,
        ci=parameters.ci,
        branch_name=parameters.branch_name,
        profile=parameters.profile,
        copied=copied,
        pods=pods,
        policies=policies or Policies(),
    )


def _json(given: Mapping[str, str], name: str) -> Any:
    if name not in given:
        return None
    try:
        return msgspec.json.decode(given[name])
    except msgspec.DecodeError as error:
        raise StatusError.bad_request(f"invalid {name}: {error}") from error


def _ci(info: Mapping[str, Any]) -> CiInfo:
    return CiInfo(
        provider=info.get("provider"),
        environment=info.get("environment"),
        pipeline=info.get("pipeline"),
        triggered_by=info.get("triggeredBy"),
    )
