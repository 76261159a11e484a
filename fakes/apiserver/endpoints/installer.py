"""From paths to resources: which scope serves a request, and which verb of it.

Discovery follows from what is installed; a resource has the verbs that its storage has protocols for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.handlers.connecting import connect
from fakes.apiserver.endpoints.handlers.creating import create
from fakes.apiserver.endpoints.handlers.deleting import delete, delete_collection
from fakes.apiserver.endpoints.handlers.getting import get
from fakes.apiserver.endpoints.handlers.listing import list_collection
from fakes.apiserver.endpoints.handlers.patching import patch
from fakes.apiserver.endpoints.handlers.updating import update
from fakes.apiserver.endpoints.handlers.watching import watch
from fakes.apiserver.endpoints.http import Request, Response, not_found_page
from fakes.apiserver.endpoints.negotiation import route_accepts
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry import rest

__all__ = ["APIInstaller", "perform"]

_CONNECTING: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class APIInstaller:
    """The resources of one server, by group, version, resource and subresource."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._scopes: dict[tuple[str, str, str, str], RequestScope] = {}
        self._resources: dict[tuple[str, str], dict[str, APIResource]] = {}
        self._versions: dict[str, list[str]] = {}

    def install(self, scope: RequestScope) -> None:
        """Serve a resource or subresource."""
        resource = scope.resource
        group_version = resource.group, resource.version
        self._scopes[(*group_version, resource.resource, scope.subresource)] = scope
        if group_version not in self._resources:
            self._versions.setdefault(resource.group, []).append(resource.version)
        self._resources.setdefault(group_version, {})[resource.resource] = resource

    def versions(self, group: str) -> Sequence[str]:
        """The versions of a group, in the order in which they were installed."""
        return self._versions.get(group, ())

    def groups(self) -> Sequence[str]:
        return tuple(self._versions)

    def resources(self, group: str, version: str) -> Sequence[APIResource]:
        return tuple(self._resources.get((group, version), {}).values())

    def scope(self, group: str, version: str, resource: str, subresource: str = "") -> RequestScope | None:
        return self._scopes.get((group, version, resource, subresource))

    def claims(self, group: str) -> bool:
        return group in self._versions

    async def dispatch(self, request: Request) -> Response:
        """Answer a request for a resource.

        Raises:
            StatusError: the resource or method is not there, or whatever the verb raises.
        """
        info = request.info
        if not self.claims(info.group):
            return not_found_page()
        scope = self._scopes.get((info.group, info.version, info.resource, info.subresource))
        if scope is None or not _fits(request, scope):
            raise StatusError.no_such_resource()
        if scope.deprecation:
            request.warnings.append(scope.deprecation)
        return await perform(request, scope, self._services)


def _fits(request: Request, scope: RequestScope) -> bool:
    """Whether the path has the form of the resource: not too long, and in a namespace only where there are some."""
    info = request.info
    connecting = isinstance(scope.rest, rest.Connecter)
    if len(info.parts) > 3 and not connecting:
        return False
    if info.special == "proxy" and not connecting:
        return False
    if info.name and not scope.subresource and not connecting and _creates_only(scope):
        return False
    if scope.resource.namespaced:
        listed = len(info.parts) == 1 and not _creates_only(scope)
        return bool(info.namespace) or listed or scope.cluster_paths
    return not info.namespace or info.resource == "namespaces"


def _creates_only(scope: RequestScope) -> bool:
    """Whether objects are only made and never kept, as reviews are: none has a path of its own."""
    return not isinstance(scope.rest, rest.Getter | rest.Lister | rest.Deleter | rest.Updater)


async def perform(request: Request, scope: RequestScope, services: Services) -> Response:
    """Let the resource's verb answer.

    Raises:
        StatusError: 405 if it does not have the verb, and whatever the verb raises.
    """
    method, storage = request.method, scope.rest
    if request.info.special == "watch":
        if scope.subresource:
            raise StatusError.no_such_resource()
        if method != "GET":
            raise StatusError.method_not_allowed()
    if isinstance(storage, rest.Connecter):
        if method not in _CONNECTING:
            raise StatusError.method_not_allowed()
        return await connect(request, scope)
    collection = not request.info.name or (request.info.special == "watch" and method == "GET")
    by_field = request.info.verb in ("list", "watch") and len(request.info.parts) == 1
    collection = collection or by_field
    everywhere = scope.resource.namespaced and not request.info.namespace
    match method, collection:
        case "GET", False if isinstance(storage, rest.Getter):
            route_accepts(request.header(b"accept"))
            return await get(request, scope)
        case "GET", True if request.info.verb == "watch" and isinstance(storage, rest.Watcher):
            route_accepts(request.header(b"accept"), streams=True)
            return await watch(request, scope, services)
        case "GET", True if isinstance(storage, rest.Lister):
            route_accepts(request.header(b"accept"), streams=True)
            if request.info.verb == "watch":
                raise StatusError.method_not_supported(scope.group_resource, "watch")
            return await list_collection(request, scope)
        case "POST", _ if (
            isinstance(storage, rest.Creater) and not everywhere and _creates(scope, collection)
        ):
            route_accepts(request.header(b"accept"))
            return await create(request, scope)
        case "PUT", False if isinstance(storage, rest.Updater):
            route_accepts(request.header(b"accept"))
            return await update(request, scope, services)
        case "PATCH", False if isinstance(storage, rest.Updater):
            return await patch(request, scope, services)
        case "DELETE", False if isinstance(storage, rest.Deleter):
            route_accepts(request.header(b"accept"))
            return await delete(request, scope, services)
        case "DELETE", True if isinstance(storage, rest.CollectionDeleter) and (
            not everywhere or scope.cluster_paths
        ):
            route_accepts(request.header(b"accept"))
            return await delete_collection(request, scope, services)
        case _:
            raise StatusError.method_not_allowed()


def _creates(scope: RequestScope, collection: bool) -> bool:
    """Objects are created in collections, what hangs on an object (a binding, a token) under its name."""
    return collection != bool(scope.subresource)
