"""Who sent the request. 401 is for a credential that was presented and rejected; none at all is anonymous."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.authenticator import (
    AuthenticationError,
    AuthenticationRequest,
    Authenticator,
)
from fakes.apiserver.endpoints.http import Handler, Request, Response

__all__ = ["with_authentication"]


def with_authentication(handler: Handler, authenticator: Authenticator) -> Handler:
    async def filtered(request: Request) -> Response:
        presented = AuthenticationRequest(request.headers, request.peer_certificate)
        try:
            user = authenticator.authenticate(presented)
        except AuthenticationError as error:
            raise StatusError.unauthorized() from error
        if user is None:
            raise StatusError.unauthorized()
        request.user = user
        return await handler(request)

    return filtered
