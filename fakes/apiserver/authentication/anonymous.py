"""Requests without a credential."""

from __future__ import annotations

from fakes.apiserver.authentication.authenticator import AuthenticationRequest
from fakes.apiserver.authentication.user import ANONYMOUS, UNAUTHENTICATED, UserInfo

__all__ = ["ANONYMOUS_USER", "AnonymousAuthenticator"]

ANONYMOUS_USER = UserInfo(name=ANONYMOUS, groups=(UNAUTHENTICATED,))


class AnonymousAuthenticator:
    """Takes everybody for ``system:anonymous``."""

    def authenticate(self, request: AuthenticationRequest) -> UserInfo:
        return ANONYMOUS_USER
