"""``create``: an object from a body."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.handlers.context import admission, manager_of, write_context
from fakes.apiserver.endpoints.handlers.owners import keep_owners_once
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate
from fakes.apiserver.endpoints.options import write_options
from fakes.apiserver.endpoints.output import document_response, object_response
from fakes.apiserver.endpoints.request_scope import PatchContext, RequestScope

__all__ = ["check_namespace", "create"]

_SYSTEM_FIELDS = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")


async def create(request: Request, scope: RequestScope) -> Response:
    options = write_options(request.query, "CreateOptions")
    context = write_context(request, scope, "CREATE", dry_run=options.dry_run, named=bool(scope.subresource))
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    raw = await request.body()
    decoded = scope.codec.decode(raw, request.header(b"content-type"), options.field_validation)
    request.warnings.extend(decoded.warnings)
    obj = decoded.object
    if not (scope.subresource and getattr(scope.rest, "keeps_system_fields", False)):
        for field in _SYSTEM_FIELDS:
            obj["metadata"].pop(field, None)
    check_namespace(obj["metadata"], context.namespace, namespaced=scope.resource.namespaced)
    keep_owners_once(obj, request.warnings, admitted=False)
    manager = manager_of(request, options.field_manager)
    obj = scope.codec.own(None, obj, PatchContext(manager, scope.subresource, context.now))
    await scope.admission.admit(admission(request, scope, "CREATE", obj, None, dry_run=options.dry_run))
    keep_owners_once(obj, request.warnings, admitted=True)
    stored = await scope.rest.create(context, obj, request.info.name)
    if isinstance(stored, dict):
        return document_response(request, stored, 201, form)
    return object_response(request, scope, form, stored, 201)


def check_namespace(metadata: dict[str, object], namespace: str, *, namespaced: bool) -> None:
    """Fill in the namespace of the URL.

    Raises:
        StatusError: 400, the object says another one.
    """
    sent = metadata.get("namespace") or ""
    if not namespaced:
        metadata.pop("namespace", None)
        return
    if sent and sent != namespace:
        message = "the namespace of the provided object does not match the namespace sent on the request"
        raise StatusError.bad_request(message)
    metadata["namespace"] = namespace
