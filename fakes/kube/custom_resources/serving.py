"""Endpoints of custom resources: they come and go with their definitions while the server runs.

The shapes of refusals differ from those of built-in resources. Source: apiextensions-apiserver,
pkg/apiserver/customresource_handler.go; observed on v1.36.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fakes.apimachinery.parsing import ParseError, parse_yaml
from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.discovery import DiscoveredGroup, DiscoveredVersion
from fakes.apiserver.endpoints.handlers.creating import create
from fakes.apiserver.endpoints.handlers.deleting import delete, delete_collection
from fakes.apiserver.endpoints.handlers.getting import get
from fakes.apiserver.endpoints.handlers.listing import list_collection
from fakes.apiserver.endpoints.handlers.patching import patch
from fakes.apiserver.endpoints.handlers.updating import update
from fakes.apiserver.endpoints.handlers.watching import watch
from fakes.apiserver.endpoints.http import Request, Response, not_found_page
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.endpoints.services import Services

__all__ = ["CustomResources"]

_PRIORITY = 1000
_VERSION_PRIORITY = 100


class CustomResources:
    """What custom resource definitions have made, by group, version, resource and subresource."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._scopes: dict[tuple[str, str, str], dict[str, RequestScope]] = {}
        self._terminating: set[str] = set()

    def install(self, scopes: Sequence[RequestScope]) -> None:
        """Serve one version of a resource: the scope of the resource first, then those of its subresources."""
        resource = scopes[0].resource
        key = (resource.group, resource.version, resource.resource)
        self._scopes[key] = {scope.subresource: scope for scope in scopes}

    def remove(self, group: str, resource: str) -> None:
        """Serve a resource no more, in any version."""
        for key in [key for key in self._scopes if key[0] == group and key[2] == resource]:
            del self._scopes[key]
        self._terminating.discard(f"{resource}.{group}")

    def terminate(self, group: str, resource: str) -> None:
        """Let nothing be created any more: the definition is being deleted."""
        self._terminating.add(f"{resource}.{group}")

    def claims(self, group: str) -> bool:
        return any(key[0] == group for key in self._scopes)

    def scopes(self, group: str, resource: str) -> list[RequestScope]:
        """The main scope of every version."""
        return [each[""] for key, each in self._scopes.items() if key[0] == group and key[2] == resource]

    def resources(self, group: str, version: str) -> list[APIResource]:
        """What is served in one version of a group."""
        return [each[""].resource for key, each in self._scopes.items() if key[:2] == (group, version)]

    def groups(self) -> list[tuple[int, int, DiscoveredGroup]]:
        """Discovery of the groups, with their priorities."""
        found: dict[str, dict[str, list[APIResource]]] = {}
        for (group, version, _), scopes in self._scopes.items():
            found.setdefault(group, {}).setdefault(version, []).append(scopes[""].resource)
        return [
            (
                _PRIORITY,
                _VERSION_PRIORITY,
                DiscoveredGroup(
                    group=group,
                    versions=[
                        DiscoveredVersion(version=version, resources=versions[version], response_groups=True)
                        for version in sorted(versions, key=version_rank)
                    ],
                ),
            )
            for group, versions in found.items()
        ]

    async def dispatch(self, request: Request) -> Response:
        """Answer a request for a custom resource.

        Raises:
            StatusError: whatever is wrong with it.
        """
        info = request.info
        scopes = self._scopes.get((info.group, info.version, info.resource))
        if scopes is None:
            return not_found_page()
        main = scopes[""]
        if main.resource.namespaced and not info.namespace and info.verb not in ("list", "watch"):
            return not_found_page()
        if not main.resource.namespaced and info.namespace:
            return not_found_page()
        if info.subresource:
            scope = scopes.get(info.subresource)
            if scope is None:
                raise StatusError.not_found(main.group_resource, info.name)
            return await self._perform(request, scope, _SUBRESOURCE_VERBS)
        return await self._perform(request, main, _VERBS)

    async def _perform(self, request: Request, scope: RequestScope, verbs: frozenset[str]) -> Response:
        verb, services = request.info.verb, self._services
        if scope.deprecation:
            request.warnings.append(scope.deprecation)
        if verb not in verbs:
            raise StatusError.method_not_supported(scope.group_resource, verb)
        if verb in ("update", "patch", "delete") and not request.info.name:
            raise StatusError.bad_request("name must be provided")
        match verb:
            case "get":
                return await get(request, scope)
            case "list":
                return await list_collection(request, scope)
            case "watch":
                return await watch(request, scope, services)
            case "create":
                await self._refuse_while_terminating(request, scope.group_resource)
                return await create(request, scope)
            case "update":
                return await update(request, scope, services)
            case "patch":
                return await patch(request, scope, services)
            case "delete":
                return await delete(request, scope, services)
            case _:
                return await delete_collection(request, scope, services)

    async def _refuse_while_terminating(self, request: Request, resource: GroupResource) -> None:
        if str(resource) in self._terminating:
            message = "create not allowed while custom resource definition is terminating"
            raise StatusError.forbidden(resource, _name_in(await request.body()), message)


def _name_in(raw: bytes) -> str:
    """The name of the object in a body, if it can be read."""
    try:
        metadata = parse_yaml(raw).value["metadata"]
        return str(metadata.get("name") or "")
    except (ParseError, AttributeError, KeyError, TypeError):
        return ""


_VERSION = re.compile(r"v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?")
_VERBS = frozenset({"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"})
_SUBRESOURCE_VERBS = frozenset({"get", "update", "patch"})


def version_rank(version: str) -> tuple[int, int, int, str]:
    """Sort key by which ``v2`` comes before ``v1``, ``v1`` before ``v1beta1``, and anything else last by name.

    Source: k8s.io/apimachinery, pkg/version/helpers.go.
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        return (3, 0, 0, version)
    major, stage, minor = found.groups()
    return ({"": 0, "beta": 1, "alpha": 2}[stage or ""], -int(major), -int(minor or 0), "")
