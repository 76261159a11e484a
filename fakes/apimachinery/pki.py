"""Certificates of a cluster and its people, on elliptic curves because they cost a millisecond each.

Keys come from the operating system whatever the seed of ``Names`` is; serial numbers too.
"""

from __future__ import annotations

import ipaddress
import os
import warnings
from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["CertificateAuthority", "pem_to_der", "random_token"]

_BACKDATED = timedelta(minutes=5)
_LIFETIME = timedelta(days=365 * 10)


class CertificateAuthority:
    """Signs certificates that are valid around ``now``: from five minutes before it, for ``lifetime``."""

    def __init__(self, common_name: str, now: datetime, lifetime: timedelta = _LIFETIME) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._not_before = now - _BACKDATED
        self._not_after = now + lifetime
        name = x509.Name([_attribute(NameOID.COMMON_NAME, common_name)])
        builder = (
            self._builder(name, name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        )
        self.certificate = builder.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue_client(self, user: str, groups: Iterable[str] = ()) -> tuple[bytes, bytes]:
        """Certificate and key, in PEM, of a user: a common name, and an organization for each group in its order."""
        subject = [_attribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        if user:
            subject.append(_attribute(NameOID.COMMON_NAME, user))
        return self._issue(x509.Name(subject), [], ExtendedKeyUsageOID.CLIENT_AUTH)

    def issue_server(self, names: Iterable[str]) -> tuple[bytes, bytes]:
        """Certificate and key, in PEM, of a server that is reached by these host names and addresses."""
        names = list(names)
        subject = x509.Name([_attribute(NameOID.COMMON_NAME, names[0])])
        return self._issue(subject, [_general_name(name) for name in names], ExtendedKeyUsageOID.SERVER_AUTH)

    def _issue(
        self, subject: x509.Name, names: list[x509.GeneralName], usage: x509.ObjectIdentifier
    ) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = (
            self._builder(subject, self.certificate.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(identifier, critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM), _key_pem(key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        return x509.CertificateBuilder(
            issuer_name=issuer,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=self._not_before,
            not_valid_after=self._not_after,
        )


def random_token() -> str:
    """A bearer token that nobody can guess, whatever the seed of ``Names`` is."""
    return os.urandom(24).hex()


def pem_to_der(pem: bytes) -> bytes:
    """The first certificate of a PEM text, as TLS hands over that of a peer."""
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)


def _attribute(oid: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    """Of any length: user names may be longer than the 64 characters of X.520, and servers read them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.NameAttribute(oid, value, _validate=False)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
