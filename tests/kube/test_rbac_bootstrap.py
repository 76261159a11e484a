"""The roles of a fresh cluster, and ClusterRoles that are made of others."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.kube.rbac.aggregation import aggregate
from fakes.kube.rbac.bootstrap import bootstrap_objects
from fakes.kube.rbac.bootstrap_rules import parse_roles

Object = dict[str, Any]


def cluster_roles() -> dict[str, Object]:
    return {obj["metadata"]["name"]: obj for obj in bootstrap_objects() if obj["kind"] == "ClusterRole"}


@pytest.mark.parametrize(("name", "count"), [("admin", 29), ("edit", 27), ("view", 12)])
def test_user_facing_roles_have_the_rules_of_their_parts(name: str, count: int) -> None:
    assert len(cluster_roles()[name]["rules"]) == count


def test_user_facing_roles_are_empty_where_nobody_aggregates() -> None:
    roles = {obj["metadata"]["name"]: obj for obj in bootstrap_objects(aggregated=False)}
    assert [roles[name]["rules"] for name in ("admin", "edit", "view")] == [None, None, None]


def test_edit_as_an_object() -> None:
    role = cluster_roles()["edit"]
    assert role["apiVersion"] == "rbac.authorization.k8s.io/v1"
    assert role["metadata"] == {
        "name": "edit",
        "labels": {
            "kubernetes.io/bootstrapping": "rbac-defaults",
            "rbac.authorization.k8s.io/aggregate-to-admin": "true",
        },
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
    }
    assert role["aggregationRule"] == {
        "clusterRoleSelectors": [{"matchLabels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}}]
    }


def test_view_shows_no_secrets_and_no_roles() -> None:
    resources = {name for rule in cluster_roles()["view"]["rules"] for name in rule["resources"]}
    assert "pods/log" in resources
    assert resources.isdisjoint({"secrets", "roles", "rolebindings"})


def role(name: str, labels: dict[str, str], rules: list[Object] | None, selectors: Any = None) -> Object:
    found: Object = {"metadata": {"name": name, "labels": labels}, "rules": rules}
    if selectors is not None:
        found["aggregationRule"] = {"clusterRoleSelectors": selectors}
    return found


A, B, C = ({"verbs": [verb], "apiGroups": [""], "resources": ["pods"]} for verb in ("a", "b", "c"))
X, Y = {"matchLabels": {"x": "1"}}, {"matchExpressions": [{"key": "y", "operator": "Exists"}]}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([role("r", {}, [A])], {}),
        (
            [role("z", {"x": "1"}, [A]), role("b", {"x": "1"}, [B, A]), role("all", {}, [C], [X])],
            {"all": [B, A]},
        ),
        (
            [role("p", {"y": ""}, [A]), role("q", {"x": "1"}, [B]), role("all", {}, None, [X, Y])],
            {"all": [B, A]},
        ),
        ([role("self", {"x": "1"}, [A], [X])], {"self": []}),
        (
            [role("one", {"x": "1"}, None, [Y]), role("two", {}, None, [X]), role("base", {"y": ""}, [A])],
            {"one": [A], "two": [A]},
        ),
        ([role("bad", {}, [A], [{"matchLabels": {"x": "not valid!"}}])], {}),
    ],
    ids=["none", "by-name-once", "by-selector", "never-itself", "through-another", "unreadable"],
)
def test_aggregation(roles: list[Object], expected: dict[str, list[Object]]) -> None:
    assert aggregate(roles) == expected


def test_notation() -> None:
    assert parse_roles(
        "r\n    READ core pods,\n        pods/log\n    get url /x\n    EVENTS\ns\n    a,b g r n,m\n"
    ) == {
        "r": [
            {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
            {"verbs": ["get"], "nonResourceURLs": ["/x"]},
            {
                "verbs": ["create", "patch", "update"],
                "apiGroups": ["", "events.k8s.io"],
                "resources": ["events"],
            },
        ],
        "s": [{"verbs": ["a", "b"], "apiGroups": ["g"], "resources": ["r"], "resourceNames": ["n", "m"]}],
    }
