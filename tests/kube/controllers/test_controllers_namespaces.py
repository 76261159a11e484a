"""Namespaces have an account and a certificate from the start, and are empty before they go."""

from __future__ import annotations

from typing import Any

import pytest

NAMESPACES = "/api/v1/namespaces"
OPERATOR = "operator.example.com"


def condition(obj: dict[str, Any], kind: str) -> tuple[str, str, str]:
    found = next(each for each in obj["status"]["conditions"] if each["type"] == kind)
    return found["status"], found["reason"], found["message"]


@pytest.fixture
def shop(world):
    world.create(NAMESPACES, {"metadata": {"name": "shop"}})
    return f"{NAMESPACES}/shop"


@pytest.mark.parametrize("namespace", ["default", "kube-system", "kube-public", "kube-node-lease", "shop"])
def test_every_namespace_has_an_account_and_a_certificate(world, shop, namespace):
    path = f"{NAMESPACES}/{namespace}"
    assert "default" in world.names(f"{path}/serviceaccounts")
    found = world("GET", f"{path}/configmaps/kube-root-ca.crt")
    assert found["data"]["ca.crt"] == world.cluster.client_ca.pem.decode()
    assert [each["manager"] for each in found["metadata"]["managedFields"]] == ["kube-controller-manager"]


def test_what_is_put_in_at_the_start_is_what_the_controllers_would_write(world, shop):
    def shape(namespace: str) -> Any:
        found = world("GET", f"{NAMESPACES}/{namespace}/configmaps/kube-root-ca.crt")
        for field in ("uid", "resourceVersion", "namespace"):
            del found["metadata"][field]
        return found

    assert shape("default") == shape("shop")


@pytest.mark.parametrize("path", ["serviceaccounts/default", "configmaps/kube-root-ca.crt"])
def test_they_come_back_when_they_are_deleted(world, shop, path):
    before = world("GET", f"{shop}/{path}")["metadata"]["uid"]
    world.delete(f"{shop}/{path}")
    assert world("GET", f"{shop}/{path}")["metadata"]["uid"] != before


def test_the_certificate_is_restored_when_it_is_changed(world, shop):
    changed = world.merge(f"{shop}/configmaps/kube-root-ca.crt", {"data": {"ca.crt": "mine"}})
    assert changed["data"]["ca.crt"] == "mine"
    found = world("GET", f"{shop}/configmaps/kube-root-ca.crt")
    assert found["data"]["ca.crt"] == world.cluster.client_ca.pem.decode()


def test_a_deleted_namespace_goes_with_its_contents(world, shop):
    world.create(f"{shop}/configmaps", {"metadata": {"name": "settings"}})
    world.create("/apis/apps/v1/namespaces/shop/controllerrevisions", {"metadata": {"name": "r"}, "data": {}})
    world.delete(shop)
    assert not world.exists(shop)
    assert "settings" not in world.names("/api/v1/configmaps")
    assert world.names("/apis/apps/v1/controllerrevisions") == []
    world.create(NAMESPACES, {"metadata": {"name": "shop"}})
    assert world("GET", shop)["status"]["phase"] == "Active"


def test_finalizers_hold_a_namespace_and_its_conditions_say_so(world, shop):
    world.create(f"{shop}/configmaps", {"metadata": {"name": "held", "finalizers": ["example.com/hold"]}})
    world.delete(shop)
    found = world("GET", shop)
    assert found["status"]["phase"] == "Terminating"
    assert condition(found, "NamespaceContentRemaining") == (
        "True", "SomeResourcesRemain", "Some resources are remaining: configmaps. has 1 resource instances"
    )  # fmt: skip
    assert condition(found, "NamespaceFinalizersRemaining") == (
        "True", "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    )  # fmt: skip
    assert condition(found, "NamespaceDeletionDiscoveryFailure")[:2] == ("False", "ResourcesDiscovered")
    world.merge(f"{shop}/configmaps/held", {"metadata": {"finalizers": None}})
    assert not world.exists(shop)


def test_a_server_that_does_not_answer_holds_a_namespace(world, shop):
    services = "/apis/apiregistration.k8s.io/v1/apiservices"
    spec = {
        "group": OPERATOR, "version": "v1", "groupPriorityMinimum": 1000, "versionPriority": 15,
        "insecureSkipTLSVerify": True, "service": {"namespace": "ops", "name": "gone"},
    }  # fmt: skip
    world.create(services, {"metadata": {"name": f"v1.{OPERATOR}"}, "spec": spec})
    world.delete(shop)
    status, reason, message = condition(world("GET", shop), "NamespaceDeletionDiscoveryFailure")
    assert (status, reason) == ("True", "DiscoveryFailed")
    assert f"{OPERATOR}/v1: stale GroupVersion discovery: {OPERATOR}/v1" in message
    world.delete(f"{services}/v1.{OPERATOR}")
    assert not world.exists(shop)


def test_without_controllers_nothing_happens(make_world):
    world = make_world(controllers=[])
    world.create(NAMESPACES, {"metadata": {"name": "shop"}})
    assert world.names("/api/v1/serviceaccounts") == []
    world.delete(f"{NAMESPACES}/shop")
    assert world("GET", f"{NAMESPACES}/shop")["status"]["phase"] == "Terminating"


def test_a_controller_that_does_not_exist_is_named(make_world):
    with pytest.raises(ValueError, match=r"no controller is called horizontal; there are .*namespace"):
        make_world(controllers=["namespace-controller", "horizontal"])
