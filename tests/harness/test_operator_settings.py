"""What worlds say of their operator, as the model takes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.shown import shown_from
from harness.cluster import OperatorSettings, StatusData
from harness.drivers.operator_settings import model_settings
from harness.worlds.nodes import WorldError
from harness.worlds.reading import read_world


def settings_of(text: str) -> Settings:
    return model_settings(read_world(text, "w.yaml").operator)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("operator: {values: {operator.sessionUnusedTtlSeconds: 10}}", "session_unused_ttl_seconds", 10),
        ("operator: {values: {operator: {maxSessionTimeSeconds: '60'}}}", "max_session_time_seconds", 60),
        (
            "operator: {values: {operator.multiCluster.sessionTtlSecs: 9}}",
            "multi_cluster_session_ttl_seconds",
            9,
        ),
        ("operator: {values: {something.else: 10}}", "session_unused_ttl_seconds", 30),
        ("operator: {assumptions: {target_style: kind}}", "target_style", "kind"),
        ("operator: {assumptions: {kill_reason: Stopped}}", "kill_reason", "Stopped"),
        ("operator: {setup_deadline: 1m}", "session_setup_deadline_seconds", 60),
        ("operator: {features: [ProxyApi]}", "features", ("ProxyApi",)),
        ("operator: {store_sessions: true}", "store_sessions", True),
        ("operator: {version: 3.100.0}", "operator_version", "3.100.0"),
    ],
)
def test_what_a_world_says(text: str, name: str, value: object) -> None:
    assert getattr(settings_of(text), name) == value


def test_the_history_can_be_told_otherwise() -> None:
    settings = settings_of("operator: {assumptions: {history.namespaced_sessions: 3.190.0}}")
    assert not settings.knows(settings.history.namespaced_sessions)


def test_the_license() -> None:
    license_ = settings_of(
        "operator: {license: {tier: teams, seats: 3, seat_of: k8s-user, expire_at: 2026-01-01, "
        "unreachable_since: 2026-01-01T10:00:00Z}, values: {license.allowSeatOverages: false}}"
    ).license
    assert (license_.tier, license_.max_seats, license_.seat_of) == ("teams", 3, "k8s-user")
    assert license_.expire_at == date(2026, 1, 1)
    assert license_.validation_lost_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert not license_.allow_overages


def test_the_status_that_is_given() -> None:
    text = "status: {statistics: {dau: 1, mau: 2}}\npeople: {dana: {}}\n"
    sessions = "sessions: [{person: dana, target: targetless, id: '1F', kafka: [{name: n, clientConfig: c}]}]"
    shown = shown_from(settings_of(text + sessions).shown)
    assert shown.statistics == {"dau": 1, "mau": 2}
    assert shown.queues == {"1F": {"kafka": [{"name": "n", "clientConfig": "c"}]}}


def test_what_is_not_said_stays_as_it_is() -> None:
    present = Settings(kill_reason="Stopped", session_unused_ttl_seconds=12)
    changed = model_settings(OperatorSettings(version="3.100.0"), present)
    assert (changed.kill_reason, changed.session_unused_ttl_seconds) == ("Stopped", 12)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"assumptions": (("kil_reason", "x"),)}, "assumptions.kil_reason: there is no such setting; did you mean kill_reason"),
        ({"assumptions": (("kill_reason", 1),)}, "assumptions.kill_reason: expected a str, not 1"),
        ({"assumptions": (("store_sessions", 1),)}, "expected a bool"),
        ({"assumptions": (("shown", "x"),)}, "there is no such setting"),
        ({"assumptions": (("other.kill_reason", "x"),)}, "there is no such setting"),
        ({"values": (("operator.sessionUnusedTtlSeconds", -1),)}, "not a whole number"),
        ({"status": StatusData(data={"colours": []})}, "status: "),
        ({"status": StatusData(data={"copy_targets": {}})}, "status: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text.replace(".", r"\.")):
        model_settings(OperatorSettings(**settings))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("operator: {license: {tier: home}}", "w.yaml:1: operator.license.tier"),
        ("operator: {license: {seats: many}}", "w.yaml:1: operator.license.seats"),
        ("operator: {store_sessions: perhaps}", "w.yaml:1: operator.store_sessions"),
        ("status: {colours: []}", "w.yaml:1: status.colours: there is no such field"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(WorldError, match=problem.replace(".", r"\.")):
        read_world(text, "w.yaml")
