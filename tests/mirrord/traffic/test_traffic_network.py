"""The way from the name of a workload to a port of one of its pods, in a whole cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.cluster import FakeCluster
from fakes.mirrord.model.requests import Request
from fakes.mirrord.traffic.inbound import Inbound
from fakes.mirrord.traffic.network import Network
from fakes.mirrord.traffic.traffic import Traffic

NAMESPACE = "/api/v1/namespaces/default"


class Cluster:
    def __init__(self) -> None:
        self.fake = FakeCluster(operator="model")
        network, traffic = self.fake.network, self.fake.traffic
        assert network is not None
        assert traffic is not None
        self.network: Network = network
        self.traffic: Traffic = traffic

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.fake.driver.run(self.fake.client().request(method, path, body=body))

    def deployment(self, name: str, replicas: int, ports: list[dict[str, Any]]) -> None:
        container = {"name": "web", "image": "shop", "ports": ports}
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
        body = {"metadata": {"name": name}, "spec": spec}
        self.ask("POST", "/apis/apps/v1/namespaces/default/deployments", body)
        self.fake.settle()

    def pods(self) -> list[str]:
        return [f"default/{pod['metadata']['name']}" for pod in self.ask("GET", f"{NAMESPACE}/pods")["items"]]

    def connect(self, path: str, port: int) -> Inbound:
        return self.fake.driver.run(self.network.connect(path, port))


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    cluster.deployment("shop", 2, [{"name": "http", "containerPort": 8080}, {"containerPort": 9090}])
    service = {
        "selector": {"app": "shop"},
        "ports": [
            {"name": "a", "port": 80, "targetPort": "http"},
            {"name": "b", "port": 81, "targetPort": 9090},
            {"name": "c", "port": 9090},
        ],
    }
    cluster.ask("POST", f"{NAMESPACE}/services", {"metadata": {"name": "shop"}, "spec": service})
    yield cluster
    cluster.fake.close()


def test_pods_take_turns(cluster: Cluster) -> None:
    chosen = [cluster.connect("deployment/shop", 8080).pod for _ in range(4)]
    assert chosen == cluster.pods() * 2
    assert cluster.connect(f"pod/{cluster.pods()[1].partition('/')[2]}", 8080).pod == cluster.pods()[1]


@pytest.mark.parametrize(("port", "expected"), [(80, 8080), (81, 9090), (9090, 9090)])
def test_the_port_of_a_service_is_one_of_its_pods(cluster: Cluster, port: int, expected: int) -> None:
    inbound = cluster.connect("service/shop", port)
    assert (inbound.port, inbound.listening, inbound.pod in cluster.pods()) == (expected, True, True)


REFUSED = [
    ("service/shop", 8080, "the service has no port 8080"),
    ("deployment/shop", 80, "nothing listens on port 80 of default/shop-"),
    ("deployment/none", 80, "no pod of deployment/none is ready"),
]


@pytest.mark.parametrize(("path", "port", "text"), REFUSED)
def test_there_is_nobody(cluster: Cluster, path: str, port: int, text: str) -> None:
    cluster.deployment("none", 0, [])
    with pytest.raises(ConnectionRefusedError, match=text):
        cluster.connect(path, port)


def test_there_is_no_such_target(cluster: Cluster) -> None:
    with pytest.raises(StatusError) as caught:
        cluster.connect("deployment/other", 80)
    assert caught.value.code == 404


def test_a_pod_without_ports_listens_on_all(cluster: Cluster) -> None:
    cluster.deployment("open", 1, [])
    assert cluster.connect("deployment/open", 12345).listening


def test_the_end_of_a_pod_cuts_its_connections(cluster: Cluster) -> None:
    first, second = cluster.connect("deployment/shop", 8080), cluster.connect("deployment/shop", 8080)
    cluster.ask("DELETE", f"{NAMESPACE}/pods/{first.pod.partition('/')[2]}")
    cluster.fake.settle()
    assert (first.open, second.open) == (False, True)
    assert cluster.traffic.request(second, Request()).answer is not None
    assert len(cluster.pods()) == 2


def test_a_cluster_without_an_operator_has_no_traffic() -> None:
    fake = FakeCluster()
    assert (fake.network, fake.traffic) == (None, None)
    fake.close()
