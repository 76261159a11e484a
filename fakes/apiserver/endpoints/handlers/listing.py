"""``list``: objects, whole or in pages."""

from __future__ import annotations

from fakes.apiserver.endpoints.handlers.context import context_of
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate
from fakes.apiserver.endpoints.options import list_options
from fakes.apiserver.endpoints.output import check_include_object, list_response
from fakes.apiserver.endpoints.request_scope import RequestScope

__all__ = ["list_collection"]


async def list_collection(request: Request, scope: RequestScope) -> Response:
    context = context_of(request)
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    if form.as_kind == "Table":
        check_include_object(request)
    options = list_options(request, scope.rest, watch=False)
    listed = await scope.rest.list(context, options)
    return list_response(request, scope, form, listed)
