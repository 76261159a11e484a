"""Services have Endpoints and EndpointSlices of the Pods that they select."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakes.kube.controllers.kubelet import KubeletSettings

BASE = "/api/v1/namespaces/default"
SERVICES, PODS, ENDPOINTS = f"{BASE}/services", f"{BASE}/pods", f"{BASE}/endpoints"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"


def pod(name: str, *ports: dict[str, Any], **spec: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "shop", "ports": list(ports)}
    return {
        "metadata": {"name": name, "labels": {"app": "shop"}},
        "spec": {"containers": [container], **spec},
    }


def service(**spec: Any) -> dict[str, Any]:
    ports = [{"port": 80, "targetPort": 8080}]
    return {
        "metadata": {"name": "shop", "labels": {"team": "a"}},
        "spec": {"selector": {"app": "shop"}, "ports": ports, **spec},
    }


def slices(world) -> list[dict[str, Any]]:
    found = world("GET", SLICES)["items"]
    return [each for each in found if each["metadata"]["labels"].get("kubernetes.io/service-name") == "shop"]


def endpoint_names(world) -> list[str]:
    return sorted(each["targetRef"]["name"] for one in slices(world) for each in one.get("endpoints") or ())


def test_a_service_has_the_addresses_of_its_pods(world):
    world.create(SERVICES, service())
    world.create(PODS, pod("a"))
    found = world("GET", f"{PODS}/a")
    target = {"kind": "Pod", "namespace": "default", "name": "a", "uid": found["metadata"]["uid"]}
    (one,) = slices(world)
    assert one["metadata"]["name"].startswith("shop-")
    assert one["metadata"]["labels"] == {
        "team": "a", "kubernetes.io/service-name": "shop",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }  # fmt: skip
    assert one["metadata"]["ownerReferences"][0]["kind"] == "Service"
    assert one["addressType"] == "IPv4"
    assert one["ports"] == [{"name": "", "port": 8080, "protocol": "TCP"}]
    assert one["endpoints"] == [
        {
            "addresses": [found["status"]["podIP"]], "nodeName": "fake-node", "targetRef": target,
            "conditions": {"ready": True, "serving": True, "terminating": False},
        }
    ]  # fmt: skip
    (subset,) = world("GET", f"{ENDPOINTS}/shop")["subsets"]
    assert subset == {
        "addresses": [{"ip": found["status"]["podIP"], "nodeName": "fake-node", "targetRef": target}],
        "ports": [{"port": 8080, "protocol": "TCP"}],
    }  # fmt: skip


def test_a_service_without_pods_has_an_empty_slice(world):
    world.create(SERVICES, service())
    (one,) = slices(world)
    assert not one.get("endpoints")
    assert "subsets" not in world("GET", f"{ENDPOINTS}/shop")


def test_addresses_come_and_go_with_pods_and_labels(world):
    world.create(SERVICES, service())
    for name in ("a", "b"):
        world.create(PODS, pod(name))
    assert endpoint_names(world) == ["a", "b"]
    world.merge(f"{PODS}/a", {"metadata": {"labels": {"app": "other"}}})
    assert endpoint_names(world) == ["b"]
    world.delete(f"{PODS}/b")
    assert endpoint_names(world) == []
    world.merge(f"{SERVICES}/shop", {"spec": {"selector": {"app": "other"}}})
    assert endpoint_names(world) == ["a"]
    assert len(slices(world)) == 1


@pytest.mark.parametrize(("always", "ready"), [(False, False), (True, True)])
def test_a_pod_that_is_not_ready_is_not_used_unless_it_may_be(world, always, ready):
    world.create(SERVICES, service(publishNotReadyAddresses=always))
    world.create(PODS, pod("a", readinessGates=[{"conditionType": "example.com/ready"}]))
    (one,) = slices(world)
    assert one["endpoints"][0]["conditions"] == {"ready": ready, "serving": False, "terminating": False}
    (subset,) = world("GET", f"{ENDPOINTS}/shop")["subsets"]
    assert ("addresses" in subset, "notReadyAddresses" in subset) == (ready, not ready)


def test_a_pod_that_ends_is_said_to_terminate(make_world):
    world = make_world(kubelet=KubeletSettings(waits_for_grace=True))
    world.create(SERVICES, service())
    world.create(PODS, pod("a"))
    world.delete(f"{PODS}/a")
    (one,) = slices(world)
    assert one["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    assert "subsets" not in world("GET", f"{ENDPOINTS}/shop")
    world.cluster.clock.step(timedelta(seconds=30))
    assert endpoint_names(world) == []


def test_a_named_port_is_looked_up_in_each_pod(world):
    world.create(SERVICES, service(ports=[{"name": "web", "port": 80, "targetPort": "http"}]))
    world.create(PODS, pod("a", {"name": "http", "containerPort": 8080}))
    world.create(PODS, pod("b", {"name": "http", "containerPort": 9090}))
    assert sorted(one["ports"][0]["port"] for one in slices(world)) == [8080, 9090]
    assert {one["ports"][0]["name"] for one in slices(world)} == {"web"}


@pytest.mark.parametrize(
    "spec", [{"selector": None}, {"type": "ExternalName", "externalName": "example.com"}]
)
def test_some_services_are_left_alone(world, spec):
    world.create(SERVICES, service(**spec))
    assert slices(world) == []
    assert not world.exists(f"{ENDPOINTS}/shop")


def test_they_go_with_the_service(world):
    world.create(SERVICES, service())
    world.delete(f"{SERVICES}/shop")
    assert slices(world) == []
    assert not world.exists(f"{ENDPOINTS}/shop")


def test_a_headless_service_says_so(world):
    world.create(SERVICES, service(clusterIP="None"))
    (one,) = slices(world)
    assert one["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_a_deleted_slice_is_made_again(world):
    world.create(SERVICES, service())
    (one,) = slices(world)
    world.delete(f"{SLICES}/{one['metadata']['name']}")
    (again,) = slices(world)
    assert again["metadata"]["uid"] != one["metadata"]["uid"]


def test_more_than_a_hundred_addresses_take_two_slices(make_world):
    world = make_world(controllers=["serviceaccount", "scheduler", "kubelet", "endpointslice"])
    for number in range(101):
        world.create(PODS, pod(f"p{number}"))
    world.create(SERVICES, service())
    assert sorted(len(one["endpoints"]) for one in slices(world)) == [1, 100]
