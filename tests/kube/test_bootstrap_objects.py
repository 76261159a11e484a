"""What a fresh cluster has, beside its roles, could have been written by a client."""

import pytest

from fakes.cluster import FakeCluster

PATHS = {
    "/api/v1/namespaces": ["default", "kube-node-lease", "kube-public", "kube-system"],
    "/api/v1/namespaces/default/services": ["kubernetes"],
    "/api/v1/namespaces/default/endpoints": ["kubernetes"],
    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices": ["kubernetes"],
    "/apis/networking.k8s.io/v1/servicecidrs": ["kubernetes"],
    "/apis/scheduling.k8s.io/v1/priorityclasses": ["system-cluster-critical", "system-node-critical"],
    "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations": [
        "catch-all", "exempt", "global-default", "leader-election", "node-high", "system", "workload-high", "workload-low",
    ],
    "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas": [
        "catch-all", "exempt", "global-default", "kube-controller-manager", "kube-scheduler",
        "kube-system-service-accounts", "probes", "service-accounts", "system-leader-election", "system-node-high",
        "system-nodes",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> FakeCluster:
    return FakeCluster(controllers=())


@pytest.mark.parametrize(("path", "names"), PATHS.items())
def test_it_is_there_and_can_be_written_back(cluster: FakeCluster, path: str, names: list[str]) -> None:
    client = cluster.client()
    listed = cluster.driver.run(client.request("GET", path))
    assert [each["metadata"]["name"] for each in listed["items"]] == names
    for each in listed["items"]:
        own = f"{path}/{each['metadata']['name']}"
        before = cluster.driver.run(client.request("GET", own))
        after = cluster.driver.run(client.request("PUT", own, body=before))
        assert (after["metadata"].pop("managedFields", None), after.pop("spec", None)) == (
            before["metadata"].pop("managedFields", None),
            before.pop("spec", None),
        )


@pytest.mark.parametrize(
    ("path", "managers"),
    [
        ("/api/v1/namespaces/default", ["kube-apiserver"]),
        ("/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical", ["kube-apiserver"]),
        ("/apis/apiregistration.k8s.io/v1/apiservices/v1.apps", ["kube-apiserver"]),
        ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/exempt", [
            "api-priority-and-fairness-config-consumer-v1", "api-priority-and-fairness-config-producer-v1",
        ]),
        ("/apis/networking.k8s.io/v1/servicecidrs/kubernetes", ["kubernetes-service-cidr-controller", "kube-apiserver"]),
    ],
)  # fmt: skip
def test_parts_of_the_server_own_its_fields(cluster: FakeCluster, path: str, managers: list[str]) -> None:
    found = cluster.driver.run(cluster.client().request("GET", path))
    assert [each["manager"] for each in found["metadata"]["managedFields"]] == managers
