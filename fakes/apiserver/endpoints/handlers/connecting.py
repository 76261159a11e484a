"""``connect``: a subresource or resource that takes the request over and answers as it likes."""

from __future__ import annotations

from fakes.apiserver.endpoints.handlers.context import admission, context_of
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.request_scope import RequestScope

__all__ = ["connect"]


async def connect(request: Request, scope: RequestScope) -> Response:
    context = context_of(request)
    attributes = admission(request, scope, "CONNECT", None, None, dry_run=False)
    await scope.admission.admit(attributes)
    await scope.admission.validate(attributes)
    response: Response = await scope.rest.connect(context, request.info.name, request)
    return response
