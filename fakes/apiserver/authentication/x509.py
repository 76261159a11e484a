"""Client certificates: the common name is the user, each organization a group.

Does not build chains through intermediate certificates, and knows no revocation.
Source: k8s.io/apiserver, pkg/authentication/request/x509.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fakes.apimachinery.clock import Clock
from fakes.apiserver.authentication.authenticator import AuthenticationError, AuthenticationRequest
from fakes.apiserver.authentication.user import CREDENTIAL_ID, UserInfo, authenticated

__all__ = ["CertificateVerifier", "VerifiedCertificate", "X509Authenticator"]

_REMEMBERED = 4096
_CLIENT_USAGES = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


class VerifiedCertificate(NamedTuple):
    """A certificate that one of the authorities signed, for clients."""

    common_name: str
    organizations: tuple[str, ...]
    fingerprint: str
    """SHA-256 of the DER, in hexadecimal."""
    not_before: datetime
    not_after: datetime


class CertificateVerifier:
    """Tells whether a certificate is good for a client. What does not depend on the time is worked out once."""

    def __init__(self, authorities: Sequence[x509.Certificate], clock: Clock) -> None:
        self._authorities = tuple(authorities)
        self._clock = clock
        self._known: dict[bytes, VerifiedCertificate | AuthenticationError] = {}

    def verify(self, der: bytes) -> VerifiedCertificate:
        """What the certificate says.

        Raises:
            AuthenticationError: no authority signed it, it is not for clients, or it is not valid now.
        """
        known = self._known.get(der)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[der] = _examine(der, self._authorities)
        if isinstance(known, AuthenticationError):
            raise AuthenticationError(str(known))
        if not known.not_before <= self._clock.now() <= known.not_after:
            raise AuthenticationError("x509: certificate has expired or is not yet valid")
        return known


class X509Authenticator:
    """Takes the user and the groups from the subject of the client's certificate."""

    def __init__(self, verifier: CertificateVerifier) -> None:
        self._verifier = verifier
        self._users: dict[str, UserInfo] = {}

    def authenticate(self, request: AuthenticationRequest) -> UserInfo | None:
        if request.peer_certificate is None:
            return None
        certificate = self._verifier.verify(request.peer_certificate)
        if not certificate.common_name:
            return None
        user = self._users.get(certificate.fingerprint)
        if user is None:
            if len(self._users) >= _REMEMBERED:
                self._users.clear()
            user = self._users[certificate.fingerprint] = _user(certificate)
        return user


def _user(certificate: VerifiedCertificate) -> UserInfo:
    credential = (CREDENTIAL_ID, (f"X509SHA256={certificate.fingerprint}",))
    user = UserInfo(name=certificate.common_name, groups=certificate.organizations, extra=(credential,))
    return authenticated(user)


def _examine(
    der: bytes, authorities: Sequence[x509.Certificate]
) -> VerifiedCertificate | AuthenticationError:
    try:
        certificate = x509.load_der_x509_certificate(der)
        usages = _usages(certificate)
    except (ValueError, x509.DuplicateExtension) as error:
        return AuthenticationError(f"x509: malformed certificate: {error}")
    if not any(_issued(authority, certificate) for authority in authorities):
        return AuthenticationError("x509: certificate signed by unknown authority")
    if usages is not None and not any(usage in usages for usage in _CLIENT_USAGES):
        return AuthenticationError("x509: certificate specifies an incompatible key usage")
    subject = _subject(certificate)
    return VerifiedCertificate(
        common_name=next(iter(_texts(subject, NameOID.COMMON_NAME)), ""),
        organizations=_texts(subject, NameOID.ORGANIZATION_NAME),
        fingerprint=hashlib.sha256(der).hexdigest(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _usages(certificate: x509.Certificate) -> x509.ExtendedKeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _subject(certificate: x509.Certificate) -> x509.Name:
    """The subject, whatever its length: the library warns of names that are longer than 64 characters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return certificate.subject


def _texts(name: x509.Name, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    return tuple(str(attribute.value) for attribute in name.get_attributes_for_oid(oid))
