"""What the operator says of itself, of targets and copies, and the certificates that it issues."""

from __future__ import annotations

import base64
from datetime import timedelta

import msgspec
import pytest

from fakes.mirrord.protocol.client import Ping
from fakes.mirrord.protocol.daemon import Pong
from harness.mirrord_cli.certificates import Certificate
from harness.mirrord_cli.key_pairs import KeyPair

KEY = KeyPair(seed=bytes(range(32)))
VERBS = {
    "copytargets": ["create", "get", "list"],
    "mirrordclusteroperatorusercredentials": ["create"],
    "mirrordoperators": ["get", "list"],
    "mirrordoperators/certificate": ["create"],
    "mirrordoperators/ping": ["get"],
    "sessions": ["delete", "deletecollection", "get", "list", "watch"],
    "targets": ["get", "list"],
}
KNOWN_REQUEST = """-----BEGIN CERTIFICATE REQUEST-----
MIGXMEkCAQAwFDESMBAGA1UEAwwJc29tZV9uYW1lMCwwBwYDK2VuBQADIQDhLn5T
fFTb4xOq+a1HyC3T7ScFiQGBy+oUcwFiCVCUI6AAMAcGAytlcAUAA0EAPBRvsUHo
+J/INwq6tn5kgcE9vMo48kRkyhWSp3XmfuUvxW/b7LufrlTcjw+4RG8pdugMXhcz
5+u20nm4VY+sCg==
-----END CERTIFICATE REQUEST-----
"""


@pytest.fixture
def straight(operated):
    """Requests to the operator as the front proxy sends them."""
    app, certificate = operated.cluster.operator.app, operated.cluster.kube.config.backends.peer_certificate
    headers = [
        (b"x-remote-user", b"admin"),
        (b"x-remote-group", b"system:masters"),
        (b"accept", b"application/json"),
    ]

    def ask(path: str, method: str = "GET", accept: str = "") -> tuple[int, dict]:
        sent = [(b"accept", accept.encode()), *headers[:2]] if accept else headers
        code, body = operated.raw(method, path, headers=sent, certificate=certificate, app=app)
        return code, msgspec.json.decode(body) if body[:1] == b"{" else body

    return ask


def test_discovery(straight) -> None:
    code, listed = straight("/apis/operator.metalbear.co/v1")
    assert (code, listed["kind"], listed["groupVersion"]) == (
        200,
        "APIResourceList",
        "operator.metalbear.co/v1",
    )
    assert {row["name"]: row["verbs"] for row in listed["resources"]} == VERBS
    assert "MirrordOperator" in {row["kind"] for row in listed["resources"]}
    assert straight("/apis")[1]["groups"][0]["name"] == "operator.metalbear.co"
    assert straight("/apis/operator.metalbear.co")[1]["preferredVersion"]["version"] == "v1"
    aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    assert straight("/apis", accept=aggregated)[1]["items"][0]["versions"][0]["version"] == "v1"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/openapi/v2", 200), ("/openapi/v3", 200), ("/openapi/v3/apis/operator.metalbear.co/v1", 200),
        ("/apis/other", 404), ("/apis/operator.metalbear.co/v2", 404), ("/version", 404), ("/metrics", 404),
    ],
)  # fmt: skip
def test_pages(straight, path: str, code: int) -> None:
    assert straight(path)[0] == code


def test_pages_are_only_read(straight) -> None:
    assert straight("/apis", "POST")[0] == 405


def test_the_cluster_knows_what_the_operator_serves(operated) -> None:
    groups = operated.ask("GET", "/apis")["groups"]
    assert "operator.metalbear.co" in [group["name"] for group in groups]
    service = operated.ask("GET", "/apis/apiregistration.k8s.io/v1/apiservices/v1.operator.metalbear.co")
    assert service["status"]["conditions"][0] | {"lastTransitionTime": ""} == {
        "type": "Available", "status": "True", "lastTransitionTime": "", "reason": "Passed", "message": "all checks passed",
    }  # fmt: skip


def test_status_document(operated) -> None:
    operator = operated.ask("GET", "/mirrordoperators/operator")
    assert operator["metadata"] == {"name": "operator"}
    assert operator["spec"]["operator_version"] == "3.187.0"
    assert operator["spec"]["features"] == ["ProxyApi"]
    assert operator["status"] | {"statistics": None} == {
        "sessions": [], "statistics": None, "copy_targets": [], "preview_sessions": []
    }  # fmt: skip
    listed = operated.ask("GET", "/mirrordoperators")
    assert (listed["kind"], len(listed["items"])) == ("MirrordOperatorList", 1)


def test_targets(operated) -> None:
    listed = operated.ask("GET", "/namespaces/default/targets")
    assert {item["metadata"]["name"]: item["spec"]["target"] for item in listed["items"]} == {
        "deployment.shop": {"deployment": "shop", "container": None},
        "pod.shop-1": {"pod": "shop-1", "container": None},
        "service.kubernetes": {"service": "kubernetes", "container": None},
    }
    everywhere = [item["metadata"]["namespace"] for item in operated.ask("GET", "/targets")["items"]]
    assert {"default", "shop", "mirrord"} <= set(everywhere)
    found = operated.ask("GET", "/namespaces/default/targets/deployment.shop.container.web")
    assert found["spec"]["target"] == {"deployment": "shop", "container": "web"}
    for name in ("deployment.none", "nothing", "targetless"):
        assert operated.refusal("GET", f"/namespaces/default/targets/{name}").code == 404


