"""What an authenticator is asked, and what it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from fakes.apiserver.authentication.user import UserInfo

__all__ = ["AuthenticationError", "AuthenticationRequest", "Authenticator", "TokenAuthenticator"]


class AuthenticationError(Exception):
    """A credential was presented and rejected. The text is for logs and TokenReviews: a client sees 401."""

    @classmethod
    def aggregate(cls, errors: Sequence[AuthenticationError]) -> AuthenticationError:
        """Several as one, each text once."""
        texts = list(dict.fromkeys(map(str, errors)))
        return cls(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")


class AuthenticationRequest(NamedTuple):
    """What of a request may prove who sent it. ``headers`` are those of an ASGI scope: names are lower-case."""

    headers: Sequence[tuple[bytes, bytes]]
    peer_certificate: bytes | None = None
    """The client's certificate in DER; that TLS let it pass proves nothing."""

    def get(self, name: bytes) -> list[str]:
        """Every value of a header."""
        return [value.decode("utf-8", "replace") for key, value in self.headers if key == name]

    def first(self, name: bytes) -> str:
        """The first value of a header, or nothing."""
        for key, value in self.headers:
            if key == name:
                return value.decode("utf-8", "replace")
        return ""


class Authenticator(Protocol):
    """One way to tell who sent a request."""

    def authenticate(self, request: AuthenticationRequest) -> UserInfo | None:
        """The user; None if the request has no credential of this kind.

        Raises:
            AuthenticationError: it has one, and it is not good.
        """
        ...


class TokenAuthenticator(Protocol):
    """One kind of bearer token."""

    def authenticate_token(self, token: str) -> UserInfo | None:
        """The user; None if the token is not of this kind.

        Raises:
            AuthenticationError: the token is of this kind and not good.
        """
        ...
