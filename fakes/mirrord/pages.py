"""What the operator serves outside of its group: discovery, health, its version, and OpenAPI documents that say little.

The documents name the group's paths and no schemas: clients then send objects as they are, as they do for the product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.discovery import (
    DiscoveredGroup,
    DiscoveredVersion,
    api_group,
    group_list_response,
    resource_list,
)  # fmt: skip
from fakes.apiserver.endpoints.http import Request, Response, not_found_page, text_response
from fakes.apiserver.endpoints.installer import APIInstaller
from fakes.apiserver.endpoints.output import document_response
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.registry.availability import discovered
from fakes.mirrord.registry.resources import VERSION

__all__ = ["HEALTH_PATHS", "Pages"]

HEALTH_PATHS = ("/healthz", "/readyz", "/livez", "/health")
"""Paths that everybody may see; the last one is what the probes of the product's Deployment ask."""

_OPENAPI_INFO = {"title": "mirrord operator", "version": VERSION}


class Pages:
    """Answers requests that are for no resource."""

    def __init__(self, installer: APIInstaller, settings: Callable[[], Settings]) -> None:
        self._installer = installer
        self._settings = settings

    def respond(self, request: Request) -> Response:
        """The page at a path.

        Raises:
            StatusError: the method is not GET.
        """
        if request.method not in ("GET", "HEAD"):
            raise StatusError.method_not_allowed()
        match request.path.strip("/").split("/"):
            case ["apis"]:
                return group_list_response(request, lambda: [self._group()], self._group_list)
            case ["apis", group] if group == GROUP:
                return document_response(request, api_group(self._group(), typed=True))
            case ["apis", group, version] if (group, version) == (GROUP, VERSION):
                return document_response(request, resource_list(GROUP, VERSION, self._resources()))
            case ["healthz" | "livez" | "readyz" | "health"]:
                return text_response(200, "ok")
            case ["openapi", "v2"]:
                return document_response(request, {"swagger": "2.0", "info": _OPENAPI_INFO, "paths": {}})
            case ["openapi", "v3"]:
                return document_response(request, _openapi_index())
            case ["openapi", "v3", "apis", group, version] if (group, version) == (GROUP, VERSION):
                return document_response(request, {"openapi": "3.0.0", "info": _OPENAPI_INFO, "paths": {}})
            case _:
                return not_found_page()

    def _group(self) -> DiscoveredGroup:
        versions = [DiscoveredVersion(version=VERSION, resources=self._resources())]
        return DiscoveredGroup(group=GROUP, versions=versions)

    def _resources(self) -> list[APIResource]:
        return discovered(self._settings(), self._installer.resources(GROUP, VERSION))

    def _group_list(self) -> dict[str, Any]:
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [api_group(self._group(), typed=False)]}


def _openapi_index() -> dict[str, Any]:
    path = f"apis/{GROUP}/{VERSION}"
    return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}"}}}
