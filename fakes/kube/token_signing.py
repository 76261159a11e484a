"""JSON Web Tokens signed with RSA: only what tokens of service accounts need of RFC 7515 and RFC 7517."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

__all__ = ["SigningKey", "claims_of", "verified_claims"]


class SigningKey:
    """A key pair and its name."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private
        self._public = private.public_key()
        encoded = self._public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.key_id = _encode(hashlib.sha256(encoded).digest())

    @classmethod
    def generate(cls, bits: int) -> Self:
        """A new key; 2048 bits cost about a tenth of a second."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token in its compact form."""
        header = _encode(msgspec.json.encode({"alg": "RS256", "kid": self.key_id}))
        signed = f"{header}.{_encode(msgspec.json.encode(claims))}"
        return f"{signed}.{_encode(self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's."""
        try:
            self._public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def public_jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key."""
        numbers = self._public.public_numbers()
        return {
            "use": "sig",
            "kty": "RSA",
            "kid": self.key_id,
            "alg": "RS256",
            "n": _encode(_octets(numbers.n)),
            "e": _encode(_octets(numbers.e)),
        }


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, whoever signed it; nothing if it is no such token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = msgspec.json.decode(_decode(parts[1]))
    except (ValueError, msgspec.DecodeError):
        return {}
    return claims if isinstance(claims, dict) else {}


def verified_claims(token: str, key: SigningKey | None) -> dict[str, Any] | None:
    """What a token says, if the key signed it."""
    signed, _, signature = token.rpartition(".")
    try:
        raw = _decode(signature)
    except ValueError:
        return None
    return claims_of(token) if key is not None and key.signed(signed.encode(), raw) else None


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
