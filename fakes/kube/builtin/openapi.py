"""The OpenAPI documents of a kube-apiserver: ``/openapi/v3``, one for each group and version, and ``/openapi/v2``.

They are what ``kubectl explain``, ``apply`` and ``create --validate`` read; they are made of the installed definitions when
they are asked for, and kept as bytes. In Swagger, parameters stand where they are used instead of being referred to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.schema import GroupVersion
from fakes.kube.builtin.openapi_operations import BUILTIN_TYPES, TEXT, Operation, path_item
from fakes.kube.builtin.openapi_paths import camel, custom_definition, group_version_paths, paths
from fakes.kube.builtin.openapi_schemas import (
    closure,
    custom_schema,
    described,
    reference,
    schemas_v2,
    schemas_v3,
)
from fakes.kube.builtin.resources import builtin_resources

__all__ = ["CustomKind", "Document", "openapi_v2", "openapi_v3_document", "openapi_v3_index"]

_LIKE: Final = "io.k8s.api.core.v1.ServiceAccount"
"""What is said of the fields that every kind has, is said of this one's."""
_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1"
_INFO: Final = {"title": "Kubernetes", "version": "1.36"}
_CUSTOM_INFO: Final = {"title": "Kubernetes CRD Swagger", "version": "v0.1.0"}
_CONVENTIONS: Final = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_SECURITY: Final = {
    "BearerToken": {
        "type": "apiKey", "description": "Bearer Token authentication", "name": "authorization", "in": "header"
    }
}  # fmt: skip
_JSON_ONLY: Final = ("application/json",)
_CONFIGURATION: Final = (
    "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'"
)
_KEYS: Final = "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)"
_PAGES: Final = {
    ".well-known/openid-configuration": Operation(
        "getServiceAccountIssuerOpenIDConfiguration", _CONFIGURATION, "WellKnown", TEXT, _JSON_ONLY, consumes=()
    ),
    "api": Operation(
        "getCoreAPIVersions", "get available API versions", "core", f"{_META}.APIVersions", consumes=BUILTIN_TYPES
    ),
    "apis": Operation(
        "getAPIVersions", "get available API versions", "apis", f"{_META}.APIGroupList", consumes=BUILTIN_TYPES
    ),
    "openid/v1/jwks": Operation(
        "getServiceAccountIssuerOpenIDKeyset", _KEYS, "openid", TEXT, ("application/jwk-set+json",), consumes=()
    ),
    "version": Operation(
        "getCodeVersion", "get the version information for this server", "version",
        "io.k8s.apimachinery.pkg.version.Info", _JSON_ONLY, consumes=_JSON_ONLY,
    ),
}  # fmt: skip
"""What is read outside of groups, by the path of its document."""
_BODIES: Final = re.compile(rb'"#/(?:components/schemas|definitions)/([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it is sent; ``hash`` is the upper-case SHA-512 that its address and its entity tag hold."""

    body: bytes
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomKind:
    """A custom resource: its resource and the ``openAPIV3Schema`` of its version."""

    resource: APIResource
    schema: dict[str, Any]


def openapi_v3_index(custom: Sequence[CustomKind] = ()) -> dict[str, str]:
    """Where ``/openapi/v3`` says that each document is, by the paths of those."""
    names = [*_builtin_names(), *(_path(each) for each in _versions(each.resource for each in custom))]
    return {name: f"/openapi/v3/{name}?hash={_hash(name, custom)}" for name in sorted(set(names))}


def openapi_v3_document(name: str, custom: Sequence[CustomKind] = ()) -> Document | None:
    """The document of a path such as ``apis/apps/v1``, or None for one that is not served."""
    kinds = _kinds_of(name, custom)
    if not kinds:
        return _builtin_v3(name) if name in _builtin_names() else None
    found = paths((each.resource for each in kinds), builtin=False)
    own = _custom_schemas(kinds, 3)
    schemas = schemas_v3(_referred(found, own), None) | own
    document = {
        "openapi": "3.0.0", "info": _CUSTOM_INFO, "paths": found, "components": {"schemas": dict(sorted(schemas.items()))}
    }  # fmt: skip
    return Document(body=msgspec.json.encode(document), hash=_hash(name, custom))


def openapi_v2(custom: Sequence[CustomKind] = ()) -> Document:
    """The Swagger document of everything that is served."""
    digest = _digest("v2", *(_identity(each) for each in custom))
    return Document(body=_v2(custom) if custom else _builtin_v2(), hash=digest)


@cache
def _builtin_names() -> tuple[str, ...]:
    found = list(_PAGES)
    for version in _versions(builtin_resources()):
        found.append(_path(version))
        if version.group:
            found.append(f"apis/{version.group}")
    return tuple(dict.fromkeys(found))


@cache
def _builtin_v3(name: str) -> Document:
    prefix, _, rest = name.partition("/")
    group, _, version = rest.rpartition("/")
    if name in _PAGES:
        found = _page(name, 3)
    elif prefix == "apis" and not group:
        found = _group_path(rest, 3)
    else:
        resources = [each for each in builtin_resources() if (each.group, each.version) == (group, version)]
        found = group_version_paths(GroupVersion(group, version)) | paths(resources)
    return Document(body=_v3(found, group, version), hash=_hash(name, ()))


@cache
def _builtin_v2() -> bytes:
    return _v2(())


def _page(name: str, version: int) -> dict[str, Any]:
    return {f"/{name}/": path_item("", {"get": _PAGES[name]}, "", version)}


def _group_path(group: str, version: int) -> dict[str, Any]:
    operation = Operation(
        f"get{camel(group)}APIGroup", "get information of a group", camel(group, first_upper=False), f"{_META}.APIGroup",
        consumes=BUILTIN_TYPES,
    )  # fmt: skip
    return {f"/apis/{group}/": path_item("", {"get": operation}, "", version)}


def _v3(found: dict[str, Any], group: str, version: str) -> bytes:
    """A document with the definitions that its paths refer to."""
    schemas = schemas_v3(_referred(found), group, version)
    parts: dict[str, Any] = {"schemas": dict(sorted(schemas.items()))} if schemas else {}
    document = {
        "openapi": "3.0.0", "info": _INFO, "paths": dict(sorted(found.items())),
        "components": {**parts, "securitySchemes": _SECURITY},
    }  # fmt: skip
    return msgspec.json.encode(document)


def _v2(custom: Sequence[CustomKind]) -> bytes:
    found = paths(builtin_resources(), version=2)
    found |= paths((each.resource for each in custom), version=2, builtin=False)
    for name in _PAGES:
        found |= _page(name, 2)
    for version in _versions(builtin_resources()):
        found |= group_version_paths(version, 2)
        found |= _group_path(version.group, 2) if version.group else {}
    own = _custom_schemas(custom, 2)
    schemas = schemas_v2(_referred(found, own)) | own
    document = {
        "swagger": "2.0", "info": _INFO, "paths": dict(sorted(found.items())), "definitions": dict(sorted(schemas.items())),
        "securityDefinitions": _SECURITY, "security": [{"BearerToken": []}],
    }  # fmt: skip
    return msgspec.json.encode(document)


def _referred(*parts: dict[str, Any]) -> list[str]:
    """The definitions that are referred to, and all that these refer to."""
    names = (name.decode() for part in parts for name in _BODIES.findall(msgspec.json.encode(part)))
    return closure(dict.fromkeys(names))


def _custom_schemas(kinds: Sequence[CustomKind], version: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in kinds:
        group, api_version, kind = each.resource.group_version_kind
        name = custom_definition(each.resource.group_version_kind)
        schema = dict(custom_schema(each.schema, version=version))
        meta = {
            field: {"description": described(_LIKE, field), "type": "string"}
            for field in ("apiVersion", "kind")
        }
        schema["properties"] = {
            **schema.get("properties", {}),
            **meta,
            "metadata": _referring("ObjectMeta", version),
        }
        schema.setdefault("type", "object")
        schema["x-kubernetes-group-version-kind"] = [{"group": group, "kind": kind, "version": api_version}]
        found[name] = schema
        found[f"{name}List"] = {
            "description": f"{kind}List is a list of {kind}",
            "type": "object",
            "required": ["items"],
            "properties": {
                **meta,
                "items": {
                    "description": f"List of {each.resource.resource}. More info: {_CONVENTIONS}",
                    "type": "array",
                    "items": reference(name, version=version),
                },
                "metadata": _referring("ListMeta", version),
            },
            "x-kubernetes-group-version-kind": [
                {"group": group, "kind": f"{kind}List", "version": api_version}
            ],
        }
    return found


def _referring(name: str, version: int) -> dict[str, Any]:
    found = reference(f"{_META}.{name}", version=version)
    said = {"description": described(_LIKE if name == "ObjectMeta" else f"{_LIKE}List", "metadata")}
    return {**said, "allOf": [found]} if version == 3 else {**said, **found}


def _versions(resources: Iterable[APIResource]) -> Iterable[GroupVersion]:
    return dict.fromkeys(GroupVersion(each.group, each.version) for each in resources)


def _kinds_of(name: str, custom: Sequence[CustomKind]) -> list[CustomKind]:
    return [
        each for each in custom if _path(GroupVersion(each.resource.group, each.resource.version)) == name
    ]


def _path(version: GroupVersion) -> str:
    return f"apis/{version.group}/{version.version}" if version.group else f"api/{version.version}"


def _hash(name: str, custom: Sequence[CustomKind]) -> str:
    """A hash of what the document is made of, so that the index can be told without making every document."""
    return _digest(name, *(_identity(each) for each in _kinds_of(name, custom)))


def _digest(*parts: str) -> str:
    return hashlib.sha512("\n".join([_INFO["version"], *parts]).encode()).hexdigest().upper()


def _identity(kind: CustomKind) -> str:
    return f"{kind.resource}{msgspec.json.encode(kind.schema).decode()}"
