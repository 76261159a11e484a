"""The kube-apiserver: the generic server with built-in groups, custom resources and the aggregator behind its filters.

Not served: what is behind the proxies of pods, services and nodes, where nobody listens; exec, attach and port-forward
sessions (they are refused as on a pod without a node); the storage version of an object never
changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fakes.apiserver.endpoints.discovery import DiscoveredGroup, DiscoveredVersion
from fakes.apiserver.endpoints.http import Request, Response, not_found_page
from fakes.apiserver.endpoints.installer import APIInstaller
from fakes.kube import nonresource
from fakes.kube.aggregator import Aggregator
from fakes.kube.builtin.resources import group_priority
from fakes.kube.custom_resources.serving import CustomResources
from fakes.kube.discovery import ClusterDiscovery, Ranked

__all__ = ["KubeHandler"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeHandler:
    """Answers what passed the filters.

    Args:
        pages: what else is served outside of groups: OpenAPI documents, signing keys; exact paths or, with a trailing
            slash, everything below.
    """

    installer: APIInstaller
    custom: CustomResources
    aggregator: Aggregator
    discovery: ClusterDiscovery
    pages: Mapping[str, Callable[[Request], Response]]

    async def __call__(self, request: Request) -> Response:
        info = request.info
        if request.path.startswith("//"):
            return not_found_page()
        if not info.is_resource:
            return self._non_resource(request)
        if info.prefix == "apis" and self.aggregator.claims(info.group, info.version):
            return self.aggregator.proxy(request, info.group, info.version)
        if self.installer.claims(info.group):
            return await self.installer.dispatch(request)
        if self.custom.claims(info.group):
            return await self.custom.dispatch(request)
        return not_found_page()

    def _non_resource(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        match parts:
            case ["api"]:
                return self.discovery.api(request)
            case ["api", version]:
                return self.discovery.document(request, "", version)
            case ["apis"] if not request.path.endswith("//"):
                return self.discovery.apis(request)
            case ["apis", "", *_]:
                return not_found_page()
            case ["apis", group]:
                return self.discovery.document(request, group, "")
            case ["apis", group, version]:
                if self.aggregator.claims(group, version):
                    return self.aggregator.proxy(request, group, version)
                return self.discovery.document(request, group, version)
            case ["version"]:
                return nonresource.version(request)
            case ["healthz" | "livez" | "readyz", *_]:
                return nonresource.health(request)
            case [""] | ["index.html"]:
                return nonresource.index(self._paths)(request)
            case _:
                return self._page(request)

    def _page(self, request: Request) -> Response:
        path = request.path
        page = self.pages.get(path)
        if page is None:
            roots = [each for each in self.pages if each.endswith("/") and path.startswith(each)]
            page = self.pages[max(roots, key=len)] if roots else None
        return page(request) if page is not None else not_found_page()

    def _paths(self) -> list[str]:
        pages = [path for path in self.pages if not path.endswith("/") and not path.startswith("/debug/")]
        others = ("/apis/", "/openapi/v3/", "/version")
        return [*pages, *self.discovery.paths(), *nonresource.check_paths(), *others]


def builtin_groups(installer: APIInstaller) -> list[Ranked]:
    """Discovery of what is installed, with priorities."""
    found: list[Ranked] = []
    for group in installer.groups():
        versions = sorted(installer.versions(group), key=lambda each: -group_priority(group, each)[1])
        first = group_priority(group, versions[0])
        found.append(
            (
                *first,
                DiscoveredGroup(
                    group=group,
                    versions=[
                        DiscoveredVersion(version=each, resources=installer.resources(group, each))
                        for each in versions
                    ],
                ),
            )
        )
    return found
