"""A mirrord.json, as the harness reads and runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.cluster import StatusError, SubscriptionError
from harness.drivers.fake import open_fake
from harness.mirrord_json import ConfigError, listen, read, run
from harness.sessions import sessions
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited, load

TARGET = '"target": "deployment/ip-visit-counter"'


@pytest.fixture
def inhabited() -> Iterator[Inhabited]:
    cluster = open_fake(seed=0, now=None)
    yield load(find_world("visit-counter"), cluster)
    cluster.close()


def incoming(text: str) -> str:
    return f'{{{TARGET}, "feature": {{"network": {{"incoming": {text}}}}}}}'


@pytest.mark.parametrize(
    ("text", "environment", "pattern"),
    [
        ('{"feature": {"network": {"incoming": {"http_filter": {"header_filter": "k={{ key }}"}}}}}', {}, "k=dana"),
        ('{"feature": {"network": {"incoming": {"http_filter": {"header_filter": "k={{key}}"}}}}, "key": "f"}', {}, "k=f"),
        (
            '{"feature": {"network": {"incoming": {"http_filter": {"header_filter": "k={{ key }}"}}}}, "key": "f"}',
            {"MIRRORD_KEY": "e"}, "k=e",
        ),
    ],
)  # fmt: skip
def test_the_key_is_filled_in(text: str, environment: dict[str, str], pattern: str) -> None:
    assert read(text, environment, key="dana").config.incoming.header_filter == pattern


@pytest.mark.parametrize("text", ["", "[]", "{", '"steal"'])
def test_what_is_no_file_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="failed to read config from file"):
        read(text, {}, key="k")


def test_what_is_said_of_it() -> None:
    configured = read('{"telemetry": true, "agent": {"namespace": "n"}}', {}, key="k")
    assert str(configured).splitlines() == [
        "warning: Agent namespace is ignored in targetless runs. To specify a namespace for a targetless run, use target namespace.",
        "not simulated: telemetry",
    ]


def ports(inhabited: Inhabited) -> list[str]:
    return [str(port) for session in sessions(inhabited.cluster) for port in session.ports]


def test_it_runs_and_listens(inhabited: Inhabited) -> None:
    configured = read(
        incoming('{"mode": "steal", "ports": [80], "http_filter": {"path_filter": "/a"}}'), {}, key="k"
    )
    run(inhabited, "Dana", configured)
    assert ports(inhabited) == []
    assert [listen(inhabited, "Dana", configured, port) for port in (80, 81)] == [True, False]
    assert ports(inhabited) == ["Port: 80, Type: steal, Filter: path=/a"]


@pytest.mark.parametrize(("how", "left"), [("abort", 2), ("override", 1), ("continue", 2)])
def test_how_it_steals_is_what_the_operator_is_told(inhabited: Inhabited, how: str, left: int) -> None:
    inhabited.start_session("Aviram", "deployment/ip-visit-counter").subscribe(80)
    configured = read(incoming(f'{{"mode": "steal", "on_concurrent_steal": "{how}"}}'), {}, key="k")
    run(inhabited, "Dana", configured)
    if how == "abort":
        with pytest.raises(SubscriptionError):
            listen(inhabited, "Dana", configured, 80)
    else:
        listen(inhabited, "Dana", configured, 80)
    assert len(sessions(inhabited.cluster)) == left


def test_it_is_run_where_it_says(inhabited: Inhabited) -> None:
    configured = read('{"target": {"path": "deployment/x", "namespace": "shop"}}', {}, key="k")
    with pytest.raises(StatusError) as caught:
        run(inhabited, "Dana", configured)
    assert "not found" in caught.value.message


def test_a_copy_of_the_target(inhabited: Inhabited) -> None:
    text = f'{{{TARGET}, "feature": {{"copy_target": true, "network": {{"incoming": "steal"}}}}}}'
    run(inhabited, "Aviram", read(text, {}, key="k"))
    status: Any = sessions(inhabited.cluster)
    assert [session.target for session in status] == ["deployment/ip-visit-counter"]
