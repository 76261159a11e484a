"""Whether the user may. 403 comes before 404, 405, 406 and 415."""

from __future__ import annotations

from collections.abc import Callable

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Attributes, Authorizer, Decision
from fakes.apiserver.endpoints.http import Handler, Request, Response

__all__ = ["attributes_of", "with_authorization"]


def attributes_of(request: Request) -> Attributes:
    """What the authorizer is asked for a request."""
    info = request.info
    if not info.is_resource:
        return Attributes(request.user, info.verb, False, path=info.path)
    return Attributes(
        request.user, info.verb, True, info.namespace, info.group, info.version, info.resource, info.subresource,
        info.name, info.path, info.field_selector, info.label_selector,
    )  # fmt: skip


def with_authorization(
    handler: Handler, authorizer: Authorizer, forbidden: Callable[[Attributes, str], StatusError]
) -> Handler:
    async def filtered(request: Request) -> Response:
        attributes = attributes_of(request)
        authorization = await authorizer.authorize(attributes)
        event = request.audit
        event.verb, event.user, event.groups = attributes.verb, request.user.name, request.user.groups
        event.reason = authorization.reason
        if authorization.decision is Decision.ALLOW:
            event.decision = "allow"
            return await handler(request)
        event.decision = "forbid"
        refused = forbidden(attributes, authorization.reason)
        refused.headers = (*refused.headers, ("X-Content-Type-Options", "nosniff"))
        raise refused

    return filtered
