"""Who somebody is to a cluster on a socket: the ``user`` of a kubeconfig, and what that means for each kind of connection.

The official client reads no ``as`` from a kubeconfig, so impersonation reaches it as headers; kubectl and mirrord read it
themselves.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from fakes.apimachinery.pki import CertificateAuthority
from harness.cluster import ANONYMOUS, User

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = [
    "CertifiedPeople",
    "People",
    "Stanza",
    "certificate_stanza",
    "impersonation_headers",
    "kubeconfig_for",
    "tls_of",
]

Stanza = dict[str, Any]


class People(Protocol):
    """A way to be somebody in a cluster."""

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        """Somebody with these names, or with those that the cluster can give them."""
        ...

    def stanza(self, user: User) -> Stanza:
        """The ``user`` of a kubeconfig with which one is that user."""
        ...


class CertifiedPeople:
    """A client certificate for each, from an authority that the cluster trusts."""

    def __init__(self, ca: CertificateAuthority) -> None:
        self._ca = ca
        self._known: dict[tuple[str, tuple[str, ...]], Stanza] = {}

    def user(self, name: str, groups: Sequence[str] = (), *, real_name: str = "", hostname: str = "") -> User:
        return User(name=name, groups=tuple(groups), real_name=real_name, hostname=hostname)

    def stanza(self, user: User) -> Stanza:
        if user.name == ANONYMOUS.name:
            return {}
        key = user.name, user.groups
        if key not in self._known:
            self._known[key] = certificate_stanza(*self._ca.issue_client(user.name, user.groups))
        return self._known[key]


def certificate_stanza(certificate: bytes, key: bytes) -> Stanza:
    """A certificate and its key, in PEM, as a kubeconfig has them."""
    return {
        "client-certificate-data": base64.b64encode(certificate).decode(),
        "client-key-data": base64.b64encode(key).decode(),
    }


def impersonation_headers(stanza: Stanza) -> list[tuple[str, str]]:
    """The headers of somebody who acts as another."""
    if not stanza.get("as"):
        return []
    groups = [("Impersonate-Group", group) for group in stanza.get("as-groups") or ()]
    return [("Impersonate-User", stanza["as"]), *groups]


def kubeconfig_for(cluster: Stanza, user: Stanza, name: str, namespace: str = "default") -> dict[str, Any]:
    """A kubeconfig with one context, of which all is inline."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "cluster", "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": "cluster", "user": name, "namespace": namespace}}],
        "current-context": name,
    }


def tls_of(client: ApiClient) -> tuple[ssl.SSLContext, list[tuple[str, str]]]:
    """TLS and headers with which a connection beside the official client is the same somebody."""
    configuration = client.configuration
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
    if not configuration.verify_ssl:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    headers: dict[str, str] = {}
    client.update_params_for_auth(headers, [], ["BearerToken"], "", "GET", None)
    return context, list(headers.items())
