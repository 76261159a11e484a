"""Configurations: what they mean, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.config import Config, ConfigError, read_config, render_key
from fakes.mirrord.model.config_filters import check_usable
from fakes.mirrord.model.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.model.targets import TARGETLESS, Target


def incoming(value: Any, target: Any = "deployment/x", **environment: str) -> Config:
    return read_config({"target": target, "feature": {"network": {"incoming": value}}}, environment)


MODES: list[tuple[Any, dict[str, str], str]] = [
    (None, {}, "mirror"),
    (True, {}, "mirror"),
    (False, {}, "off"),
    ("steal", {}, "steal"),
    ({}, {}, "mirror"),
    ({"mode": "off"}, {}, "off"),
    ("off", {"MIRRORD_AGENT_TCP_STEAL_TRAFFIC": "true"}, "steal"),
    ("steal", {"MIRRORD_AGENT_TCP_STEAL_TRAFFIC": "false"}, "off"),
    ("steal", {"MIRRORD_AGENT_TCP_STEAL_TRAFFIC": "mirror"}, "mirror"),
]


@pytest.mark.parametrize(("value", "environment", "mode"), MODES)
def test_the_mode_of_incoming_traffic(value: Any, environment: dict[str, str], mode: str) -> None:
    assert incoming(value, **environment).incoming.mode == mode


FILTERS: list[tuple[dict[str, Any], HttpFilter | None]] = [
    ({}, None),
    ({"header_filter": "a"}, HeaderFilter("a")),
    ({"path_filter": "a"}, PathFilter("a")),
    ({"method_filter": "get"}, MethodFilter("GET")),
    ({"header_filter_jq": "true"}, HeaderJqFilter("true")),
    ({"body_filter": {"body": "json", "query": "$.a", "matches": "b"}}, BodyFilter("$.a", "b")),
    (
        {"all_of": [{"header": "a"}, {"path": "b"}, {"method": "put"}, {"query": "true"}]},
        CompositeFilter(
            True, (HeaderFilter("a"), PathFilter("b"), MethodFilter("PUT"), HeaderJqFilter("true"))
        ),
    ),
    (
        {"any_of": [{"body": "json", "query": "$.a", "matches": "b"}]},
        CompositeFilter(False, (BodyFilter("$.a", "b"),)),
    ),
    ({"ports": [80]}, None),
]


@pytest.mark.parametrize(("section", "filter_"), FILTERS)
def test_a_filter_is_read(section: dict[str, Any], filter_: HttpFilter | None) -> None:
    read = incoming({"http_filter": section}).incoming
    assert read.filter == filter_
    assert read.header_filter == section.get("header_filter")


def test_the_environment_is_stronger() -> None:
    config = incoming(
        {"http_filter": {"header_filter": "a", "ports": 80}},
        MIRRORD_HTTP_HEADER_FILTER="b",
        MIRRORD_HTTP_FILTER_PORTS="81,82",
        MIRRORD_IMPERSONATED_TARGET="pod/y",
        MIRRORD_TARGET_NAMESPACE="other",
        MIRRORD_OPERATOR_ENABLE="false",
        MIRRORD_OPERATOR_ON_CONCURRENT_STEAL="override",
    )
    assert config.incoming.filter == HeaderFilter("b")
    assert config.incoming.filter_ports == (81, 82)
    assert (config.target, config.namespace, config.operator) == (Target("pod", "y"), "other", False)
    assert config.incoming.on_concurrent_steal == "override"


TARGETS: list[tuple[Any, Target, str | None]] = [
    (None, TARGETLESS, None),
    ("deploy/x/container/y", Target("deployment", "x", "y"), None),
    ({"path": "pod/x", "namespace": "n"}, Target("pod", "x"), "n"),
    ({"path": {"pod": "x", "container": "y"}, "namespace": "n"}, Target("pod", "x", "y"), "n"),
    ({"stateful_set": "x"}, Target("statefulset", "x"), None),
    ({"namespace": "n"}, TARGETLESS, "n"),
]


@pytest.mark.parametrize(("value", "target", "namespace"), TARGETS)
def test_a_target_is_read(value: Any, target: Target, namespace: str | None) -> None:
    config = read_config({"target": value})
    assert (config.target, config.namespace) == (target, namespace)


PORT_CASES = [
    (ports, filtered_ports, filtered)
    for ports in (None, [80], [80, 81], [81])
    for filtered_ports in (None, [80], [80, 81], [81])
    for filtered in (False, True)
]


@pytest.mark.parametrize(("ports", "filtered_ports", "filtered"), PORT_CASES)
def test_which_port_is_subscribed_with_which_filter(
    ports: list[int] | None, filtered_ports: list[int] | None, filtered: bool
) -> None:
    http_filter: dict[str, Any] = {"path_filter": "/test"} if filtered else {}
    section = {"mode": "steal", "ports": ports, "http_filter": http_filter | {"ports": filtered_ports}}
    subscription = incoming(section).incoming.subscription(80)
    if ports is not None and 80 not in ports:
        assert subscription is None
    elif not filtered or (filtered_ports is not None and 80 not in filtered_ports):
        assert subscription == Subscription(port=80, mode="steal")
    else:
        assert subscription == Subscription(port=80, mode="steal", filter=PathFilter("/test"))


PORTS: list[tuple[dict[str, Any], int, int | None]] = [
    ({"port_mapping": [[8080, 80]]}, 8080, 80),
    ({"port_mapping": [[8080, 80]]}, 80, 80),
    ({"port_mapping": [[8080, 80]], "ports": [80]}, 8080, 80),
    ({"port_mapping": [[8080, 80]], "ports": [8080]}, 8080, None),
    ({"port_mapping": [[8080, 80]], "ignore_ports": [80]}, 8080, 80),
    ({"ignore_ports": [80]}, 80, None),
    ({"listen_ports": [[80, 8080]]}, 80, 80),
    ({"mode": "off"}, 80, None),
    ({}, 0, None),
]


@pytest.mark.parametrize(("section", "local", "remote"), PORTS)
def test_a_local_port_is_a_remote_one_or_stays_local(
    section: dict[str, Any], local: int, remote: int | None
) -> None:
    subscription = incoming(section).incoming.subscription(local)
    assert (None if subscription is None else subscription.port) == remote


def test_loopback_may_be_ignored() -> None:
    read = incoming({"ignore_localhost": True}).incoming
    assert read.subscription(80, loopback=True) is None
    assert read.subscription(80) is not None


def http(**section: Any) -> dict[str, Any]:
    return {
        "target": "pod/x",
        "feature": {"network": {"incoming": {"mode": "steal", "http_filter": section}}},
    }


def inside(**section: Any) -> dict[str, Any]:
    return {"target": "pod/x", "feature": {"network": {"incoming": section}}}


LABELS = "label/a=b"
WRONG: list[tuple[dict[str, Any], str]] = [
    (
        http(path_filter="a", header_filter="b"),
        "Conflicting configuration found `Cannot use multiple types of HTTP filter",
    ),
    (http(all_of=[{"path": "a"}], any_of=[{"path": "a"}]), "use 'any_of' or 'all_of' to combine filters`"),
    (http(all_of=[]), "Conflicting configuration found `Composite HTTP filter cannot be empty`"),
    (
        http(header_filter=""),
        "invalid feature.network.incoming.http_filter value ``: HTTP filter `header_filter` cannot be an empty string",
    ),
    (
        http(all_of=[{"path": "a"}, {"header": ""}]),
        "HTTP filter `all_of[1].header` cannot be an empty string",
    ),
    (
        http(body_filter={"body": "json", "query": "$", "matches": ""}),
        "HTTP filter `body_filter.matches` cannot be",
    ),
    (
        http(body_filter={"body": "json", "query": "$.[", "matches": "a"}),
        "invalid feature.network.incoming.http_filter.body_filter.query value `$.[`: ",
    ),
    (
        http(header_filter="a", method_filter="GET"),
        "No HTTP filters specified, this should have been caught earlier",
    ),
    (http(method_filter=["GET"]), "expected a string"),
    (http(all_of=[{"header": "a", "path": "b"}]), "untagged enum InnerFilter"),
    (http(all_of=[{"nothing": "a"}]), "untagged enum InnerFilter"),
    (http(header="a"), "unknown field `header`"),
    (http(all_of={"header": "a"}), "expected a list of filters"),
    (http(body_filter="a"), "expected a map"),
    (http(header_filter="a", ports="80"), "invalid type at feature.network.incoming.http_filter.ports"),
    (inside(ports=[70000]), "invalid type at feature.network.incoming.ports, expected a list of ports"),
    (inside(port_mapping=[8080]), "expected a list of pairs of ports"),
    (inside(filter="a"), "unknown field `filter`"),
    (inside(mode="Steal"), "unknown variant `Steal`, expected one of `mirror`, `steal`, `off`"),
    (
        inside(ignore_ports=[1], ports=[2]),
        "Cannot use both `incoming.ignore_ports` and `incoming.ports` at the same time",
    ),
    (
        inside(https_delivery={}, tls_delivery={}),
        "Cannot use both `feature.network.incoming.https_delivery` and",
    ),
    (inside(port_mapping=[[8080, 1], [8080, 2]]), "contains duplicate source port `8080`"),
    (inside(listen_ports=[[1, 8080], [2, 8080]]), "contains duplicate target port `8080`"),
    (
        inside(on_concurrent_steal="never"),
        "could not parse ConcurrentSteal from string, values continue/override",
    ),
    ({"feature": {"network": {"incoming": "steal"}}}, "Steal mode is not compatible with a targetless agent"),
    ({"agent": {"ephemeral": True}}, "Using an ephemeral container for the agent is not compatible"),
    ({"target": "x"}, "invalid target provided `Provided target: x is unsupported."),
    (
        {"target": "pod/x", "operator": False, "feature": {"copy_target": True}},
        "The copy target feature requires a mirrord operator",
    ),
    (
        {"feature": {"copy_target": {"enabled": True}}},
        "The copy target feature is not compatible with a targetless",
    ),
    ({"target": "service/x", "feature": {"copy_target": True}}, "is not yet supported with service targets"),
    ({"target": LABELS, "feature": {"copy_target": True}}, "`copy_target`"),
    ({"target": LABELS, "multi_cluster": True}, "`multi_cluster`"),
    ({"target": LABELS, "feature": {"split_queues": {"q": {}}}}, "`split_queues`"),
    ({"target": "statefulset/x", "operator": False}, "Target type requires the mirrord-operator"),
    (
        {"feature": {"env": {"include": "A", "exclude": "B"}}},
        "cannot use both `include` and `exclude` filters for environment variables",
    ),
    ({"startup_retry": {"min_ms": 9000}}, "invalid startup_retry.min_ms value `9000`"),
    ({"startup_retry": {"min_ms": 0, "max_ms": 0}}, "invalid startup_retry.max_ms value `0`"),
]


@pytest.mark.parametrize(("document", "text"), WRONG, ids=[row[1][:50] for row in WRONG])
def test_a_wrong_configuration_is_refused_in_the_words_of_the_product(
    document: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_config(document)
    assert text in str(refusal.value)


def test_the_mode_in_the_environment_is_checked() -> None:
    with pytest.raises(ConfigError, match="values must be bool or mirror/steal"):
        incoming(None, MIRRORD_AGENT_TCP_STEAL_TRAFFIC="yes")


RIGHT: list[dict[str, Any]] = [
    http(header_filter="("),
    inside(mode="mirror", http_filter={"header_filter": "a"}),
    {"feature": {"network": {"incoming": {"http_filter": {"header_filter": "a"}}}}},
    {"target": "job/x"},
    {"target": "pod/x", "feature": {"copy_target": False}, "operator": False},
]


@pytest.mark.parametrize("document", RIGHT, ids=str)
def test_verification_lets_pass(document: dict[str, Any]) -> None:
    read_config(document)


def test_an_expression_is_checked_when_the_process_starts() -> None:
    filter_ = read_config(http(header_filter="(")).incoming.filter
    assert filter_ is not None
    with pytest.raises(ConfigError, match="invalid HTTP filter expression: error compiling regex"):
        check_usable(filter_)


WARNED: list[tuple[dict[str, Any], str]] = [
    (inside(https_delivery={}), "`feature.network.incoming.https_delivery` is deprecated"),
    (inside(port_mapping=[[80, 80]]), "port_mapping"),
    (inside(on_concurrent_steal="continue"), "on_concurrent_steal is marked as unstable"),
    ({"agent": {"namespace": "n"}}, "Agent namespace is ignored in targetless runs."),
    ({"target": "pod/x", "feature": {"copy_target": True}}, "Using copy target feature without steal mode"),
    (
        {
            "target": "pod/x",
            "feature": {"copy_target": True, "network": {"incoming": {"http_filter": {"path_filter": "/"}}}},
        },
        "all unmatched HTTP requests are discarded",
    ),
]


@pytest.mark.parametrize(("document", "text"), WARNED, ids=[row[1] for row in WARNED])
def test_a_doubtful_configuration_is_warned_of(document: dict[str, Any], text: str) -> None:
    assert any(text in warning for warning in read_config(document).warnings)


def test_what_is_not_simulated_is_accepted_and_named() -> None:
    document = {
        "telemetry": False,
        "feature": {"fs": "local", "network": {"outgoing": False, "incoming": "mirror"}},
    }
    config = read_config(document | {"key": "k", "profile": "p"})
    assert config.not_simulated == ("telemetry", "feature.fs", "feature.network.outgoing")
    assert (config.key, config.profile) == ("k", "p")


def test_the_key_is_filled_in() -> None:
    assert render_key('"baggage: .*mirrord-session={{ key }}.*" {{key}}', "k\\1") == (
        '"baggage: .*mirrord-session=k\\1.*" k\\1'
    )
