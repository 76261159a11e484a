"""What only a real API server proves; skipped where its programs are not on the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from fakes.apimachinery.status import StatusError
from harness.cluster import ANONYMOUS, Capability, Cluster
from harness.drivers import open_cluster
from harness.drivers.control_plane import ASSETS, ControlPlaneError
from harness.eventually import eventually
from harness.objects import call, create
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited, load

pytestmark = pytest.mark.skipif(
    not os.environ.get(ASSETS), reason=f"{ASSETS} names no etcd and kube-apiserver"
)

SESSIONS = "/apis/operator.metalbear.co/v1/sessions"


@pytest.fixture
def inhabited() -> Iterator[Inhabited]:
    cluster = open_cluster("envtest")
    yield load(find_world("busy"), cluster)
    cluster.close()


def _ids(cluster: Cluster) -> list[str]:
    listed = call(cluster.api_client(cluster.admin), "GET", SESSIONS)
    return sorted(item["metadata"]["name"] for item in listed["items"])


def test_sessions_are_served_behind_the_aggregator(inhabited: Inhabited) -> None:
    assert _ids(inhabited.cluster) == ["487F4F2B6D2376AD", "C527FE7D9C30979E"]


def test_the_operator_asks_the_cluster_whether_one_may(inhabited: Inhabited) -> None:
    cluster = inhabited.cluster
    with pytest.raises(StatusError) as refused:
        call(cluster.api_client(inhabited.person("dana")), "GET", SESSIONS)
    assert refused.value.reason == "Forbidden"
    with pytest.raises(StatusError) as unknown:
        call(cluster.api_client(ANONYMOUS), "GET", SESSIONS)
    assert unknown.value.code == 403


def test_a_killed_session_is_told_so_and_gone(inhabited: Inhabited) -> None:
    cluster, session = inhabited.cluster, inhabited.session_of("aviram")
    call(cluster.api_client(inhabited.person("dana")), "DELETE", f"{SESSIONS}/{session.id}")

    def over() -> None:
        assert not session.connected

    eventually(cluster, over)
    assert _ids(cluster) == ["487F4F2B6D2376AD"]


def test_the_models_clock_is_ours(inhabited: Inhabited) -> None:
    cluster = inhabited.cluster
    assert Capability.CLOCK_CONTROL in cluster.capabilities
    inhabited.session_of("dana").disconnect()
    before = cluster.now()
    cluster.step(timedelta(minutes=2))
    assert cluster.now() - before == timedelta(minutes=2)
    assert _ids(cluster) == ["C527FE7D9C30979E"]


def test_the_audit_log_is_evidence(inhabited: Inhabited) -> None:
    _ids(inhabited.cluster)
    last = inhabited.cluster.evidence()[-1]
    assert (last.user, last.verb, last.path, last.code, last.decision) == (
        "admin",
        "list",
        SESSIONS,
        200,
        "allow",
    )


def test_nothing_of_one_scenario_is_there_in_the_next() -> None:
    cluster = open_cluster("envtest")
    admin = cluster.api_client(cluster.admin)
    finalized = {"name": "left", "namespace": "left", "finalizers": ["example.com/never"]}
    create(admin, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "left"}})
    create(admin, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": finalized})
    call(admin, "DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterroles/mirrord-operator-user")
    call(admin, "DELETE", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-admin")
    cluster.close()
    cluster = open_cluster("envtest")
    admin = cluster.api_client(cluster.admin)
    for path in ("/api/v1/namespaces/left", "/api/v1/namespaces/left/configmaps/left"):
        with pytest.raises(StatusError) as missing:
            call(admin, "GET", path)
        assert missing.value.code == 404
    role = call(admin, "GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/mirrord-operator-user")
    assert role["rules"]
    assert call(admin, "GET", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-admin")[
        "subjects"
    ]
    cluster.close()


def test_the_product_has_nowhere_to_run() -> None:
    with pytest.raises(ControlPlaneError, match="envtest has none"):
        open_cluster("envtest", operator="installed")
