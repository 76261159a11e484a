"""Policies: for which targets they are, and what they forbid."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.filters import CompositeFilter, HeaderFilter, HttpFilter, PathFilter
from fakes.mirrord.model.policies import Policies, Policy, applicable, glob_matches
from fakes.mirrord.model.refusals import BlockedError
from fakes.mirrord.model.session import Mode, Subscription
from fakes.mirrord.model.targets import TARGETLESS, Target, parse_path

WEB = Target("deployment", "web")
GENERAL = "your organization does not allow you to use this mirrord feature with the chosen target"

APPLIES: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "deploy/web", True),
    ({"namespace": "shop"}, "deploy/web", True),
    ({"namespace": "other"}, "deploy/web", False),
    ({"target_path": "*"}, "targetless", True),
    ({"target_path": "deploy/w*"}, "deploy/web", True),
    ({"target_path": "deploy/w*"}, "pod/web", False),
    ({"target_path": "deployment/web"}, "deployment/web", False),
    ({"target_path": "deploy/we?"}, "deployment/web", True),
    ({"target_path": "deploy/web"}, "deploy/web/container/c", False),
    ({"target_path": "deploy/*/container/?"}, "deploy/web/container/c", True),
    ({"target_path": "label"}, "label/a=b", True),
    ({"selector": {"matchLabels": {"tier": "web"}}}, "deploy/web", True),
    ({"selector": {"matchLabels": {"tier": "db"}}}, "deploy/web", False),
    ({"selector": {}}, "deploy/web", True),
    ({"target_path": "pod/*", "selector": {"matchLabels": {"tier": "web"}}}, "deploy/web", False),
]
EXPRESSIONS = [
    ({"key": "tier", "operator": "In", "values": ["web", "db"]}, True),
    ({"key": "tier", "operator": "NotIn", "values": ["web"]}, False),
    ({"key": "none", "operator": "NotIn", "values": ["web"]}, True),
    ({"key": "tier", "operator": "Exists"}, True),
    ({"key": "none", "operator": "Exists"}, False),
    ({"key": "none", "operator": "DoesNotExist"}, True),
    ({"key": "none", "operator": "In", "values": ["web"]}, False),
    ({"key": "tier", "operator": "Like", "values": ["web"]}, False),
]


@pytest.mark.parametrize(("fields", "path", "applies"), APPLIES)
def test_a_policy_is_for_some_targets(fields: dict[str, Any], path: str, applies: bool) -> None:
    assert Policy(name="p", **fields).applies(parse_path(path), "shop", {"tier": "web"}) is applies


@pytest.mark.parametrize(("expression", "applies"), EXPRESSIONS)
def test_a_selector_has_expressions(expression: dict[str, Any], applies: bool) -> None:
    policy = Policy(name="p", selector={"matchExpressions": [expression]})
    assert policy.applies(WEB, "shop", {"tier": "web"}) is applies


@pytest.mark.parametrize(("pattern", "matched"), [("a.c", False), ("a?c", True), ("A?C", False), ("*", True)])
def test_a_glob_knows_two_wild_characters(pattern: str, matched: bool) -> None:
    assert glob_matches(pattern, "abc") is matched


def test_policies_are_not_for_copies_unless_they_say_so() -> None:
    usual, wide = Policy(name="a"), Policy(name="b", applies_to_copy_targets=True)
    assert applicable([usual, wide], WEB, "shop", {}) == Policies((usual, wide))
    assert applicable([usual, wide], WEB, "shop", {}, copied=True) == Policies((wide,))


def both(all_of: bool) -> CompositeFilter:
    return CompositeFilter(all_of, (HeaderFilter("x-team: red"), HeaderFilter("other"), PathFilter("/")))


TEAM = "^x-team: "
BLOCKS: list[tuple[set[str], str | None, Mode, HttpFilter | None, bool]] = [
    (set(), None, "steal", None, False),
    ({"steal"}, None, "steal", None, True),
    ({"steal"}, None, "steal", HeaderFilter("a"), True),
    ({"steal"}, None, "mirror", None, False),
    ({"steal-without-filter"}, None, "steal", None, True),
    ({"steal-without-filter"}, None, "steal", PathFilter("a"), False),
    ({"mirror"}, None, "mirror", None, True),
    ({"mirror"}, None, "mirror", HeaderFilter("a"), True),
    ({"mirror"}, None, "steal", None, False),
    (set(), TEAM, "steal", None, True),
    (set(), TEAM, "steal", HeaderFilter("x-team: red"), False),
    (set(), TEAM, "steal", HeaderFilter("team: red"), True),
    (set(), TEAM, "steal", PathFilter("x-team: red"), True),
    (set(), TEAM, "steal", both(True), False),
    (set(), TEAM, "steal", both(False), False),
    (set(), TEAM, "steal", CompositeFilter(True, (PathFilter("a"),)), True),
    (set(), TEAM, "mirror", None, False),
    (set(), "(", "steal", HeaderFilter("("), True),
]


@pytest.mark.parametrize(("block", "demanded", "mode", "filter_", "blocked"), BLOCKS)
def test_a_policy_blocks(
    block: set[str], demanded: str | None, mode: Mode, filter_: HttpFilter | None, blocked: bool
) -> None:
    policies = Policies((Policy(name="p", block=frozenset(block), header_filter=demanded),))
    subscription = Subscription(port=80, mode=mode, filter=filter_)
    if blocked:
        with pytest.raises(BlockedError, match="forbidden by the mirrord policy"):
            policies.check_subscription(subscription)
    else:
        policies.check_subscription(subscription)


def test_every_header_filter_of_any_of_may_be_asked_to_fit() -> None:
    policy = Policy(name="p", header_filter=TEAM)
    subscription = Subscription(port=80, mode="steal", filter=both(False))
    applicable([policy], WEB, "shop", {}).check_subscription(subscription)
    with pytest.raises(BlockedError):
        applicable([policy], WEB, "shop", {}, any_of="all").check_subscription(subscription)


TEXTS: list[tuple[Subscription, str, str]] = [
    (
        Subscription(port=80, mode="steal"),
        "p",
        f'Stealing traffic from port 80 is forbidden by the mirrord policy "p" for this target ({GENERAL}).',
    ),
    (
        Subscription(port=80, mode="mirror"),
        "",
        f"Mirroring traffic from port 80 is forbidden by a mirrord policy for this target ({GENERAL}).",
    ),
    (
        Subscription(port=80, mode="steal", filter=HeaderFilter("a: b")),
        "p",
        (
            "Stealing traffic from port 80 with http request filter: header=a: b is forbidden by the mirrord "
            f'policy "p" for this target ({GENERAL}).'
        ),
    ),
]


@pytest.mark.parametrize(("subscription", "name", "text"), TEXTS)
def test_a_blocked_subscription_is_told_in_the_words_of_the_product(
    subscription: Subscription, name: str, text: str
) -> None:
    policies = Policies((Policy(name=name, block=frozenset({"steal", "mirror"})),))
    with pytest.raises(BlockedError) as refusal:
        policies.check_subscription(subscription)
    assert str(refusal.value) == text


PROFILES: list[tuple[list[Policy], str | None, bool]] = [
    ([], None, True),
    ([Policy(name="a", require_profile=True)], None, False),
    ([Policy(name="a", require_profile=True)], "any", True),
    ([Policy(name="a", profiles=frozenset({"x"}))], None, True),
    ([Policy(name="a", profiles=frozenset({"x"}))], "y", False),
    (
        [Policy(name="a", profiles=frozenset({"x"})), Policy(name="b", profiles=frozenset({"x", "y"}))],
        "x",
        True,
    ),
    ([Policy(name="a", profiles=frozenset({"x"})), Policy(name="b", profiles=frozenset({"y"}))], "x", False),
]


@pytest.mark.parametrize(("policies", "profile", "allowed"), PROFILES)
def test_a_profile_may_be_demanded_and_must_be_in_every_list(
    policies: list[Policy], profile: str | None, allowed: bool
) -> None:
    if allowed:
        Policies(tuple(policies)).check_profile(profile)
    else:
        with pytest.raises(StatusError):
            Policies(tuple(policies)).check_profile(profile)


def test_scaling_down_may_be_blocked() -> None:
    policy = Policy(name="p", block=frozenset({"copy-target-scale-down"}))
    with pytest.raises(StatusError, match="Operation was blocked by policy `p`"):
        Policies((policy,)).check_scale_down()


def test_a_policy_is_read_from_its_object() -> None:
    policy = Policy.from_object(
        {
            "kind": "MirrordPolicy",
            "metadata": {"name": "p", "namespace": "shop"},
            "spec": {
                "targetPath": "deploy/*",
                "selector": {"matchLabels": {"a": "b"}},
                "block": ["steal-without-filter"],
                "network": {"incoming": {"httpFilter": {"headerFilter": TEAM}}},
                "requireProfile": True,
                "profileAllowlist": ["x"],
                "env": {"exclude": ["SECRET_*"]},
                "appliesToCopyTargets": True,
            },
        }
    )
    assert policy == Policy(
        name="p",
        namespace="shop",
        target_path="deploy/*",
        selector={"matchLabels": {"a": "b"}},
        block=frozenset({"steal-without-filter"}),
        header_filter=TEAM,
        require_profile=True,
        profiles=frozenset({"x"}),
        applies_to_copy_targets=True,
    )
    bare = Policy.from_object({"metadata": {"name": "c"}, "spec": {"block": []}})
    assert bare == Policy(name="c")
    assert bare.applies(TARGETLESS, "anywhere", {})
