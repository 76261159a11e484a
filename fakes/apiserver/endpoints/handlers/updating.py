"""``update``: an object replaced by a body."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Attributes, Decision
from fakes.apiserver.endpoints.handlers.context import admission, check_path_name, manager_of, write_context
from fakes.apiserver.endpoints.handlers.creating import check_namespace
from fakes.apiserver.endpoints.handlers.owners import keep_owners_once
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate
from fakes.apiserver.endpoints.options import write_options
from fakes.apiserver.endpoints.output import object_response
from fakes.apiserver.endpoints.request_scope import PatchContext, RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.storage.interface import Stored

__all__ = ["permit_creation", "update"]


async def update(request: Request, scope: RequestScope, services: Services) -> Response:
    options = write_options(request.query, "UpdateOptions")
    context = write_context(request, scope, "UPDATE", dry_run=options.dry_run, named=False)
    permit_creation(context, request, services)
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    raw = await request.body()
    decoded = scope.codec.decode(raw, request.header(b"content-type"), options.field_validation)
    request.warnings.extend(decoded.warnings)
    sent = decoded.object
    name = request.info.name
    check_namespace(sent["metadata"], context.namespace, namespaced=scope.resource.namespaced)
    _check_name(sent, name)
    check_path_name(name)
    keep_owners_once(sent, request.warnings, admitted=False)
    manager = manager_of(request, options.field_manager)

    async def transform(old: Stored | None) -> Object:
        before = old.object if old is not None else None
        owned = PatchContext(manager, scope.subresource, context.now)
        obj = scope.codec.own(before, sent, owned)
        attributes = admission(
            request, scope, "UPDATE" if old is not None else "CREATE", obj, before, dry_run=options.dry_run
        )
        await scope.admission.admit(attributes)
        keep_owners_once(obj, request.warnings, admitted=True)
        return obj

    updated = await scope.rest.update(context, name, transform)
    return object_response(request, scope, form, updated.stored, 201 if updated.created else 200)


def _check_name(obj: Object, name: str) -> None:
    sent = obj["metadata"].get("name", "")
    if not sent:
        message = f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
        raise StatusError.bad_request(message)
    if sent != name:
        raise StatusError.bad_request(
            f"the name of the object ({sent}) does not match the name on the URL ({name})"
        )


def permit_creation(context: Context, request: Request, services: Services) -> None:
    """Let an update or apply create only for those who may ``create`` too."""
    info = request.info

    async def may_create() -> None:
        attributes = Attributes(
            request.user, "create", True, info.namespace, info.group, info.version, info.resource, info.subresource,
            info.name, info.path,
        )  # fmt: skip
        authorization = await services.authorizer.authorize(attributes)
        if authorization.decision is not Decision.ALLOW:
            raise services.forbidden(attributes, authorization.reason)

    context.may_create = may_create
