"""Discovery: which groups, versions and resources a server has, in the legacy and the aggregated form.

Source of the shapes: k8s.io/apiserver, pkg/endpoints/discovery; observed on v1.36.2.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.endpoints.negotiation import negotiate_only
from fakes.apiserver.endpoints.output import document_response
from fakes.apiserver.storage.interface import encode

__all__ = [
    "DiscoveredGroup", "DiscoveredVersion", "aggregated_document", "api_group", "group_list_response",
    "resource_list",
]  # fmt: skip

_AGGREGATED: Final = ("apidiscovery.k8s.io", "v2", "APIGroupDiscoveryList")
_AGGREGATED_SUFFIX: Final = b";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredVersion:
    """A version of a group. ``response_groups`` says that kinds carry their group and version, as custom ones do."""

    version: str
    resources: Sequence[APIResource]
    response_groups: bool = False
    freshness: str = "Current"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredGroup:
    """A group and its versions, the preferred one first."""

    group: str
    versions: Sequence[DiscoveredVersion]


def api_group(group: DiscoveredGroup, *, typed: bool) -> dict[str, Any]:
    """An APIGroup; inside a list it has no ``kind``."""
    versions = [
        {"groupVersion": f"{group.group}/{each.version}", "version": each.version} for each in group.versions
    ]
    head = {"kind": "APIGroup", "apiVersion": "v1"} if typed else {}
    return {**head, "name": group.group, "versions": versions, "preferredVersion": versions[0]}


def resource_list(
    group: str, version: str, resources: Sequence[APIResource], *, by_name: bool = True
) -> dict[str, Any]:
    """An APIResourceList; that of the core group has no ``apiVersion``. Custom resources stay in their order."""
    rows: list[dict[str, Any]] = []
    for resource in resources:
        if resource.verbs:
            rows.append(_row(resource))
        rows.extend(_subresource_row(resource, each) for each in resource.subresources)
    if by_name:
        rows.sort(key=lambda row: row["name"])
    head = {"kind": "APIResourceList", "apiVersion": "v1"} if group else {"kind": "APIResourceList"}
    return {**head, "groupVersion": f"{group}/{version}" if group else version, "resources": rows}


def _row(resource: APIResource) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": resource.resource, "singularName": resource.singular, "namespaced": resource.namespaced,
        "kind": resource.kind, "verbs": list(resource.verbs),
    }  # fmt: skip
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    if "watch" in resource.verbs:
        text = f"{resource.group}/{resource.version}/{resource.kind}"
        row["storageVersionHash"] = _storage_hash(text)
    return row


def _storage_hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()[:8]).decode()


def _subresource_row(resource: APIResource, sub: APISubresource) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": f"{resource.resource}/{sub.name}", "singularName": "", "namespaced": resource.namespaced,
    }  # fmt: skip
    if (sub.group, sub.version) != (resource.group, resource.version):
        row["group"], row["version"] = sub.group, sub.version
    return {**row, "kind": sub.kind, "verbs": list(sub.verbs)}


def _aggregated_resource(resource: APIResource, version: DiscoveredVersion) -> dict[str, Any]:
    row: dict[str, Any] = {
        "resource": resource.resource,
        "responseKind": _response_kind(resource, resource.group, resource.version, resource.kind, version),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    if resource.subresources:
        row["subresources"] = [
            {
                "subresource": sub.name,
                "responseKind": _response_kind(resource, sub.group, sub.version, sub.kind, version),
                "verbs": list(sub.verbs),
            }
            for sub in resource.subresources
        ]
    return row


def _response_kind(
    resource: APIResource, group: str, version: str, kind: str, discovered: DiscoveredVersion
) -> dict[str, str]:
    if (group, version) == (resource.group, resource.version) and not discovered.response_groups:
        return {"group": "", "version": "", "kind": kind}
    return {"group": group, "version": version, "kind": kind}


def aggregated_document(groups: Sequence[DiscoveredGroup]) -> dict[str, Any]:
    """An APIGroupDiscoveryList."""
    items = [
        {
            "metadata": {"name": group.group} if group.group else {},
            "versions": [
                {
                    "version": version.version,
                    "resources": [
                        _aggregated_resource(resource, version)
                        for resource in sorted(version.resources, key=lambda each: each.resource)
                    ],
                    "freshness": version.freshness,
                }
                for version in group.versions
            ],
        }
        for group in groups
    ]
    return {
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items
    }  # fmt: skip


def group_list_response(
    request: Request, groups: Callable[[], Sequence[DiscoveredGroup]], legacy: Callable[[], dict[str, Any]]
) -> Response:
    """``/api`` or ``/apis``, in the form that the client asks for; unchanged documents are not sent again."""
    accept = request.header(b"accept")
    form = negotiate_only(accept, *_AGGREGATED) if "APIGroupDiscoveryList" in accept else None
    if form is None:
        return document_response(request, legacy())
    document = aggregated_document(groups())
    tag = f'"{hashlib.sha512(encode(document)).hexdigest().upper()}"'
    headers = [(b"etag", tag.encode()), (b"vary", b"Accept"), (b"cache-control", b"public")]
    if request.header(b"if-none-match") == tag:
        return Response(304, b"", headers)
    response = document_response(request, document, 200, form)
    media_type = response.headers[0][1] + _AGGREGATED_SUFFIX
    return Response(200, response.body, [(b"content-type", media_type), *headers])
