"""Reading what clients show of their keys: requests for certificates, and certificates.

Whether a request is signed with the key in it is not checked, nor by whom a certificate was signed.
"""

from __future__ import annotations

from typing import NamedTuple

from fakes.mirrord.registry.der import Element, children, from_pem, read

__all__ = ["CertificateRequest", "public_key_of", "read_request"]

_BIT_STRING = 0x03
_VERSION = 0xA0
_COMMON_NAME = bytes.fromhex("550403")
_KEY_LENGTH = 32


class CertificateRequest(NamedTuple):
    """Whom a certificate is for: the common name, and an Ed25519 key of 32 bytes."""

    common_name: str
    public_key: bytes


def read_request(pem: str) -> CertificateRequest:
    """Read a PEM request.

    Raises:
        ValueError: it is none, or its key is no Ed25519 key.
    """
    info = _first(read(from_pem(pem)))
    fields = list(children(info))
    if len(fields) < 3:
        raise ValueError("the certificate request lacks fields")
    key = _key(fields[2])
    if len(key) != _KEY_LENGTH:
        raise ValueError(f"expected an Ed25519 key of {_KEY_LENGTH} bytes, not {len(key)}")
    return CertificateRequest(_common_name(fields[1]), key)


def public_key_of(der: bytes) -> bytes:
    """The bytes of the public key in a certificate.

    Raises:
        ValueError: it is no certificate.
    """
    fields = [field for field in children(_first(read(der))) if field.tag != _VERSION]
    if len(fields) < 6:
        raise ValueError("the certificate lacks fields")
    return _key(fields[5])


def _first(element: Element) -> Element:
    for child in children(element):
        return child
    raise ValueError("unexpected end of DER")


def _key(info: Element) -> bytes:
    for child in children(info):
        if child.tag == _BIT_STRING:
            return child.content[1:]
    raise ValueError("there is no public key")


def _common_name(subject: Element) -> str:
    for names in children(subject):
        for attribute in children(names):
            kind, value = children(attribute)
            if kind.content == _COMMON_NAME:
                return value.content.decode("utf-8", "replace")
    return ""
