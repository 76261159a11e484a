"""``kubectl auth``, tokens and certificates: who somebody is, and what they may do."""

from __future__ import annotations

import base64
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kubectl import Kubectl

from harness.drivers.serving import ServedFake


def _reader(kubectl: Kubectl, user: str) -> None:
    kubectl("create", "role", "reader", "--verb=get,list", "--resource=pods")
    kubectl("create", "rolebinding", "readers", "--role=reader", f"--user={user}")


def test_can_i(kubectl: Kubectl) -> None:
    _reader(kubectl, "bob")
    assert kubectl("auth", "can-i", "get", "pods", "--as=bob") == "yes\n"
    assert kubectl.run("auth", "can-i", "get", "pods", "--subresource=log", "--as=bob", "-q").code == 1
    refused = kubectl.run("auth", "can-i", "delete", "pods", "--as=bob")
    assert (refused.out, refused.code) == ("no\n", 1)
    assert kubectl.run("auth", "can-i", "get", "pods", "--as=bob", "-n", "default").out == "no\n"
    assert kubectl("auth", "can-i", "get", "/healthz", "--as=bob") == "yes\n"
    assert (
        kubectl("auth", "can-i", "create", "deployments.apps", "--as=x", "--as-group=system:masters")
        == "yes\n"
    )
    unknown = kubectl.run("auth", "can-i", "get", "foos")
    assert (unknown.out, unknown.err) == (
        "yes\n",
        "Warning: the server doesn't have a resource type 'foos'\n\n",
    )


def test_the_list_of_what_somebody_may(kubectl: Kubectl) -> None:
    _reader(kubectl, "bob")
    lines = kubectl("auth", "can-i", "--list", "--as=bob").splitlines()
    assert lines[0].split("   ")[0] == "Resources"
    rows = [" ".join(line.split()) for line in lines[1:]]
    assert "pods [] [] [get list]" in rows
    assert "selfsubjectreviews.authentication.k8s.io [] [] [create]" in rows
    assert "[/healthz] [] [get]" in rows
    everything = [" ".join(line.split()) for line in kubectl("auth", "can-i", "--list").splitlines()]
    assert everything[1:3] == ["*.* [] [] [*]", "[*] [] [*]"]


def test_whoami(kubectl: Kubectl) -> None:
    shown = [line.split(maxsplit=1) for line in kubectl("auth", "whoami").splitlines()]
    assert shown[:3] == [
        ["ATTRIBUTE", "VALUE"], ["Username", "admin"], ["Groups", "[system:masters system:authenticated]"],
    ]  # fmt: skip
    other = json.loads(kubectl("auth", "whoami", "--as=bob", "--as-group=dev", "-o", "json"))
    assert other["status"]["userInfo"] == {"username": "bob", "groups": ["dev", "system:authenticated"]}


def test_what_somebody_may_not_is_said_in_full(kubectl: Kubectl) -> None:
    name = kubectl.namespace
    assert kubectl.refused("get", "pods", "--as=bob") == (
        'Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the '
        f'namespace "{name}"\n'
    )
    assert kubectl.refused("get", "nodes", "--as=bob") == (
        'Error from server (Forbidden): nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the '
        "cluster scope\n"
    )
    assert kubectl.refused("create", "cm", "c", "--as=bob") == (
        'error: failed to create configmap: configmaps is forbidden: User "bob" cannot create resource "configmaps" in API '
        f'group "" in the namespace "{name}"\n'
    )
    escalating = ("create", "clusterrole", f"{name}-all", "--verb=*", "--resource=*.*")
    assert 'User "bob" cannot create resource "clusterroles"' in kubectl.refused(*escalating, "--as=bob")


def test_reconcile(kubectl: Kubectl) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": "made", "namespace": kubectl.namespace},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    }  # fmt: skip
    made = kubectl.run("auth", "reconcile", "-f", "-", given=json.dumps(role))
    assert made.out == "role.rbac.authorization.k8s.io/made reconciled\n"
    assert made.err == (
        "\treconciliation required create\n\tmissing rules added:\n"
        "\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n"
    )
    role["rules"] = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "watch"]}]
    changed = kubectl.run("auth", "reconcile", "-f", "-", given=json.dumps(role))
    assert "reconciliation required update" in changed.err
    verbs = "jsonpath={.rules[*].verbs}"
    assert "watch" in kubectl("get", "role", "made", "-o", verbs)


def test_a_token_is_somebody(kubectl: Kubectl, cluster: ServedFake) -> None:
    kubectl("create", "serviceaccount", "robot")
    token = kubectl("create", "token", "robot", "--duration=10m").strip()
    authority = (
        "--kubeconfig=/dev/null",
        f"--server={cluster.url}",
        f"--certificate-authority={cluster.ca_path}",
    )
    shown = json.loads(kubectl("auth", "whoami", "-o", "json", *authority, f"--token={token}"))["status"][
        "userInfo"
    ]
    assert (shown["username"], shown["groups"]) == (
        f"system:serviceaccount:{kubectl.namespace}:robot",
        ["system:serviceaccounts", f"system:serviceaccounts:{kubectl.namespace}", "system:authenticated"],
    )
    error = 'error: failed to create token: serviceaccounts "gone" not found\n'
    assert kubectl.refused("create", "token", "gone") == error
    wrong = kubectl.refused("get", "pods", *authority, "--token=nonsense")
    assert wrong == "error: You must be logged in to the server (Unauthorized)\n"


def _request(name: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "carol")])
    pem = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    request = base64.b64encode(pem.public_bytes(serialization.Encoding.PEM)).decode()
    return json.dumps({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": name},
        "spec": {"request": request, "signerName": "kubernetes.io/kube-apiserver-client", "usages": ["client auth"]},
    })  # fmt: skip


def test_certificate_requests_are_approved_or_denied(kubectl: Kubectl) -> None:
    good, bad = f"{kubectl.namespace}-good", f"{kubectl.namespace}-bad"
    for name in (good, bad):
        kubectl("create", "-f", "-", given=_request(name))
    row = kubectl("get", "csr", good, "--no-headers").split()
    assert row[2:] == ["kubernetes.io/kube-apiserver-client", "admin", "<none>", "Pending"]
    kind = "certificatesigningrequest.certificates.k8s.io"
    assert kubectl("certificate", "approve", good) == f"{kind}/{good} approved\n"
    assert kubectl("certificate", "deny", bad) == f"{kind}/{bad} denied\n"
    assert kubectl("get", "csr", good, "--no-headers").split()[-1] == "Approved"
    assert kubectl("get", "csr", bad, "--no-headers").split()[-1] == "Denied"
    assert kubectl.run("certificate", "deny", good).code == 1
    assert "Requesting User:    admin\n" in kubectl("describe", "csr", good)
