"""``connect``: a subresource or resource that takes the request over and answers as it likes."""

from __future__ import annotations

from fakes.apiserver.endpoints.handlers.context import context_of
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.request_scope import RequestScope

__all__ = ["connect"]


async def connect(request: Request, scope: RequestScope) -> Response:
    context = context_of(request)
    response: Response = await scope.rest.connect(context, request.info.name, request)
    return response
