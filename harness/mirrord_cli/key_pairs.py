"""The Ed25519 key of a user, and the certificate request that it signs.

The encodings are those of the product: PKCS #8 with the public key in it; a request that names the key by the OID
of X25519 and gives algorithms an explicit NULL, which strict parsers refuse.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.mirrord_cli import der
from harness.mirrord_cli.certificates import decode_pem, encode_pem

__all__ = ["KeyPair"]

_SEQUENCE, _SET, _INTEGER, _NULL, _OID, _UTF8, _BITS, _CONTEXT_0 = (
    0x30,
    0x31,
    0x02,
    0x05,
    0x06,
    0x0C,
    0x03,
    0xA0,
)
_X25519 = bytes.fromhex("2b656e")
_ED25519 = bytes.fromhex("2b6570")
_COMMON_NAME = bytes.fromhex("550403")
_PREFIX = bytes.fromhex("3051020101300506032b657004220420")
_MIDDLE = bytes.fromhex("812100")
_OLD_PREFIX = bytes.fromhex("3053020101300506032b657004220420")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A private key, as its seed of 32 bytes."""

    seed: bytes

    @classmethod
    def from_pem(cls, pem: str) -> KeyPair:
        """A key from PKCS #8, in the present encoding, that of old releases, or without its public part.

        Raises:
            ValueError: it is no Ed25519 key.
        """
        data = decode_pem(pem)
        if data.startswith((_PREFIX, _OLD_PREFIX)):
            return cls(seed=data[16:48])
        key = serialization.load_der_private_key(data, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the key is not an Ed25519 key")  # noqa: TRY004 - the text is wrong, not the caller
        return cls(seed=key.private_bytes_raw())

    def to_pem(self) -> str:
        return encode_pem("PRIVATE KEY", _PREFIX + self.seed + _MIDDLE + self.public_key())

    def public_key(self) -> bytes:
        return self._private().public_key().public_bytes_raw()

    def certificate_request(self, common_name: str) -> str:
        """The PEM request for a certificate of this key."""
        info = der.encode(
            _SEQUENCE,
            der.encode(_INTEGER, b"\0"),
            _subject(common_name),
            der.encode(_SEQUENCE, _algorithm(_X25519), der.encode(_BITS, b"\0", self.public_key())),
            der.encode(_CONTEXT_0),
        )
        signature = self._private().sign(info)
        request = der.encode(_SEQUENCE, info, _algorithm(_ED25519), der.encode(_BITS, b"\0", signature))
        return encode_pem("CERTIFICATE REQUEST", request)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _algorithm(identifier: bytes) -> bytes:
    return der.encode(_SEQUENCE, der.encode(_OID, identifier), der.encode(_NULL))


def _subject(common_name: str) -> bytes:
    attribute = der.encode(_SEQUENCE, der.encode(_OID, _COMMON_NAME), der.encode(_UTF8, common_name.encode()))
    return der.encode(_SEQUENCE, der.encode(_SET, attribute))
