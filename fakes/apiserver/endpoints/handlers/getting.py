"""``get``: one object."""

from __future__ import annotations

from fakes.apiserver.endpoints.handlers.context import context_of
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate
from fakes.apiserver.endpoints.options import check_export
from fakes.apiserver.endpoints.output import object_response
from fakes.apiserver.endpoints.request_scope import RequestScope

__all__ = ["get"]


async def get(request: Request, scope: RequestScope) -> Response:
    context = context_of(request)
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    version = ""
    if request.raw_query:
        check_export(request.query)
        version = request.query.get("resourceVersion")
    if version:
        stored = await scope.rest.get(context, request.info.name, version)
    else:
        stored = await scope.rest.get(context, request.info.name)
    return object_response(request, scope, form, stored, 200)
