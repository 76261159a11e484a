"""Discovery of the whole cluster: built-in groups, custom ones and those behind the aggregator, in one order.

The order is that of the priorities of their APIServices, highest first, ties by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.discovery import (
    DiscoveredGroup,
    DiscoveredVersion,
    api_group,
    group_list_response,
    resource_list,
)  # fmt: skip
from fakes.apiserver.endpoints.http import Request, Response, not_found_page
from fakes.apiserver.endpoints.negotiation import route_accepts
from fakes.apiserver.endpoints.output import document_response

__all__ = ["ClusterDiscovery", "Ranked"]

Ranked = tuple[int, int, DiscoveredGroup]
"""A group with the priorities of its APIService: of the group, of the version."""


class ClusterDiscovery:
    """The documents under ``/api`` and ``/apis``; made once and again after every change.

    Args:
        sources: each gives groups with their priorities; the core group is the one with an empty name.
        builtin: whether a group is one of the server's own, which says how an unknown version is answered.
    """

    def __init__(
        self, sources: Sequence[Callable[[], Sequence[Ranked]]], builtin: Callable[[str], bool]
    ) -> None:
        self._sources = sources
        self._builtin = builtin
        self._groups: list[DiscoveredGroup] | None = None

    def invalidate(self) -> None:
        """Something was installed or removed."""
        self._groups = None

    def _all(self) -> list[DiscoveredGroup]:
        if self._groups is None:
            ranked = [each for source in self._sources for each in source()]
            ranked.sort(key=lambda each: (-each[0], each[2].group, -each[1]))
            self._groups = _merged([each[2] for each in ranked])
        return self._groups

    def group(self, name: str) -> DiscoveredGroup | None:
        return next((each for each in self._all() if each.group == name), None)

    def paths(self) -> list[str]:
        """All paths of groups and versions."""
        found = ["/api", "/api/v1", "/apis"]
        for group in self._all():
            if group.group:
                found.append(f"/apis/{group.group}")
                found.extend(f"/apis/{group.group}/{each.version}" for each in group.versions)
        return found

    def api(self, request: Request) -> Response:
        """``/api``."""
        _check_route(request)
        core = [group for group in self._all() if not group.group]
        return group_list_response(request, lambda: core, lambda: _api_versions(request))

    def apis(self, request: Request) -> Response:
        """``/apis``."""
        named = [group for group in self._all() if group.group]
        return group_list_response(request, lambda: named, lambda: _group_list(named))

    def document(self, request: Request, group: str, version: str) -> Response:
        """``/apis/GROUP`` or ``/apis/GROUP/VERSION``; ``/api/VERSION`` with an empty group.

        Raises:
            StatusError: 404, a version that a built-in group does not have; 405 and 406.
        """
        found = self.group(group)
        if found is None:
            return not_found_page()
        if not version:
            return document_response(request, api_group(found, typed=True))
        builtin = self._builtin(group)
        for each in found.versions:
            if each.version == version:
                if builtin:
                    _check_route(request)
                return document_response(
                    request, resource_list(group, version, each.resources, by_name=not each.response_groups)
                )
        if builtin:
            raise StatusError.no_such_resource()
        return not_found_page()


def _check_route(request: Request) -> None:
    """What the routes of built-in documents refuse; the others answer every method."""
    if request.method != "GET":
        raise StatusError.method_not_allowed()
    route_accepts(request.header(b"accept"))


def _merged(groups: list[DiscoveredGroup]) -> list[DiscoveredGroup]:
    """Groups of one name as one: a custom and an aggregated version of a group stand beside each other."""
    by_name: dict[str, list[DiscoveredVersion]] = {}
    for group in groups:
        by_name.setdefault(group.group, []).extend(group.versions)
    return [DiscoveredGroup(group=name, versions=versions) for name, versions in by_name.items()]


def _api_versions(request: Request) -> dict[str, Any]:
    host, port = request.scope.get("server") or ("127.0.0.1", 443)
    return {
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": f"{host}:{port}"}],
    }  # fmt: skip


def _group_list(groups: Sequence[DiscoveredGroup]) -> dict[str, Any]:
    return {
        "kind": "APIGroupList", "apiVersion": "v1", "groups": [api_group(group, typed=False) for group in groups]
    }  # fmt: skip
