"""Which routes an operator serves: those that its version and its features know.

What is not served is answered as by a server that has never heard of it: 404 in plain text, no Status. Clients tell by that
what an operator is too old for. That the older session resource could only be deleted is *assumed*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from fakes.apimachinery.resource import APIResource
from fakes.apiserver.endpoints.http import Request
from fakes.mirrord.model.settings import Settings

__all__ = ["discovered", "is_served"]

_FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "sessions": "SessionManagement",
        "copytargets": "CopyTarget",
        "mirrordclusteroperatorusercredentials": "ExtendableUserCredentials",
    }
)
_DELETING = ("delete", "deletecollection")


def is_served(settings: Settings, request: Request) -> bool:
    """Whether the operator knows the path of a request for a resource."""
    info = request.info
    if not _known(settings, info.resource):
        return False
    if info.special == "proxy" and not settings.supports("ProxyApi"):
        return False
    if info.resource == "sessions" and not _namespaced(settings):
        return info.verb in _DELETING and not info.namespace
    return True


def discovered(settings: Settings, resources: Iterable[APIResource]) -> list[APIResource]:
    """The resources that the operator's discovery lists."""
    return [_as_it_was(settings, each) for each in resources if _known(settings, each.resource)]


def _known(settings: Settings, resource: str) -> bool:
    feature = _FEATURES.get(resource)
    return feature is None or settings.supports(feature)


def _as_it_was(settings: Settings, resource: APIResource) -> APIResource:
    if resource.resource != "sessions" or _namespaced(settings):
        return resource
    return replace(resource, namespaced=False, verbs=_DELETING)


def _namespaced(settings: Settings) -> bool:
    return settings.knows(settings.history.namespaced_sessions)
