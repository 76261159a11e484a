"""A budget says how many Pods may be evicted, and evictions keep to it."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError

DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture
def shop(world):
    template = {
        "metadata": {"labels": {"app": "shop"}},
        "spec": {"containers": [{"name": "c", "image": "i"}]},
    }
    spec = {"replicas": 4, "selector": {"matchLabels": {"app": "shop"}}, "template": template}
    world.create(DEPLOYMENTS, {"metadata": {"name": "shop"}, "spec": spec})
    return world


def budget(world, **spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": "shop"}}
    world.create(BUDGETS, {"metadata": {"name": "shop"}, "spec": {"selector": selector, **spec}})
    status: dict[str, Any] = world("GET", f"{BUDGETS}/shop")["status"]
    return status


@pytest.mark.parametrize(
    ("spec", "desired", "allowed"),
    [
        ({"minAvailable": 3}, 3, 1),
        ({"minAvailable": "50%"}, 2, 2),
        ({"maxUnavailable": 1}, 3, 1),
        ({"maxUnavailable": "30%"}, 2, 2),
        ({"minAvailable": 4}, 4, 0),
        ({"minAvailable": 9}, 9, 0),
    ],
)
def test_a_budget_counts(shop, spec, desired, allowed):
    status = budget(shop, **spec)
    assert (status["currentHealthy"], status["expectedPods"]) == (4, 4)
    assert (status["desiredHealthy"], status["disruptionsAllowed"]) == (desired, allowed)
    reason = "SufficientPods" if allowed else "InsufficientPods"
    assert [each["reason"] for each in status["conditions"]] == [reason]


@pytest.mark.parametrize(("least", "evicted"), [(3, True), (4, False)])
def test_an_eviction_asks_the_budget(shop, least, evicted):
    budget(shop, minAvailable=least)
    name = shop.names(PODS)[0]
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    if evicted:
        shop("POST", f"{PODS}/{name}/eviction", eviction)
    else:
        with pytest.raises(StatusError, match="disruption budget"):
            shop("POST", f"{PODS}/{name}/eviction", eviction)
    assert (name in shop.names(PODS)) is not evicted
    assert len(shop.names(PODS)) == 4
