"""Getting a client certificate: from the store while it is valid, else from the operator.

The newer way creates a MirrordClusterOperatorUserCredential; the older one posts the PEM request, which is sent as
it is the first time and as a JSON string when an expired certificate is renewed, as the product does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from harness.mirrord_cli.certificates import Certificate
from harness.mirrord_cli.connection import Connection
from harness.mirrord_cli.credential_store import Credentials, CredentialStore, opened_store
from harness.mirrord_cli.key_pairs import KeyPair
from harness.mirrord_cli.kube_errors import DecodeError, KubeError
from harness.mirrord_cli.operator_api import GROUP_PATH, OperatorApi
from harness.mirrord_cli.operator_types import UserCredential

__all__ = ["CredentialError", "Identity", "certify"]

_CREDENTIALS_PATH = f"{GROUP_PATH}/mirrordclusteroperatorusercredentials?"
_CERTIFICATE_PATH = f"{GROUP_PATH}/mirrordoperators/operator/certificate?"
_NEW_WAY = "ExtendableUserCredentials"


class CredentialError(Exception):
    """There is no certificate to be had. The text is the product's."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"failed to prepare client certificate: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """On whose behalf a certificate is asked for, where it is kept, and where randomness comes from."""

    hostname: str
    home: Path | None
    now: datetime
    random: Callable[[int], bytes]


def certify(api: OperatorApi, identity: Identity) -> OperatorApi:
    """The API with a client certificate on every request.

    Raises:
        CredentialError: there is none; the commands go on without.
    """
    license_ = api.operator.spec.license
    if license_.fingerprint is None:
        raise CredentialError("license fingerprint is missing from the mirrord operator resource")
    if identity.home is None:
        raise CredentialError("failed to access local credential store: no home directory")
    try:
        with opened_store(identity.home) as store:
            certificate = _obtain(store, api, identity, license_.fingerprint, license_.subscription_id)
    except OSError as error:
        raise CredentialError(f"failed to access local credential store: {error}") from error
    return api.certified(certificate.der)


def _obtain(
    store: CredentialStore, api: OperatorApi, identity: Identity, fingerprint: str, subscription: str | None
) -> Certificate:
    known = store.credentials.get(fingerprint)
    if known is not None and known.certificate.is_valid(identity.now):
        entry = known
    else:
        key_pair = known.key_pair if known else store.signing_keys.get(subscription or "")
        key_pair = key_pair or KeyPair(seed=identity.random(32))
        request = key_pair.certificate_request(identity.hostname.lower())
        certificate = _requested(api, request, renewal=known is not None)
        entry = store.credentials[fingerprint] = Credentials(certificate=certificate, key_pair=key_pair)
    if subscription is not None:
        store.signing_keys[subscription] = entry.key_pair
    return entry.certificate


def _requested(api: OperatorApi, request: str, *, renewal: bool) -> Certificate:
    connection = api.connection
    prefix = "failed to get client certificate"
    try:
        if api.operator.spec.supports(_NEW_WAY):
            pem = _create_credential(connection, request)
        else:
            body = msgspec.json.encode(request) if renewal else request.encode()
            pem = connection.post(_CERTIFICATE_PATH, body, str)
    except KubeError as error:
        raise CredentialError(f"{prefix}: certification request failed: {error}") from error
    if pem is None:
        raise CredentialError(f"{prefix}: No signed certificate found in the operator response")
    try:
        return Certificate.from_pem(pem)
    except ValueError as error:
        # The older way decodes the certificate together with the JSON that it comes in.
        newer = api.operator.spec.supports(_NEW_WAY)
        where = "x509 certificate error" if newer else f"certification request failed: {DecodeError(error)}"
        raise CredentialError(f"{prefix}: {where}{f': {error}' if newer else ''}") from error


def _create_credential(connection: Connection, request: str) -> str | None:
    body = {
        "apiVersion": "operator.metalbear.co/v1",
        "kind": "MirrordClusterOperatorUserCredential",
        "metadata": {"generateName": "mirrord-operator-regular-cred-"},
        "spec": {"csr": request, "kind": "regular"},
    }
    answer = connection.post(_CREDENTIALS_PATH, msgspec.json.encode(body), UserCredential)
    return answer.status.certificate if answer.status else None
