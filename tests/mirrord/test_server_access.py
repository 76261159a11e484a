"""Who the operator believes to be asking, and what they may: as the cluster's policy says, and nobody else."""

from __future__ import annotations

import msgspec
import pytest

from fakes.apimachinery.pki import CertificateAuthority, pem_to_der
from fakes.apimachinery.status import StatusError
from fakes.apiserver.loopback_websocket import connect_websocket
from fakes.cluster import Settings

A = 0xA1
STATUS = "/apis/operator.metalbear.co/v1/mirrordoperators/operator"
ALICE = "alice"


@pytest.fixture
def occupied(operated):
    operated.connect(A)
    operated.connect(0xC3, namespace="shop")
    return operated


@pytest.mark.parametrize(
    ("role", "namespace", "path", "allowed"),
    [
        ("mirrord-operator-user", "", "/sessions/A1", True),
        ("mirrord-operator-user", "", "/sessions", True),
        ("mirrord-operator-user", "", "/sessions/inactive", True),
        ("mirrord-operator-ci", "", "/sessions/A1", True),
        ("mirrord-operator-user-basic", "", "/sessions/A1", False),
        ("mirrord-operator-user-basic", "", "/sessions", False),
        ("mirrord-operator-user", "default", "/sessions/A1", False),
        ("mirrord-operator-user", "default", "/sessions", False),
        ("mirrord-operator-user", "default", "/namespaces/default/sessions/A1", True),
        ("mirrord-operator-user", "default", "/namespaces/default/sessions", True),
        ("mirrord-operator-user", "default", "/namespaces/shop/sessions/C3", False),
    ],
)
def test_roles_of_the_chart(occupied, role: str, namespace: str, path: str, allowed: bool) -> None:
    occupied.grant(ALICE, role, namespace)
    if allowed:
        assert occupied.ask("DELETE", path, {}, user=ALICE)["status"] == "Success"
    else:
        assert occupied.refusal("DELETE", path, {}, user=ALICE).code == 403
        assert occupied.ids() == ["A1", "C3"]


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("delete", "/sessions/A1", True),
        ("delete", "/sessions/inactive", True),
        ("delete", "/sessions", False),
        ("deletecollection", "/sessions", True),
        ("deletecollection", "/sessions/A1", False),
    ],
)
def test_one_and_all_are_different_rights(occupied, verb: str, path: str, allowed: bool) -> None:
    occupied.allow(ALICE, [verb], ["sessions"])
    code = 200 if allowed else occupied.refusal("DELETE", path, user=ALICE).code
    assert (code == 200) is allowed


def test_the_denial_is_that_of_the_cluster(occupied) -> None:
    error = occupied.refusal("DELETE", "/sessions/A1", user=ALICE)
    assert error.message == (
        'sessions.operator.metalbear.co "A1" is forbidden: User "alice" cannot delete resource "sessions" in API group '
        '"operator.metalbear.co" at the cluster scope'
    )


def test_a_right_for_one_target(operated) -> None:
    operated.grant(ALICE, "view")
    operated.allow(ALICE, ["proxy"], ["targets"], namespace="default", names=["deployment.shop"])
    operated.connect(A, user=ALICE)
    for target in ("deployment.shop.container.web", "pod.shop-1"):
        with pytest.raises(StatusError) as caught:
            operated.connect(A, user=ALICE, target=target)
        assert caught.value.code == 403
    assert operated.ids() == ["A1"]


@pytest.mark.parametrize(
    ("settings", "allowed"), [(Settings(), False), (Settings(target_must_be_readable=False), True)]
)
def test_the_target_must_be_readable(operated, allowed: bool) -> None:
    operated.grant(ALICE, "mirrord-operator-user")
    if allowed:
        operated.connect(A, user=ALICE)
        return
    with pytest.raises(StatusError) as caught:
        operated.connect(A, user=ALICE)
    assert caught.value.message == (
        'deployments.apps "shop" is forbidden: User "alice" cannot get resource "deployments" in API group "apps" in the '
        'namespace "default"'
    )


@pytest.mark.parametrize(
    ("resource", "verbs", "may"),
    [
        ("mirrordoperators", ["get"], True),
        ("mirrordoperators/certificate", ["get"], False),
        ("sessions", ["list"], False),
    ],
)
def test_status_needs_the_right_to_it(operated, resource: str, verbs: list[str], may: bool) -> None:
    operated.allow(ALICE, verbs, [resource])
    if may:
        assert operated.ask("GET", "/mirrordoperators/operator", user=ALICE)["kind"] == "MirrordOperator"
    else:
        assert operated.refusal("GET", "/mirrordoperators/operator", user=ALICE).code == 403


SPOOFED = [(b"x-remote-user", b"root"), (b"x-remote-group", b"system:masters")]


def test_nobody_is_believed_but_the_front_proxy(operated) -> None:
    """Straight to the operator: the headers alone, with a user's certificate, or with that of a false front proxy."""
    app = operated.cluster.operator.app
    false_proxy = CertificateAuthority("front-proxy-ca", operated.clock.now())
    certificate, _ = false_proxy.issue_client("front-proxy-client")
    for peer, code in ((None, 403), (operated.certificate("admin"), 401), (pem_to_der(certificate), 401)):
        got, body = operated.raw("GET", STATUS, headers=SPOOFED, certificate=peer, app=app)
        assert got == code
        assert msgspec.json.decode(body)["kind"] == "Status"


def test_headers_of_a_client_do_not_reach_the_operator(operated) -> None:
    code, body = operated.raw("GET", STATUS, headers=SPOOFED, certificate=operated.certificate(ALICE))
    assert code == 403
    assert 'User "alice" cannot get' in msgspec.json.decode(body)["message"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez", "/health"])
def test_health_is_for_everybody(operated, path: str) -> None:
    assert operated.raw("GET", path, app=operated.cluster.operator.app) == (200, b"ok")
    assert operated.raw("GET", "/apis", app=operated.cluster.operator.app)[0] == 403


def test_a_stranger_cannot_connect(operated) -> None:
    with pytest.raises(StatusError) as caught:
        connect_websocket(operated.cluster.driver, operated.cluster.app, f"{STATUS}/ping")
    assert caught.value.code == 403


def test_the_operator_has_no_more_rights_than_its_chart_gives(operated) -> None:
    """Without the right to ask whether others may, it lets nobody do anything."""
    path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    for name in ("mirrord-operator", "mirrord-operator-auth-delegator"):
        operated.ask("DELETE", f"{path}/{name}")
    assert operated.refusal("GET", "/mirrordoperators/operator").code == 403
