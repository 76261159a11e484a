"""What an operator of an earlier version says and serves, request by request."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.cluster import Settings
from fakes.mirrord.model.versions import FEATURES_SINCE, at_least, features_of

SESSIONS = "/namespaces/default/sessions"
CREDENTIALS = "/mirrordclusteroperatorusercredentials"


@pytest.mark.parametrize(
    ("version", "since", "expected"),
    [
        ("3.91.0", "3.91.0", True),
        ("3.90.9", "3.91.0", False),
        ("3.100.0", "3.91.0", True),
        ("4.0.0", "3.91.0", True),
        ("3.91.0-rc.1", "3.91.0", True),
    ],
)
def test_versions_are_compared_by_numbers(version: str, since: str, expected: bool) -> None:
    assert at_least(version, since) is expected


def test_features_are_never_taken_back() -> None:
    versions = sorted(FEATURES_SINCE.values(), key=lambda text: [int(part) for part in text.split(".")])
    known: set[str] = set()
    for version in versions:
        assert known < set(features_of(version))
        known = set(features_of(version))


def test_features_that_are_given_count_whatever_the_version() -> None:
    settings = Settings(operator_version="3.60.0", supported_features=("SessionManagement",))
    assert settings.supports("SessionManagement")
    assert not settings.supports("ProxyApi")


def be(operated, version: str, **more: Any) -> None:
    operated.cluster.operator.reconfigure(Settings(operator_version=version, **more))


def discovered(operated) -> dict[str, Any]:
    found = operated.ask("GET", "/apis/operator.metalbear.co/v1")["resources"]
    return {each["name"]: each for each in found}


ROUTES = [
    ("3.90.0", "DELETE", "/sessions", False),
    ("3.90.0", "DELETE", "/sessions/1", False),
    ("3.90.0", "GET", SESSIONS, False),
    ("3.91.0", "DELETE", "/sessions", True),
    ("3.150.0", "GET", SESSIONS, False),
    ("3.150.0", "GET", "/sessions", False),
    ("3.150.0", "DELETE", SESSIONS, False),
    ("3.187.0", "GET", SESSIONS, True),
    ("3.187.0", "GET", "/sessions", True),
    ("3.83.0", "GET", "/namespaces/default/copytargets", False),
    ("3.84.0", "GET", "/namespaces/default/copytargets", True),
    ("3.83.0", "GET", "/namespaces/default/targets", True),
]


@pytest.mark.parametrize(("version", "method", "path", "served"), ROUTES)
def test_a_route_that_is_not_there_is_answered_in_plain_text(
    operated, version: str, method: str, path: str, served: bool
) -> None:
    be(operated, version)
    full = f"/apis/operator.metalbear.co/v1{path}"
    code, body = operated.raw(method, full, certificate=operated.certificate("admin"))
    if served:
        assert code == 200 or b'"kind":"Status"' in body
    else:
        assert (code, body) == (404, b"404 page not found\n")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.83.0", ["mirrordoperators", "mirrordoperators/certificate", "mirrordoperators/ping", "targets"]),
        (
            "3.91.0",
            [
                "copytargets",
                "mirrordoperators",
                "mirrordoperators/certificate",
                "mirrordoperators/ping",
                "sessions",
                "targets",
            ],
        ),
    ],
)
def test_discovery_lists_what_is_served(operated, version: str, expected: list[str]) -> None:
    be(operated, version)
    assert sorted(discovered(operated)) == expected


def test_sessions_belonged_to_the_cluster(operated) -> None:
    be(operated, "3.150.0")
    sessions = discovered(operated)["sessions"]
    assert (sessions["namespaced"], sessions["verbs"]) == (False, ["delete", "deletecollection"])


@pytest.mark.parametrize(
    ("version", "features", "supported"),
    [
        ("3.84.0", ["ProxyApi"], None),
        ("3.91.0", ["ProxyApi"], ["ProxyApi", "CopyTarget", "SessionManagement"]),
    ],
)
def test_the_list_of_features(operated, version: str, features: list[str], supported: Any) -> None:
    be(operated, version)
    spec = operated.ask("GET", "/mirrordoperators/operator")["spec"]
    assert (spec["features"], spec.get("supported_features")) == (features, supported)


@pytest.mark.parametrize("form", [None, "array", "object"])
def test_ports_in_either_form(operated, form: Any) -> None:
    be(operated, "3.119.0", locked_port_form=form)
    operated.ask(
        "POST",
        "/namespaces/default/copytargets",
        {
            "apiVersion": "operator.metalbear.co/v1", "kind": "CopyTarget", "metadata": {"name": "deploy.shop"},
            "spec": {"target": {"deployment": "shop"}, "scale_down": False},
        },
    )  # fmt: skip
    (entry,) = operated.status()["copy_targets"]
    assert isinstance(entry, dict if form == "object" else list)


def test_an_operator_without_the_proxy_verb(operated) -> None:
    be(operated, "3.57.0")
    code, _ = operated.raw(
        "GET", "/apis/operator.metalbear.co/v1/proxy/namespaces/default/targets/deployment.shop",
        certificate=operated.certificate("admin"),
    )  # fmt: skip
    assert code == 404
    operated.connect(0xFF, path="/namespaces/default/targets/deployment.shop")
    assert operated.ids() == ["FF"]
