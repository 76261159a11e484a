"""What a client is told when nobody allows what it asks for.

Source of the sentence: k8s.io/apiserver, pkg/endpoints/handlers/responsewriters/errors.go.
"""

from __future__ import annotations

from fakes.apimachinery.golang import quote
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Attributes

__all__ = ["forbidden"]


def forbidden(attributes: Attributes, reason: str = "") -> StatusError:
    """The denial; ``reason`` is the authorizer's, where it had one."""
    message = _without_markup(_sentence(attributes))
    if reason:
        message = f"{message}: {reason}"
    if not attributes.is_resource:
        return StatusError.forbidden_path(message)
    return StatusError.forbidden(
        GroupResource(attributes.group, attributes.resource), attributes.name, message
    )


def _sentence(attributes: Attributes) -> str:
    user, verb = quote(attributes.user.name), attributes.verb
    if not attributes.is_resource:
        return f"User {user} cannot {verb} path {quote(attributes.path)}"
    resource = attributes.resource
    if attributes.subresource:
        resource = f"{resource}/{attributes.subresource}"
    scope = (
        f"in the namespace {quote(attributes.namespace)}" if attributes.namespace else "at the cluster scope"
    )
    return (
        f"User {user} cannot {verb} resource {quote(resource)} in API group {quote(attributes.group)} {scope}"
    )


def _without_markup(text: str) -> str:
    """What a server does lest a browser takes the text for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
