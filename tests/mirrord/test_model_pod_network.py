"""How a pod is called, what its containers read of that, and which addresses names have there."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.cluster_names import Question, of_family, pods_behind, questions, service_addresses
from fakes.mirrord.model.pod_network import etc_files, hostname, hosts

LOCAL = """# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""


def pod(
    name: str = "web-1", *, address: str = "10.244.0.7", ready: bool = True, **spec: Any
) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    status = {"podIPs": [{"ip": address}], "conditions": conditions}
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (pod(), "web-1"),
        (pod(hostname="shop"), "shop"),
        (pod(hostNetwork=True, nodeName="node-1"), "node-1"),
        (pod(f"{'a' * 62}-b"), "a" * 62),
    ],
    ids=["its name", "of its spec", "its node's", "too long"],
)
def test_the_name_of_a_host(made: dict[str, Any], name: str) -> None:
    assert hostname(made) == name
    assert etc_files(made, "10.96.0.10")["/etc/hostname"] == f"{name}\n"


@pytest.mark.parametrize(
    ("made", "own"),
    [
        (pod(), "10.244.0.7\tweb-1\n"),
        (pod(subdomain="nginx"), "10.244.0.7\tweb-1.nginx.shop.svc.cluster.local\tweb-1\n"),
        (
            pod(hostAliases=[{"ip": "1.2.3.4", "hostnames": ["a", "b"]}]),
            "10.244.0.7\tweb-1\n\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n",
        ),
        ({"metadata": {"name": "copy", "namespace": "shop"}, "spec": {}}, ""),
    ],
    ids=["alone", "behind a service", "with aliases", "without address"],
)
def test_the_file_of_hosts(made: dict[str, Any], own: str) -> None:
    assert etc_files(made, "10.96.0.10")["/etc/hosts"] == LOCAL + own


def test_where_names_are_looked_up() -> None:
    assert etc_files(pod(), "10.96.0.10")["/etc/resolv.conf"] == (
        "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    )


def test_names_of_the_file_of_hosts() -> None:
    found = list(hosts(pod(hostAliases=[{"ip": "1.2.3.4", "hostnames": ["a", "b"]}])))
    assert ("localhost", "127.0.0.1") in found
    assert ("localhost", "::1") in found
    assert found[-3:] == [("web-1", "10.244.0.7"), ("a", "1.2.3.4"), ("b", "1.2.3.4")]


@pytest.mark.parametrize(
    ("name", "tried"),
    [
        ("web", [(None, "web", "shop")]),
        ("WEB", [(None, "web", "shop")]),
        ("web.other", [("web", "other", "shop"), (None, "web", "other")]),
        ("web.other.svc", [("web", "other", "svc"), (None, "web", "other")]),
        ("web.other.svc.cluster.local", [(None, "web", "other")]),
        ("web.other.svc.cluster.local.", [(None, "web", "other")]),
        ("web-0.web.other", [("web-0", "web", "other")]),
        ("web-0.web.other.svc.cluster.local", [("web-0", "web", "other")]),
        ("web.", []),
        ("a.example.com", [("a", "example", "com")]),
        ("_http._tcp.web", []),
        ("a/../b", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_name_may_mean(name: str, tried: list[tuple[str | None, str, str]]) -> None:
    assert [tuple(each) for each in questions(name, "shop")] == tried


def test_how_an_answer_calls_it() -> None:
    assert Question(None, "web", "shop").record == "web.shop.svc.cluster.local."
    assert Question("web-0", "web", "shop").record == "web-0.web.shop.svc.cluster.local."


def service(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec}


HEADLESS = service(clusterIP="None", selector={"app": "web"})
PODS = [
    pod("a", hostname="web-0", subdomain="web"),
    pod("b", address="10.244.0.8", hostname="web-1", subdomain="other"),
    pod("c", address="10.244.0.9", ready=False),
]


@pytest.mark.parametrize(
    ("made", "host", "found"),
    [
        (service(clusterIP="10.96.0.5"), None, ["10.96.0.5"]),
        (service(clusterIP="10.96.0.5", clusterIPs=["10.96.0.5", "fd00::5"]), None, ["10.96.0.5", "fd00::5"]),
        (service(clusterIP="10.96.0.5"), "web-0", []),
        (service(type="ExternalName", externalName="a.example"), None, []),
        (HEADLESS, None, ["10.244.0.7", "10.244.0.8"]),
        (HEADLESS, "web-0", ["10.244.0.7"]),
        (HEADLESS, "web-1", []),
        (
            service(clusterIP="None", publishNotReadyAddresses=True), None,
            ["10.244.0.7", "10.244.0.8", "10.244.0.9"],
        ),
    ],
)  # fmt: skip
def test_the_addresses_of_a_service(made: dict[str, Any], host: str | None, found: list[str]) -> None:
    assert list(service_addresses(Question(host, "web", "shop"), made, PODS)) == found


def test_which_pods_are_behind_a_service() -> None:
    assert pods_behind(HEADLESS) == {"app": "web"}
    assert pods_behind(service(clusterIP="None")) is None
    assert pods_behind(service(clusterIP="10.96.0.5", selector={"app": "web"})) is None


@pytest.mark.parametrize(
    ("family", "both", "sixth"),
    [
        ("ipv4", ["10.96.0.5"], []),
        ("ipv6", ["fd00::5"], ["fd00::5"]),
        ("both", ["10.96.0.5", "fd00::5"], ["fd00::5"]),
        ("any", ["10.96.0.5"], ["fd00::5"]),
        ("unknown", ["10.96.0.5", "fd00::5"], ["fd00::5"]),
    ],
)
def test_families(family: str, both: list[str], sixth: list[str]) -> None:
    assert list(of_family(["fd00::5", "10.96.0.5"], family)) == both
    assert list(of_family(["fd00::5"], family)) == sixth
