"""The OpenAPI documents of a kube-apiserver: ``/openapi/v3``, one for each group and version, and ``/openapi/v2``.

They are what ``kubectl explain``, ``apply`` and ``create --validate`` read; they are made of the installed definitions when
they are asked for, and kept as bytes. Not here: answers in protobuf, schemas of request and response bodies in paths.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.schema import GroupVersion, GroupVersionKind
from fakes.kube.builtin.definitions import definition_of
from fakes.kube.builtin.openapi_paths import paths
from fakes.kube.builtin.openapi_schemas import (
    closure,
    custom_schema,
    definition_names,
    reference,
    schemas_v2,
    schemas_v3,
)
from fakes.kube.builtin.resources import builtin_resources

__all__ = ["CustomKind", "Document", "openapi_v2", "openapi_v3_document", "openapi_v3_index"]

_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_ALWAYS = (
    f"{_META}.DeleteOptions",
    f"{_META}.Status",
    f"{_META}.WatchEvent",
    f"{_META}.ObjectMeta",
    f"{_META}.ListMeta",
)
_INFO = {"title": "Kubernetes", "version": "1.36"}


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


def openapi_v3_index(custom: Sequence[CustomKind] = ()) -> bytes:
    """The answer to ``/openapi/v3``: where the document of each group and version is."""
    versions = dict.fromkeys(GroupVersion(each.group, each.version) for each in builtin_resources())
    versions |= dict.fromkeys(GroupVersion(each.resource.group, each.resource.version) for each in custom)
    found = {}
    for version in sorted(versions, key=_path):
        found[_path(version)] = {
            "serverRelativeURL": f"/openapi/v3/{_path(version)}?hash={_hash(version, custom)}"
        }
    return msgspec.json.encode({"paths": found})


def openapi_v3_document(version: GroupVersion, custom: Sequence[CustomKind] = ()) -> Document | None:
    """The document of a group and version, or None for one that is not served."""
    kinds = _kinds_of(version, custom)
    builtin = _builtin_v3(version)
    if not kinds:
        return builtin
    resources = [each.resource for each in kinds]
    schemas = schemas_v3(closure(_ALWAYS)) | _custom_schemas(kinds, 3)
    document = _v3(paths(resources, strategic=False), schemas)
    return Document(body=msgspec.json.encode(document), hash=_hash(version, custom))


def openapi_v2(custom: Sequence[CustomKind] = ()) -> Document:
    """The Swagger document of everything that is served."""
    digest = _digest("v2", *(_identity(each) for each in custom))
    if not custom:
        return Document(body=_builtin_v2(), hash=digest)
    document = _v2_document(custom)
    return Document(body=msgspec.json.encode(document), hash=digest)


@cache
def _builtin_v3(version: GroupVersion) -> Document | None:
    resources = [each for each in builtin_resources() if (each.group, each.version) == version]
    if not resources:
        return None
    document = _v3(paths(resources), schemas_v3(closure([*_ALWAYS, *_definitions_of(resources)])))
    return Document(body=msgspec.json.encode(document), hash=_hash(version, ()))


@cache
def _builtin_v2() -> bytes:
    return msgspec.json.encode(_v2_document(()))


def _v2_document(custom: Sequence[CustomKind]) -> dict[str, Any]:
    own = paths((each.resource for each in custom), version=2, strategic=False)
    found = paths(builtin_resources(), version=2) | own
    schemas = schemas_v2(definition_names()) | _custom_schemas(custom, 2)
    return {"swagger": "2.0", "info": _INFO, "paths": found, "definitions": schemas}


def _v3(found: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.0.0", "info": _INFO, "paths": found, "components": {"schemas": schemas}}


def _definitions_of(resources: Iterable[APIResource]) -> Iterable[str]:
    for each in resources:
        kinds = {each.group_version_kind, each.group_version_kind._replace(kind=f"{each.kind}List")}
        kinds |= {GroupVersionKind(sub.group, sub.version, sub.kind) for sub in each.subresources}
        for kind in kinds:
            if name := definition_of(kind):
                yield name


def _custom_schemas(kinds: Sequence[CustomKind], version: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in kinds:
        group, api_version, kind = each.resource.group_version_kind
        name = ".".join([*reversed(group.split(".")), api_version, kind])
        schema = dict(custom_schema(each.schema, version=version))
        meta = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
        schema["properties"] = {
            **schema.get("properties", {}),
            **meta,
            "metadata": _referring("ObjectMeta", version),
        }
        schema.setdefault("type", "object")
        schema["x-kubernetes-group-version-kind"] = [{"group": group, "kind": kind, "version": api_version}]
        found[name] = schema
        found[f"{name}List"] = {
            "type": "object",
            "required": ["items"],
            "properties": {
                **meta,
                "items": {"type": "array", "items": reference(name, version=version)},
                "metadata": _referring("ListMeta", version),
            },
            "x-kubernetes-group-version-kind": [
                {"group": group, "kind": f"{kind}List", "version": api_version}
            ],
        }
    return found


def _referring(name: str, version: int) -> dict[str, Any]:
    found = reference(f"{_META}.{name}", version=version)
    return {"allOf": [found]} if version == 3 else found


def _kinds_of(version: GroupVersion, custom: Sequence[CustomKind]) -> list[CustomKind]:
    return [each for each in custom if (each.resource.group, each.resource.version) == version]


def _path(version: GroupVersion) -> str:
    return f"apis/{version.group}/{version.version}" if version.group else f"api/{version.version}"


def _hash(version: GroupVersion, custom: Sequence[CustomKind]) -> str:
    """A hash of what the document is made of, so that the index can be told without making every document."""
    return _digest(_path(version), *(_identity(each) for each in _kinds_of(version, custom)))


def _digest(*parts: str) -> str:
    return hashlib.sha512("\n".join([_INFO["version"], *parts]).encode()).hexdigest().upper()


def _identity(kind: CustomKind) -> str:
    return f"{kind.resource}{msgspec.json.encode(kind.schema).decode()}"
