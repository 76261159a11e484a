"""The paths of the OpenAPI documents: the operations of each resource, with the parameters that clients look for.

kubectl asks whether a PATCH knows ``fieldValidation`` before it sends it. Descriptions of parameters, and schemas of
options of ``exec`` and its like, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.schema import GroupVersionKind

__all__ = ["paths"]

Operation = dict[str, Any]

_METHODS = {
    "get": "get", "list": "get", "create": "post", "update": "put", "patch": "patch", "delete": "delete",
    "deletecollection": "delete",
}  # fmt: skip
_ACTIONS = {"update": "put", "create": "post"}
_OPERATIONS = {"get": "read", "update": "replace"}
_WRITE = ("dryRun", "fieldManager", "fieldValidation")
_LIST = (
    "allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch",
    "sendInitialEvents", "timeoutSeconds", "watch",
)  # fmt: skip
_DELETE = ("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy")
_PARAMETERS = {
    "list": _LIST, "create": _WRITE, "update": _WRITE, "patch": (*_WRITE, "force"), "delete": _DELETE,
    "deletecollection": (*_DELETE, *_LIST[1:8]),
}  # fmt: skip
_TYPES = {
    "allowWatchBookmarks": "boolean", "force": "boolean", "gracePeriodSeconds": "integer", "limit": "integer",
    "orphanDependents": "boolean", "sendInitialEvents": "boolean", "timeoutSeconds": "integer", "watch": "boolean",
}  # fmt: skip
_MEDIA_TYPES = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_PATCHES = (
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)  # fmt: skip
_STRATEGIC = "application/strategic-merge-patch+json"
_CONNECTS = frozenset({"attach", "exec", "portforward", "proxy"})


class _Place(NamedTuple):
    """What an operation is on: ``name`` is how its id calls it; ``strategic`` is a kind that knows how lists merge."""

    resource: APIResource
    kind: GroupVersionKind
    name: str
    connect: bool
    strategic: bool


def paths(
    resources: Iterable[APIResource], *, version: int = 3, strategic: bool = True
) -> dict[str, Operation]:
    """The paths of the resources, in OpenAPI 3 or, with ``version=2``, in Swagger 2.

    ``strategic`` is said of built-in kinds: from it kubectl learns how to patch them.
    """
    found: dict[str, Operation] = {}
    for resource in resources:
        for path, operations in _of_resource(resource, version, strategic):
            found.setdefault(path, {}).update(operations)
    return dict(sorted(found.items()))


def _of_resource(resource: APIResource, version: int, strategic: bool) -> Iterator[tuple[str, Operation]]:
    prefix = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    collection = f"{prefix}/namespaces/{{namespace}}/{resource.resource}"
    if not resource.namespaced:
        collection = f"{prefix}/{resource.resource}"
    place = _Place(resource, resource.group_version_kind, resource.kind, connect=False, strategic=strategic)
    on_collection = [verb for verb in resource.verbs if verb in ("list", "create", "deletecollection")]
    on_item = [verb for verb in resource.verbs if verb in ("get", "update", "patch", "delete")]
    yield from _at(collection, on_collection, place, version)
    yield from _at(f"{collection}/{{name}}", on_item, place, version)
    if resource.namespaced and "list" in resource.verbs:
        everywhere = place._replace(name=f"{resource.kind}ForAllNamespaces")
        yield from _at(f"{prefix}/{resource.resource}", ["list"], everywhere, version)
    for each in resource.subresources:
        yield from _at(
            f"{collection}/{{name}}/{each.name}", each.verbs, _place(resource, each, strategic), version
        )


def _place(resource: APIResource, subresource: APISubresource, strategic: bool) -> _Place:
    kind = GroupVersionKind(subresource.group, subresource.version, subresource.kind)
    name = resource.kind + subresource.name[:1].upper() + subresource.name[1:]
    return _Place(resource, kind, name, connect=subresource.name in _CONNECTS, strategic=strategic)


def _at(path: str, verbs: Iterable[str], place: _Place, version: int) -> Iterator[tuple[str, Operation]]:
    operations = {
        _METHODS[verb]: _operation(verb, path, place, version) for verb in verbs if verb in _METHODS
    }
    if operations:
        inside = [
            _parameter(name, "path", version) for name in ("name", "namespace") if f"{{{name}}}" in path
        ]
        yield path, {**operations, "parameters": [*inside, _parameter("pretty", "query", version)]}


def _operation(verb: str, path: str, place: _Place, version: int) -> Operation:
    group, api_version, kind = place.kind
    found: Operation = {
        "operationId": _operation_id(verb, path, place),
        "parameters": [_parameter(name, "query", version) for name in _PARAMETERS.get(verb, ())],
        "responses": {"200": {"description": "OK"}, "401": {"description": "Unauthorized"}},
        "tags": [_camel(place.resource.group, first_upper=False) + "_" + place.resource.version],
        "x-kubernetes-action": "connect" if place.connect else _ACTIONS.get(verb, verb),
        "x-kubernetes-group-version-kind": {"group": group, "kind": kind, "version": api_version},
    }
    if verb in ("create", "update", "patch") and not place.connect:
        media_types = _media_types(verb, place)
        if version == 3:
            found["requestBody"] = {"content": {each: {} for each in media_types}, "required": True}
        else:
            found["consumes"] = list(media_types)
            found["parameters"].append(
                {"in": "body", "name": "body", "required": True, "schema": {"type": "object"}}
            )
    return found


def _media_types(verb: str, place: _Place) -> tuple[str, ...]:
    if verb != "patch":
        return _MEDIA_TYPES
    return _PATCHES if place.strategic else tuple(each for each in _PATCHES if each != _STRATEGIC)


def _operation_id(verb: str, path: str, place: _Place) -> str:
    scope = "Namespaced" if "{namespace}" in path else ""
    group = _camel(place.resource.group) + place.resource.version.capitalize()
    if place.connect:
        return f"connect{group}{_METHODS[verb].capitalize()}{scope}{place.name}"
    if verb == "deletecollection":
        return f"deleteCollection{group}Collection{scope}{place.name}".replace(
            "deleteCollection", "delete", 1
        )
    return f"{_OPERATIONS.get(verb, verb)}{group}{scope}{place.name}"


def _camel(group: str, *, first_upper: bool = True) -> str:
    """``RbacAuthorization`` of ``rbac.authorization.k8s.io``."""
    words = group.removesuffix(".k8s.io").replace("-", ".").split(".") if group else ["core"]
    text = "".join(word[:1].upper() + word[1:] for word in words)
    return text if first_upper else text[:1].lower() + text[1:]


def _parameter(name: str, where: str, version: int) -> Operation:
    kind = {"type": _TYPES.get(name, "string"), "uniqueItems": True}
    required = {"required": True} if where == "path" else {}
    return {"in": where, "name": name, **required, **({"schema": kind} if version == 3 else kind)}
