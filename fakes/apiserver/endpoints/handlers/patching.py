"""``patch``: JSON, merge and strategic merge patches, and server-side apply."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.handlers.context import admission, manager_of, write_context
from fakes.apiserver.endpoints.handlers.owners import keep_owners_once
from fakes.apiserver.endpoints.handlers.updating import permit_creation
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate, route_accepts
from fakes.apiserver.endpoints.options import WriteOptions, write_options
from fakes.apiserver.endpoints.output import object_response
from fakes.apiserver.endpoints.request_scope import PatchContext, RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry.rest import Object
from fakes.apiserver.storage.interface import Stored

__all__ = ["APPLY", "patch"]

APPLY = "application/apply-patch+yaml"
_STRATEGIC = "application/strategic-merge-patch+json"


async def patch(request: Request, scope: RequestScope, services: Services) -> Response:
    media_type = request.header(b"content-type").partition(";")[0].strip()
    if media_type not in scope.codec.patch_types:
        if scope.custom or _STRATEGIC not in scope.codec.patch_types:
            raise StatusError.unsupported_media_type(scope.codec.patch_types)
        raise StatusError.of(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
    if not scope.custom:
        route_accepts(request.header(b"accept"))
    applied = media_type == APPLY
    form = negotiate(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    raw = await request.body()
    options = write_options(request.query, "PatchOptions", apply=applied, patch=True)
    context = write_context(request, scope, "UPDATE", dry_run=options.dry_run)
    if applied:
        permit_creation(context, request, services)
    name = request.info.name
    change = _Change(request, scope, options, raw, media_type)
    try:
        updated = await scope.rest.update(context, name, change, create=applied, patch=True)
    finally:
        request.warnings.extend(change.warnings)
    return object_response(request, scope, form, updated.stored, 201 if updated.created else 200)


class _Change:
    """Makes the new object of the stored one; called again if the stored one changed meanwhile."""

    def __init__(
        self, request: Request, scope: RequestScope, options: WriteOptions, raw: bytes, media_type: str
    ) -> None:
        self._request = request
        self._scope = scope
        self._options = options
        self._raw = raw
        self._media_type = media_type
        self.warnings: tuple[str, ...] = ()

    async def __call__(self, old: Stored | None) -> Object:
        request, scope, options = self._request, self._scope, self._options
        before = old.object if old is not None else None
        manager = manager_of(request, options.field_manager)
        who = PatchContext(manager, scope.subresource, request.started, bool(options.force))
        namespace = request.info.namespace if scope.resource.namespaced else ""
        if self._media_type == APPLY:
            decoded = scope.codec.apply(
                before, self._raw, request.info.name, namespace, who, options.field_validation
            )
            obj = decoded.object
        elif before is None:
            raise StatusError.not_found(scope.group_resource, request.info.name)
        else:
            decoded = scope.codec.patch(before, self._raw, self._media_type, options.field_validation)
            obj = scope.codec.own(before, decoded.object, who)
        self.warnings = tuple(decoded.warnings)
        self._check_identity(obj, before)
        operation = "UPDATE" if old is not None else "CREATE"
        await scope.admission.admit(
            admission(request, scope, operation, obj, before, dry_run=options.dry_run)  # type: ignore[arg-type]
        )
        repeated: list[str] = []
        keep_owners_once(obj, repeated, admitted=True)
        self.warnings += tuple(repeated)
        return obj

    def _check_identity(self, obj: Object, before: Object | None) -> None:
        name, sent = self._request.info.name, obj["metadata"].get("name", "")
        if sent and sent != name:
            message = f"the name of the object ({sent}) does not match the name on the URL ({name})"
            raise StatusError.bad_request(message)
        if not sent:
            message = (
                f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
            )
            raise StatusError.bad_request(message)
        namespace = obj["metadata"].get("namespace", "")
        if self._scope.resource.namespaced and namespace != self._request.info.namespace and namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise StatusError.bad_request(message)
