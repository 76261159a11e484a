"""Certificates of users: the authority that issues them, and ``mirrordoperators/certificate``, the older way to one.

How long one is good is *assumed*; clients renew them when they have run out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.registry.rest import Context
from fakes.mirrord.model.license import License
from fakes.mirrord.model.views import OPERATOR_NAME
from fakes.mirrord.registry.certificate_requests import read_request
from fakes.mirrord.registry.mirrord_operators import RESOURCE

__all__ = ["CertificateREST", "UserCertificates"]

_LIFETIME: Final = timedelta(days=30)
_BACKDATED: Final = timedelta(minutes=5)
_SERIAL_BYTES: Final = 16


class UserCertificates:
    """Issues certificates to whoever asks; its key is made when it is first needed, from the names' source."""

    def __init__(self, names: Names, license_: License) -> None:
        self._names = names
        self._issuer = _name(f"{license_.organization}`s {license_.tier.title()} License")
        self._key: Ed25519PrivateKey | None = None

    def issue(self, request: str, now: datetime) -> str:
        """A PEM certificate for a PEM request.

        Raises:
            StatusError: 400, the request cannot be read.
        """
        try:
            common_name, key = read_request(request)
        except ValueError as error:
            raise StatusError.bad_request(f"invalid certificate signing request: {error}") from error
        if self._key is None:
            self._key = Ed25519PrivateKey.from_private_bytes(self._names.bytes(32))
        certificate = x509.CertificateBuilder(
            issuer_name=self._issuer,
            subject_name=_name(common_name),
            public_key=Ed25519PublicKey.from_public_bytes(key),
            serial_number=int.from_bytes(self._names.bytes(_SERIAL_BYTES), "big") >> 1 or 1,
            not_valid_before=now - _BACKDATED,
            not_valid_after=now + _LIFETIME,
        ).sign(self._key, None)
        return certificate.public_bytes(Encoding.PEM).decode()


class CertificateREST:
    """Implements connect: a PEM request is posted as it is, or as a JSON string, and answered with a JSON string."""

    def __init__(self, certificates: UserCertificates) -> None:
        self._certificates = certificates

    async def connect(self, context: Context, name: str, request: Request) -> Response:
        if request.method != "POST":
            raise StatusError.method_not_allowed()
        if name != OPERATOR_NAME:
            raise StatusError.not_found(RESOURCE, name)
        pem = self._certificates.issue(_text(await request.body()), context.now)
        return Response(200, msgspec.json.encode(pem))


def _text(body: bytes) -> str:
    if body.startswith(b'"'):
        try:
            return msgspec.json.decode(body, type=str)
        except msgspec.MsgspecError:
            pass
    return body.decode("utf-8", "replace")


def _name(common_name: str) -> x509.Name:
    if not common_name:
        return x509.Name([])
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name, _validate=False)])
