"""Client certificates as the operator issues them.

Read by hand, as these carry an explicit NULL where a strict parser allows none. Neither signature nor issuer is
looked at: the product does not either.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.mirrord_cli import der

__all__ = ["Certificate", "decode_pem", "encode_pem"]

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+(.*?)-----END \1-----", re.DOTALL)
_CONTEXT_0 = 0xA0
_UTC_TIME = 0x17


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A DER certificate and the time within which it is valid."""

    der: bytes
    not_before: datetime
    not_after: datetime

    @classmethod
    def from_pem(cls, pem: str) -> Certificate:
        """The first certificate of the text.

        Raises:
            ValueError: there is none, or it is malformed.
        """
        return cls.from_der(decode_pem(pem))

    @classmethod
    def from_der(cls, data: bytes) -> Certificate:
        to_be_signed = der.read(der.read(data).content)
        fields = [field for field in der.read_all(to_be_signed.content) if field.tag != _CONTEXT_0]
        if len(fields) < 6:
            raise ValueError("certificate lacks fields")
        not_before, not_after = (_moment(element) for element in der.read_all(fields[3].content))
        return cls(der=data, not_before=not_before, not_after=not_after)

    def is_valid(self, now: datetime) -> bool:
        return self.not_before < now < self.not_after

    def to_pem(self) -> str:
        return encode_pem("CERTIFICATE", self.der)


def encode_pem(label: str, data: bytes) -> str:
    """PEM with the line ends that the product writes, CRLF."""
    text = base64.standard_b64encode(data).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\r\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def decode_pem(text: str) -> bytes:
    """The content of the first PEM block."""
    found = _PEM.search(text)
    if found is None:
        raise ValueError("error decoding PEM data: malformedframing")
    try:
        return base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error as error:
        raise ValueError("error decoding PEM data: base64decode") from error


def _moment(element: der.Element) -> datetime:
    text = element.content.decode("ascii")
    if element.tag == _UTC_TIME:
        century = "19" if text[:2] >= "50" else "20"
        text = century + text
    return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
