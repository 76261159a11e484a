"""Acting as another: from here on the request is that user's, and the headers are gone."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.impersonation import Impersonator
from fakes.apiserver.endpoints.filters.authorization import attributes_of
from fakes.apiserver.endpoints.http import Handler, Request, Response

__all__ = ["with_impersonation"]

_PREFIX = b"impersonate-"


def with_impersonation(handler: Handler, impersonator: Impersonator) -> Handler:
    async def filtered(request: Request) -> Response:
        for name, _ in request.headers:
            if name.startswith(_PREFIX):
                await _impersonate(request, impersonator)
                break
        return await handler(request)

    return filtered


async def _impersonate(request: Request, impersonator: Impersonator) -> None:
    request.audit.user = request.user.name
    try:
        user = await impersonator.effective_user(request.headers, attributes_of(request))
    except StatusError as error:
        if error.code == 400:
            error.headers = (*error.headers, ("X-Content-Type-Options", "nosniff"))
        raise
    if user is None:
        return
    request.impersonator = request.user
    request.audit.impersonator = request.user.name
    request.user = user
    request.headers = [(name, value) for name, value in request.headers if not name.startswith(_PREFIX)]
