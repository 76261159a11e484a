"""What clients say when they connect."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.connecting import (
    ConnectParameters,
    owner_of,
    read_parameters,
    read_session_id,
    read_target,
    start_command,
)
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.session import CiInfo
from fakes.mirrord.model.targets import Target

QUERIES: list[tuple[str, ConnectParameters]] = [
    ("", ConnectParameters()),
    ("connect=true&on_concurrent_steal=abort", ConnectParameters()),
    ("on_concurrent_steal=override&key=a%2Cb", ConnectParameters(on_concurrent_steal="override", key="a,b")),
    ("profile=no%2Fde&branch_name=main", ConnectParameters(profile="no/de", branch_name="main")),
    (
        urlencode({"session_ci_info": '{"provider":"github","triggeredBy":"push"}'}),
        ConnectParameters(ci=CiInfo(provider="github", triggered_by="push")),
    ),
    (
        "header_filter=x%3A+1&sqs_splits=%7B%7D",
        ConnectParameters(header_filter="x: 1", not_simulated=("sqs_splits",)),
    ),
]


@pytest.mark.parametrize(("query", "parameters"), QUERIES)
def test_parameters_are_in_the_query_or_in_a_header(query: str, parameters: ConnectParameters) -> None:
    assert read_parameters(query, {}) == parameters
    packed = base64.b64encode(query.encode()).decode()
    assert read_parameters("connect=true", {"x-mirrord-connect-params": packed}) == parameters


WRONG: list[tuple[str, dict[str, str]]] = [
    ("on_concurrent_steal=never", {}),
    ("session_ci_info={", {}),
    ("", {"x-mirrord-connect-params": "not base64"}),
]


@pytest.mark.parametrize(("query", "headers"), WRONG)
def test_wrong_parameters_are_a_bad_request(query: str, headers: dict[str, str]) -> None:
    with pytest.raises(StatusError) as refusal:
        read_parameters(query, headers)
    assert refusal.value.reason == "BadRequest"


@pytest.mark.parametrize("headers", [{}, {"x-session-id": "1F"}, {"x-session-id": ""}])
def test_a_session_id_is_a_decimal_number(headers: dict[str, str]) -> None:
    assert read_session_id({"x-session-id": "31"}) == 31
    with pytest.raises(StatusError):
        read_session_id(headers)


def test_a_target_by_label_is_in_the_parameters() -> None:
    by_label = read_parameters(urlencode({"label_target": '{"labels":{"a":"b"}}'}), {})
    assert read_target("label", by_label) == Target("label", labels=(("a", "b"),))
    assert read_target("deployment.x", by_label) == Target("deployment", "x")
    for name, parameters in (("x", by_label), ("label", read_parameters("label_target={}", {}))):
        with pytest.raises(StatusError):
            read_target(name, parameters)


OWNERS: list[tuple[dict[str, str], str]] = [
    ({"x-client-name": "Alice A", "x-client-hostname": "mac"}, "Alice A/alice@mac"),
    ({}, "unknown/alice@unknown"),
]


@pytest.mark.parametrize(("headers", "text"), OWNERS)
def test_an_owner_is_what_the_client_says_and_whom_the_cluster_knows(
    headers: dict[str, str], text: str
) -> None:
    assert str(owner_of(headers, "alice", "key")) == text


def test_all_of_it_is_a_command() -> None:
    given: Any = read_parameters("key=k&profile=p&header_filter=h", {})
    command = start_command(
        SessionId(1), owner_of({}, "alice"), "shop", Target("pod", "x"), given, client_version="3.250.0"
    )
    assert (command.key, command.profile, command.header_filter) == ("k", "p", "h")
    assert (command.id, command.namespace, command.client_version) == (1, "shop", "3.250.0")
