"""``delete`` and ``deletecollection``."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.status import success
from fakes.apiserver.endpoints.handlers.context import write_context
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate
from fakes.apiserver.endpoints.options import delete_options, list_options
from fakes.apiserver.endpoints.output import document_response, list_response, object_response
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry.rest import Deleted, Document, Listed

__all__ = ["delete", "delete_collection"]


async def delete(request: Request, scope: RequestScope, services: Services) -> Response:
    context = write_context(request, scope, "DELETE", dry_run=False)
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    body = await _options_body(request, scope, services)
    options, dry_run = delete_options(request.query, body)
    if dry_run:
        context = write_context(request, scope, "DELETE", dry_run=True)
    deleted: Deleted | Document = await scope.rest.delete(context, request.info.name, options)
    if isinstance(deleted, Document):
        return document_response(request, deleted.content, deleted.status, form)
    status = 202 if options.orphan_dependents is False and not deleted.gone else 200
    if deleted.show:
        return object_response(request, scope, form, deleted.stored, status)
    return document_response(request, _success(scope, deleted), status, form)


def _success(scope: RequestScope, deleted: Deleted) -> dict[str, Any]:
    metadata = deleted.stored.object["metadata"]
    details: dict[str, Any] = {"name": metadata["name"]}
    if scope.resource.group:
        details["group"] = scope.resource.group
    details["kind"] = scope.resource.resource
    details["uid"] = metadata["uid"]
    return success(details=details)


async def _options_body(request: Request, scope: RequestScope, services: Services) -> dict[str, Any]:
    raw = await request.body()
    if not raw:
        return {}
    return services.decode_delete_options(raw, request.header(b"content-type"), scope)


async def delete_collection(request: Request, scope: RequestScope, services: Services) -> Response:
    context = write_context(request, scope, "DELETE", dry_run=False)
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    which = list_options(request, scope.rest, watch=False)
    body = await _options_body(request, scope, services)
    options, dry_run = delete_options(request.query, body)
    if dry_run:
        context = write_context(request, scope, "DELETE", dry_run=True)
    listed: Listed | Document = await scope.rest.delete_collection(context, options, which)
    if isinstance(listed, Document):
        return document_response(request, listed.content, listed.status, form)
    return list_response(request, scope, form, listed)
