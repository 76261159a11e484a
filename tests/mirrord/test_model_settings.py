"""Settings, and the chart values that become settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.mirrord.model.settings import Settings

VALUES: list[tuple[dict[str, Any], str, Any]] = [
    ({}, "session_setup_deadline_seconds", 180),
    ({}, "session_unused_ttl_seconds", 30),
    ({}, "max_session_time_seconds", None),
    ({"operator": {"sessionSetupDeadlineSeconds": 60}}, "session_setup_deadline_seconds", 60),
    ({"operator.sessionUnusedTtlSeconds": "45"}, "session_unused_ttl_seconds", 45),
    ({"operator": {"maxSessionTimeSeconds": 3600.0}}, "max_session_time_seconds", 3600),
    ({"operator": {"maxSessionTimeSeconds": None}}, "max_session_time_seconds", None),
    ({"operator": {"noPodTargetsSessionTimeoutMillis": 1}}, "no_pod_targets_timeout_millis", 1),
    ({"operator": {"multiCluster": {"sessionTtlSecs": 90}}}, "multi_cluster_session_ttl_seconds", 90),
    (
        {"operator": {"multiCluster": {"remoteSessionTimeoutSecs": 9}}},
        "multi_cluster_setup_deadline_seconds",
        9,
    ),
    (
        {"operator": {"multiCluster": {"sessionTtlSeconds": 1, "sessionTtlSecs": 2}}},
        "multi_cluster_session_ttl_seconds",
        1,
    ),
    ({"operator": {"replicas": 3}, "nodeSelector": {}}, "session_unused_ttl_seconds", 30),
]


@pytest.mark.parametrize(("values", "setting", "expected"), VALUES)
def test_a_chart_value_is_a_setting(values: dict[str, Any], setting: str, expected: Any) -> None:
    assert getattr(Settings.from_chart_values(values)[0], setting) == expected


def test_seat_overages_are_of_the_license() -> None:
    settings, _ = Settings.from_chart_values({"license": {"allowSeatOverages": False}})
    assert settings.license.allow_overages is False


@pytest.mark.parametrize("value", [-1, "soon", True, 1.5, []])
def test_a_value_of_the_wrong_type_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="maxSessionTimeSeconds"):
        Settings.from_chart_values({"operator": {"maxSessionTimeSeconds": value}})


@pytest.mark.parametrize(("limit", "warned"), [(179, True), (180, False), (None, False)])
def test_a_limit_below_the_setup_deadline_is_warned_of(limit: int | None, warned: bool) -> None:
    _, warnings = Settings.from_chart_values({"operator": {"maxSessionTimeSeconds": limit}})
    assert bool(warnings) is warned


@pytest.mark.parametrize(("seconds", "effective"), [(30, 30), (6, 6), (5, 6), (0, 6)])
def test_the_ttl_of_unused_sessions_is_at_least_six_seconds(seconds: int, effective: int) -> None:
    assert Settings(session_unused_ttl_seconds=seconds).unused_ttl == timedelta(seconds=effective)


@pytest.mark.parametrize(
    ("version", "form", "arrays"),
    [
        ("3.187.0", None, False),
        ("3.100.0", None, True),
        ("3.100.0", "object", False),
        ("3.187.0", "array", True),
    ],
)
def test_older_operators_write_locked_ports_as_arrays(version: str, form: Any, arrays: bool) -> None:
    assert Settings(operator_version=version, locked_port_form=form).locks_as_arrays is arrays
