"""Several authenticators as one.

Source: k8s.io/apiserver, pkg/authentication/request/union, and the order in pkg/kubeapiserver/authenticator/config.go.
"""

from __future__ import annotations

from fakes.apiserver.authentication.authenticator import (
    AuthenticationError,
    AuthenticationRequest,
    Authenticator,
)
from fakes.apiserver.authentication.user import UserInfo, authenticated

__all__ = ["UnionAuthenticator"]


class UnionAuthenticator:
    """Asks several in turn, and ``otherwise`` (anonymous, where that is allowed) last.

    The first that knows the user answers, and the user becomes ``system:authenticated``. If none does and one rejected
    what was presented, the request is rejected: nobody with a bad credential becomes anonymous.
    """

    def __init__(self, *authenticators: Authenticator, otherwise: Authenticator | None = None) -> None:
        self._authenticators = authenticators
        self._otherwise = otherwise

    def authenticate(self, request: AuthenticationRequest) -> UserInfo | None:
        errors: list[AuthenticationError] | None = None
        for authenticator in self._authenticators:
            try:
                user = authenticator.authenticate(request)
            except AuthenticationError as error:
                errors = [*errors, error] if errors else [error]
            else:
                if user is not None:
                    return authenticated(user)
        if errors:
            raise AuthenticationError.aggregate(errors) from errors[0]
        return self._otherwise.authenticate(request) if self._otherwise else None
