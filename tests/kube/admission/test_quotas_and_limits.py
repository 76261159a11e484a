"""ResourceQuota and LimitRange: what a namespace may hold, and what containers get."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError

DEFAULT = "/api/v1/namespaces/default"


@pytest.fixture
def call(request_as_admin: Any) -> Any:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
    request_as_admin("POST", f"{DEFAULT}/serviceaccounts", account)
    return request_as_admin


def quota(call: Any, **hard: str) -> None:
    spec = {"hard": {name.replace("__", "."): value for name, value in hard.items()}}
    call(
        "POST",
        f"{DEFAULT}/resourcequotas",
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": spec},
    )


def limit_range(call: Any, **limit: Any) -> None:
    spec = {"limits": [{"type": "Container", **limit}]}
    call(
        "POST",
        f"{DEFAULT}/limitranges",
        {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": spec},
    )


def pod(call: Any, name: str, **resources: dict[str, str]) -> Any:
    spec = {"containers": [{"name": "c", "image": "i", "resources": resources}]}
    return call(
        "POST",
        f"{DEFAULT}/pods",
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec},
    )


def config_map(call: Any, name: str) -> None:
    call(
        "POST", f"{DEFAULT}/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    )


def test_so_many_objects_and_no_more(call: Any) -> None:
    quota(call, configmaps="1", pods="1")
    config_map(call, "a")
    with pytest.raises(StatusError) as refusal:
        config_map(call, "b")
    expected = "exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1"
    assert refusal.value.message == f'configmaps "b" is forbidden: {expected}'
    call("DELETE", f"{DEFAULT}/configmaps/a")
    config_map(call, "b")
    pod(call, "a")
    with pytest.raises(
        StatusError, match="exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"
    ):
        pod(call, "b")


def test_so_much_of_a_resource_and_no_more(call: Any) -> None:
    quota(call, cpu="1", limits__memory="1Gi")
    with pytest.raises(StatusError, match=r"failed quota: q: must specify cpu for: c; limits\.memory for: c"):
        pod(call, "a")
    pod(call, "a", requests={"cpu": "600m"}, limits={"memory": "512Mi"})
    with pytest.raises(StatusError) as refusal:
        pod(call, "b", requests={"cpu": "500m"}, limits={"memory": "768Mi"})
    expected = (
        "exceeded quota: q, requested: cpu=500m,limits.memory=768Mi, used: cpu=600m,limits.memory=512Mi, "
        "limited: cpu=1,limits.memory=1Gi"
    )
    assert refusal.value.message == f'pods "b" is forbidden: {expected}'
    pod(call, "b", requests={"cpu": "400m"}, limits={"memory": "512Mi"})


def test_containers_that_say_nothing_get_the_defaults(call: Any) -> None:
    limit_range(call, default={"cpu": "1"}, defaultRequest={"cpu": "500m"})
    created = pod(call, "a")
    assert created["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "1"},
        "requests": {"cpu": "500m"},
    }
    said = "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    assert created["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == said


@pytest.mark.parametrize(
    ("limit", "resources", "problem"),
    [
        (
            {"max": {"cpu": "500m"}},
            {"limits": {"cpu": "1"}},
            "maximum cpu usage per Container is 500m, but limit is 1",
        ),
        (
            {"min": {"cpu": "500m"}},
            {"requests": {"cpu": "100m"}},
            "minimum cpu usage per Container is 500m, but request is 100m",
        ),
    ],
)
def test_containers_may_not_ask_for_more_or_less(limit: Any, resources: Any, problem: str, call: Any) -> None:
    limit_range(call, **limit)
    with pytest.raises(StatusError) as refusal:
        pod(call, "a", **resources)
    assert refusal.value.message == f'pods "a" is forbidden: {problem}'
