"""What a client checks when it starts."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.client_start import check_start, start_warnings
from fakes.mirrord.model.config import Config, ConfigError, read_config

BODY = {"body": "json", "query": "$.a", "matches": "b"}


def config(http_filter: dict[str, Any] | None = None, **incoming: Any) -> Config:
    section = {"mode": "steal", **incoming, **({"http_filter": http_filter} if http_filter else {})}
    return read_config({"target": "deployment/x", "feature": {"network": {"incoming": section}}})


VERSIONS: list[tuple[dict[str, Any] | None, str | None, str | None]] = [
    (None, None, None),
    ({"header_filter": "a"}, None, None),
    ({"path_filter": "a"}, "1.2.0", None),
    ({"all_of": [{"path": "a"}]}, "1.10.9", "'any_of' or 'all_of' HTTP filter types"),
    ({"all_of": [{"path": "a"}]}, "1.11.0", None),
    ({"method_filter": "GET"}, "1.19.9", "'method' http filter type"),
    ({"method_filter": "GET"}, "1.20.0", None),
    ({"body_filter": BODY}, None, "JSON body filters"),
    ({"body_filter": BODY}, "1.23.0", None),
    ({"any_of": [{"path": "a"}, BODY]}, "1.22.0", "JSON body filters"),
    ({"any_of": [{"method": "GET"}, BODY]}, "1.10.0", "'any_of' or 'all_of' HTTP filter types"),
    ({"header_filter_jq": "true"}, "1.25.0", "JQ header filters"),
    ({"header_filter_jq": "true"}, "1.26.0", None),
]


@pytest.mark.parametrize(("http_filter", "version", "refused"), VERSIONS)
def test_a_filter_needs_a_version(
    http_filter: dict[str, Any] | None, version: str | None, refused: str | None
) -> None:
    if refused is None:
        check_start(config(http_filter), version)
        return
    with pytest.raises(ConfigError, match=refused) as caught:
        check_start(config(http_filter), version)
    assert str(caught.value).startswith(
        f"Conflicting configuration found `Cannot use {refused}, protocol version"
    )


def test_a_filter_has_to_compile() -> None:
    with pytest.raises(ConfigError, match="invalid HTTP filter expression: error compiling regex"):
        check_start(config({"header_filter": "("}), "1.29.0")


def workload(port: Any) -> dict[str, Any]:
    container = {
        "name": "web", "ports": [{"name": "http", "containerPort": 80}], "readinessProbe": {"httpGet": {"port": port}}
    }  # fmt: skip
    return {"metadata": {"name": "x"}, "spec": {"template": {"spec": {"containers": [container]}}}}


@pytest.mark.parametrize(
    ("incoming", "port", "warned"),
    [
        ({}, 80, True),
        ({}, "http", True),
        ({"ports": [8080]}, 80, False),
        ({"http_filter": {"path_filter": "a"}}, 80, False),
        ({"mode": "mirror"}, 80, False),
    ],
)
def test_probes_may_be_stolen(incoming: dict[str, Any], port: Any, warned: bool) -> None:
    warnings = start_warnings(config(**incoming), workload(port))
    assert [("[80]" in warning) for warning in warnings] == [True] * warned


def test_nothing_is_known_of_the_target() -> None:
    assert start_warnings(config(), None) == ()
