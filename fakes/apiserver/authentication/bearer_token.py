"""Bearer tokens in the Authorization header.

Does not read tokens from WebSocket subprotocols.
"""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apiserver.authentication.authenticator import (
    AuthenticationError,
    AuthenticationRequest,
    TokenAuthenticator,
)
from fakes.apiserver.authentication.user import UserInfo, authenticated

__all__ = ["INVALID_TOKEN", "BearerTokenAuthenticator", "StaticTokens", "UnionTokenAuthenticator"]

INVALID_TOKEN = "invalid bearer token"  # noqa: S105 - a message


class StaticTokens:
    """Tokens known from the start, as those of a token file."""

    def __init__(self, users: Mapping[str, UserInfo]) -> None:
        self._users = {token: authenticated(user) for token, user in users.items()}

    def authenticate_token(self, token: str) -> UserInfo | None:
        return self._users.get(token)


class UnionTokenAuthenticator:
    """Asks several in turn: the first that knows the token answers, errors count only if none does."""

    def __init__(self, *authenticators: TokenAuthenticator) -> None:
        self._authenticators = authenticators

    def authenticate_token(self, token: str) -> UserInfo | None:
        errors = []
        for authenticator in self._authenticators:
            try:
                if user := authenticator.authenticate_token(token):
                    return user
            except AuthenticationError as error:
                errors.append(error)
        if errors:
            raise AuthenticationError.aggregate(errors) from errors[0]
        return None


class BearerTokenAuthenticator:
    """Reads ``Authorization: Bearer <token>`` and asks who the token belongs to.

    Another scheme or an empty token is no credential; a token that nobody knows is a bad one.
    """

    def __init__(self, tokens: TokenAuthenticator) -> None:
        self._tokens = tokens

    def authenticate(self, request: AuthenticationRequest) -> UserInfo | None:
        header = request.first(b"authorization").strip()
        if not header:
            return None
        scheme, _, rest = header.partition(" ")
        token = rest.partition(" ")[0]
        if not token or scheme.lower() != "bearer":
            return None
        if (user := self._tokens.authenticate_token(token)) is None:
            raise AuthenticationError(INVALID_TOKEN)
        return user