def test_credentials(operated) -> None:
    body = {
        "apiVersion": "operator.metalbear.co/v1", "kind": "MirrordClusterOperatorUserCredential",
        "metadata": {"generateName": "mirrord-operator-regular-cred-"},
        "spec": {"csr": KEY.certificate_request("host"), "kind": "regular"},
    }  # fmt: skip
    made = operated.ask("POST", "/mirrordclusteroperatorusercredentials", body)
    assert made["metadata"]["name"].startswith("mirrord-operator-regular-cred-")
    certificate = Certificate.from_pem(made["status"]["certificate"])
    now = operated.clock.now()
    assert certificate.is_valid(now)
    assert not certificate.is_valid(now + timedelta(days=366))
    assert KEY.public_key() in certificate.der
    operated.connect(0xA1, headers=[("x-client-der", base64.b64encode(certificate.der).decode())])
    expected = base64.b64encode(KEY.public_key()).decode().rstrip("=")
    assert operated.status()["sessions"][0]["user_id"] == expected


@pytest.mark.parametrize("as_json", [False, True], ids=["as it is", "as a JSON string"])
def test_the_older_way_to_a_certificate(operated, as_json: bool) -> None:
    body = msgspec.json.encode(KNOWN_REQUEST) if as_json else KNOWN_REQUEST.encode()
    pem = operated.ask("POST", "/mirrordoperators/operator/certificate", body)
    assert b"some_name" in Certificate.from_pem(pem).der


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/mirrordoperators/operator/certificate", b"nothing"),
        ("/mirrordoperators/operator/certificate", b"-----BEGIN X-----\nMAA=\n-----END X-----"),
        ("/mirrordclusteroperatorusercredentials", {"spec": {"csr": "x", "kind": "regular"}}),
        ("/mirrordclusteroperatorusercredentials", {"spec": {"csr": KNOWN_REQUEST, "kind": "other"}}),
        (
            "/mirrordclusteroperatorusercredentials",
            {"kind": "Session", "apiVersion": "operator.metalbear.co/v1"},
        ),
        ("/mirrordclusteroperatorusercredentials", b"{"),
    ],
)
def test_malformed_requests(operated, path: str, body) -> None:
    if isinstance(body, dict) and "kind" not in body:
        body = {
            "apiVersion": "operator.metalbear.co/v1",
            "kind": "MirrordClusterOperatorUserCredential",
            **body,
        }
    error = operated.refusal("POST", path, body)
    assert (error.code, error.reason) == (400, "BadRequest")


def copy(target, **spec) -> dict:
    return {
        "apiVersion": "operator.metalbear.co/v1", "kind": "CopyTarget", "metadata": {"name": "deploy.shop"},
        "spec": {"target": target, "idle_ttl": 30, "scale_down": False, **spec},
    }  # fmt: skip


def test_a_copied_target(operated) -> None:
    path = "/namespaces/default/copytargets"
    made = operated.ask("POST", path, copy({"deployment": "shop"}), headers=[("x-client-name", "Aviram")])
    name, creator = made["metadata"]["name"], made["status"]["creator_session"]
    assert made["status"]["phase"] == "Ready"
    assert creator["user"].startswith("Aviram/admin@")
    assert operated.ask("GET", f"{path}/{name}")["spec"]["target"] == {
        "deployment": "shop",
        "container": None,
    }
    assert len(operated.ask("GET", path)["items"]) == 1
    assert operated.ids() == [creator["id"]]
    session = int(creator["id"], 16)
    socket = operated.connect(
        session, path=f"/proxy{path}/{name}", headers=[("x-client-name", "Aviram"), ("x-client-hostname", "")]
    )
    assert operated.say(socket, Ping()) == Pong()
    assert operated.say(operated.connect(0xB2, path=f"/proxy{path}/{name}"), Ping()) == Pong()
    assert len(operated.ids()) == 2
    operated.ask("DELETE", "/sessions")
    assert operated.refusal("GET", f"{path}/{name}").code == 404


@pytest.mark.parametrize(("idle_ttl", "seconds"), [(None, 180), (30, 30), (300, 180)])
def test_a_copy_that_nobody_connects_to_is_given_up(operated, idle_ttl: int | None, seconds: int) -> None:
    operated.ask("POST", "/namespaces/default/copytargets", copy({"deployment": "shop"}, idle_ttl=idle_ttl))
    operated.step(seconds - 1)
    assert len(operated.ids()) == 1
    operated.step(1)
    assert operated.ids() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (copy({"deployment": "none"}), 404),
        (copy({"thing": "shop"}), 400),
        ({"apiVersion": "operator.metalbear.co/v1", "kind": "CopyTarget"}, 400),
    ],
)
def test_copies_that_are_refused(operated, body, code: int) -> None:
    assert operated.refusal("POST", "/namespaces/default/copytargets", body).code == code


def test_only_one_scales_a_target_down(operated) -> None:
    path = "/namespaces/default/copytargets"
    operated.ask("POST", path, copy({"deployment": "shop"}, scale_down=True))
    assert operated.refusal("POST", path, copy({"deployment": "shop"}, scale_down=True)).code == 409
    assert len(operated.ids()) == 1
