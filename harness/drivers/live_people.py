"""Being somebody on a cluster whose authority we do not hold: by impersonation, a ServiceAccount's token, or a signed request.

Impersonation can play anybody. A ServiceAccount has its own name and groups, so it plays somebody only as far as names do
not matter; the signer of requests is part of the controller manager.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.cluster import ANONYMOUS, NotHereError, User
from harness.drivers.identities import Stanza, certificate_stanza
from harness.isolation.preflight import BY_CSR, BY_IMPERSONATION, BY_TOKEN, Answer, PreflightError, Right, ask
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["CannotPlayError", "CertificateRequesters", "Impersonators", "TokenHolders", "choose_people"]

_REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
_SIGNER = "kubernetes.io/kube-apiserver-client"
_ATTEMPTS = 600
_LIFETIME = 3600


class CannotPlayError(NotHereError):
    """The run has no way to be that user on this cluster."""


class Impersonators:
    """The administrator's own credentials, with the name and groups of another."""

    way = "impersonation"

    def __init__(self, admin: User, base: Stanza) -> None:
        self._admin = admin
        self._base = base

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return User(name=name, groups=tuple(groups), real_name=real_name, hostname=hostname)

    def stanza(self, user: User) -> Stanza:
        if user == self._admin:
            return self._base
        if user.name == ANONYMOUS.name:
            return {}
        return {**self._base, "as": user.name, "as-groups": list(user.groups)}


class _Acquirers:
    """Remembers what was got for whom."""

    def __init__(self, admin: User, base: Stanza) -> None:
        self._admin = admin
        self._base = base
        self._known: dict[tuple[str, tuple[str, ...]], Stanza] = {}

    def stanza(self, user: User) -> Stanza:
        if user == self._admin:
            return self._base
        if user.name == ANONYMOUS.name:
            return {}
        key = user.name, user.groups
        if key not in self._known:
            self._known[key] = self._acquire(user)
        return self._known[key]

    def _acquire(self, user: User) -> Stanza:
        raise NotImplementedError


class TokenHolders(_Acquirers):
    """A ServiceAccount for each, in a namespace of the run; they are known by its name."""

    way = "ServiceAccount tokens"

    def __init__(self, admin: User, base: Stanza, api: Callable[[], ApiClient], namespace: str) -> None:
        super().__init__(admin, base)
        self._api = api
        self._namespace = namespace

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        if groups:
            raise CannotPlayError(
                f"{name} is to be in {', '.join(groups)}, and a ServiceAccount cannot be: this needs impersonation"
            )
        account = re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-.")
        full = f"system:serviceaccount:{self._namespace}:{account}"
        return User(name=full, real_name=real_name, hostname=hostname)

    def _acquire(self, user: User) -> Stanza:
        name = user.name.rpartition(":")[2]
        collection = f"/api/v1/namespaces/{self._namespace}/serviceaccounts"
        call(
            self._api(),
            "POST",
            collection,
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}},
        )
        request = {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": _LIFETIME}
        }  # fmt: skip
        return {"token": call(self._api(), "POST", f"{collection}/{name}/token", request)["status"]["token"]}


class CertificateRequesters(_Acquirers):
    """A certificate for each, asked for, approved, and signed by the cluster."""

    way = "signed certificate requests"

    def __init__(self, admin: User, base: Stanza, api: Callable[[], ApiClient], run: str) -> None:
        super().__init__(admin, base)
        self._api = api
        self._run = run
        self._pause = threading.Event()

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return User(name=name, groups=tuple(groups), real_name=real_name, hostname=hostname)

    def _acquire(self, user: User) -> Stanza:
        key = ec.generate_private_key(ec.SECP256R1())
        path = f"{_REQUESTS}/{self._request(user, key)}"
        found = call(self._api(), "GET", path)
        condition = {"type": "Approved", "status": "True", "reason": "Harness", "message": "for a scenario"}
        status = {**(found.get("status") or {}), "conditions": [condition]}
        call(self._api(), "PUT", f"{path}/approval", {**found, "status": status})
        for _ in range(_ATTEMPTS):
            certificate = (call(self._api(), "GET", path).get("status") or {}).get("certificate")
            if certificate:
                return certificate_stanza(base64.b64decode(certificate), _pem(key))
            self._pause.wait(0.05)
        raise CannotPlayError(f"the cluster approves the certificate of {user.name} and does not sign it")

    def _request(self, user: User, key: ec.EllipticCurvePrivateKey) -> str:
        subject = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in user.groups]
        subject.append(x509.NameAttribute(NameOID.COMMON_NAME, user.name))
        request = (
            x509.CertificateSigningRequestBuilder()
            .subject_name(x509.Name(subject))
            .sign(key, hashes.SHA256())
        )
        spec = {
            "request": base64.b64encode(request.public_bytes(serialization.Encoding.PEM)).decode(), "signerName": _SIGNER,
            "expirationSeconds": _LIFETIME, "usages": ["client auth"],
        }  # fmt: skip
        metadata = {"name": f"harness-{self._run}-{len(self._known)}"}
        body = {
            "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": metadata, "spec": spec
        }  # fmt: skip
        call(self._api(), "POST", _REQUESTS, body)
        return metadata["name"]


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


Way: TypeAlias = type[Impersonators] | type[TokenHolders] | type[CertificateRequesters]


def choose_people(api: ApiClient) -> tuple[Way, list[Answer]]:
    """The first way that is allowed, and all that was asked to find it.

    Raises:
        PreflightError: none is.
    """
    asked: list[Answer] = []
    ways: list[tuple[Way, tuple[Right, ...]]] = [
        (Impersonators, BY_IMPERSONATION), (TokenHolders, BY_TOKEN), (CertificateRequesters, BY_CSR),
    ]  # fmt: skip
    for way, rights in ways:
        answers = ask(api, rights)
        asked += answers
        if all(answer.allowed for answer in answers):
            return way, asked
    needed = "; or ".join(", ".join(str(right) for right in rights) for _, rights in ways)
    raise PreflightError(f"nobody can be played on this cluster. One of these is needed: {needed}")
