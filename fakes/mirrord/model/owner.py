"""Who a session belongs to, and the text that names them in every list."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Owner", "OwnerText", "clean_name", "parse_user", "user_id"]

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The person and machine that started a session.

    ``username`` and ``hostname`` are what the client says of itself; ``k8s_username`` is whom the cluster authenticated;
    ``user_id`` is derived from the public key of the client's certificate, empty when none was shown.
    """

    user_id: str = ""
    username: str = UNKNOWN
    hostname: str = UNKNOWN
    k8s_username: str

    def __str__(self) -> str:
        return f"{self.username}/{self.k8s_username}@{self.hostname}"

    def to_json(self) -> dict[str, str]:
        return {
            "userId": self.user_id,
            "username": self.username,
            "hostname": self.hostname,
            "k8sUsername": self.k8s_username,
        }


class OwnerText(NamedTuple):
    """The three parts of a user text; a missing separator leaves its part empty."""

    username: str
    k8s_username: str
    hostname: str


def parse_user(text: str) -> OwnerText:
    """Take a user text apart: at the last ``@``, then at the first ``/``."""
    left, at, hostname = text.rpartition("@")
    if not at:
        left, hostname = text, ""
    username, _, k8s_username = left.partition("/")
    return OwnerText(username, k8s_username, hostname)


def clean_name(text: str | None) -> str:
    """What a client makes of its user or host name before it sends it: ASCII, trimmed, ``unknown`` if nothing is left."""
    kept = "".join(character for character in text or "" if character.isascii()).strip()
    return kept or UNKNOWN


def user_id(public_key: bytes) -> str:
    """The id of the holder of a certificate: its public key in base64 without padding."""
    return base64.b64encode(public_key).decode().rstrip("=")
