"""A cluster that is a copy of an earlier one is that cluster, and shares nothing that can change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.cluster import FakeCluster

DEPLOYMENT = {
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "main", "image": "registry.example.com/web:1"}]},
        },
    },
}
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def contents(cluster: FakeCluster) -> dict[str, list[Any]]:
    found = cluster.image().snapshot.objects
    return {resource: [stored.object for stored in objects] for resource, objects in found.items() if objects}


def use(cluster: FakeCluster) -> None:
    cluster.driver.run(cluster.client().request("POST", DEPLOYMENTS, body=DEPLOYMENT))
    assert isinstance(cluster.clock, FakeClock)
    cluster.clock.step(timedelta(minutes=1))
    cluster.driver.run(cluster.client().request("DELETE", f"{DEPLOYMENTS}/web"))


@pytest.mark.parametrize("operator", ["none", "model"])
def test_a_copy_is_the_same_to_the_byte_also_after_use(operator: Any) -> None:
    made = FakeCluster(seed=7, operator=operator, copied=False)
    copy = FakeCluster(seed=7, operator=operator)
    assert contents(copy) == contents(made)
    use(made)
    use(copy)
    assert contents(copy) == contents(made)


def test_what_happens_in_one_copy_is_not_seen_in_another() -> None:
    first, second = FakeCluster(seed=8), FakeCluster(seed=8)
    before = contents(second)
    use(first)
    assert contents(second) == before


def test_another_seed_gives_other_names() -> None:
    uids = [
        FakeCluster(seed=seed).storage.list("namespaces")[0].object["metadata"]["uid"]
        for seed in (1, 2, None, None)
    ]
    assert len(set(uids)) == 4


def test_definitions_of_an_earlier_cluster_are_not_served() -> None:
    cluster = FakeCluster(seed=9)
    definition = {
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": {"type": "object"}},
                }
            ],
        },
    }
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    cluster.driver.run(cluster.client().request("POST", path, body=definition))
    assert cluster.kube.custom.claims("example.com")
    assert not FakeCluster(seed=9).kube.custom.claims("example.com")
