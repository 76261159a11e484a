"""The paths of the OpenAPI documents: the operations of each resource, as an API server publishes them.

kubectl asks whether a PATCH knows ``fieldValidation`` before it sends it. Descriptions of most parameters are left out.
Source: k8s.io/apiserver, pkg/endpoints/installer.go; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.schema import GroupVersion, GroupVersionKind
from fakes.kube.builtin.definitions import definition_of
from fakes.kube.builtin.openapi_operations import ANY, BUILTIN_TYPES, STREAMS, TEXT, Operation, path_item

__all__ = ["camel", "custom_definition", "group_version_paths", "paths"]

_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1"
_METHODS: Final = {
    "get": "get", "list": "get", "create": "post", "update": "put", "patch": "patch", "delete": "delete",
    "deletecollection": "delete",
}  # fmt: skip
_ACTIONS: Final = {"update": "put", "create": "post"}
_IDS: Final = {"get": "read", "update": "replace", "deletecollection": "delete"}
_ORDER: Final[tuple[str, ...]] = ("get", "put", "post", "delete", "options", "head", "patch")
_WRITE: Final = ("dryRun", "fieldManager", "fieldValidation")
_LIST: Final = (
    "allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch",
    "sendInitialEvents", "shardSelector", "timeoutSeconds", "watch",
)  # fmt: skip
_DELETE: Final = (
    "dryRun", "gracePeriodSeconds", "ignoreStoreReadErrorWithClusterBreakingPotential", "orphanDependents",
    "propagationPolicy",
)  # fmt: skip
_PARAMETERS: Final = {
    "get": ("pretty",), "list": ("pretty", *_LIST), "create": ("pretty", *_WRITE), "update": ("pretty", *_WRITE),
    "patch": ("pretty", *_WRITE, "force"), "delete": ("pretty", *_DELETE),
    "deletecollection": ("pretty", *_DELETE, *_LIST[1:10]),
}  # fmt: skip
_CUSTOM_PARAMETERS: Final = {
    **_PARAMETERS, "get": ("pretty", "resourceVersion"), "deletecollection": ("pretty", *_LIST)
}  # fmt: skip
_STATUSES: Final = {
    "create": ("200", "201", "202"), "update": ("200", "201"), "patch": ("200", "201"), "delete": ("200", "202"),
}  # fmt: skip
_STREAM: Final = ("container", "stderr", "stdin", "stdout", "tty")
_EVERY_METHOD: Final[tuple[str, ...]] = ("get", "put", "post", "delete", "options", "head", "patch")
_CONNECTS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "attach": (("get", "post"), _STREAM),
    "exec": (("get", "post"), ("command", *_STREAM)),
    "portforward": (("get", "post"), ("ports",)),
    "proxy": (_EVERY_METHOD, ("path",)),
}
_LOG: Final = (
    "container", "follow", "insecureSkipTLSVerifyBackend", "limitBytes", "pretty", "previous", "sinceSeconds", "stream",
    "tailLines", "timestamps",
)  # fmt: skip
_RETURNED_WHEN_DELETED: Final = frozenset(
    {
        "csidrivers", "csinodes", "deviceclasses", "persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates",
        "resourceclaims", "resourceclaimtemplates", "resourcequotas", "resourceslices", "serviceaccounts", "services",
        "storageclasses", "volumeattachments", "volumeattributesclasses",
    }
)  # fmt: skip
"""Built-in resources whose deletion answers with the object, where others answer with a Status."""
_PATCHES: Final = (
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)  # fmt: skip
_STRATEGIC: Final = "application/strategic-merge-patch+json"
_DEPRECATED: Final = "deprecated: use the 'watch' parameter with a list operation instead"


class _Place(NamedTuple):
    """What operations are on: ``name`` is how their ids call it; ``builtin`` is a kind that knows how lists merge."""

    resource: APIResource
    kind: GroupVersionKind
    schema: str
    name: str
    subresource: str
    builtin: bool


def paths(resources: Iterable[APIResource], *, version: int = 3, builtin: bool = True) -> dict[str, Any]:
    """The paths of the resources, in OpenAPI 3 or, with ``version=2``, in Swagger 2.

    ``builtin`` is said of built-in kinds: from it kubectl learns how to patch them.
    """
    found: dict[str, Any] = {}
    for resource in resources:
        for path, named, operations in _of_resource(resource, builtin):
            ordered = {method: operations[method] for method in _ORDER if method in operations}
            if ordered:
                found[path] = path_item(path, ordered, named, version)
    return dict(sorted(found.items()))


def group_version_paths(group_version: GroupVersion, version: int = 3) -> dict[str, Any]:
    """The path that tells of the resources of a group and version."""
    group, api_version = group_version
    prefix = f"/apis/{group}/{api_version}/" if group else f"/api/{api_version}/"
    operation = Operation(
        id=f"get{camel(group)}{api_version.capitalize()}APIResources", description="get available resources",
        tag=_tag(group, api_version), answer=f"{_META}.APIResourceList", consumes=BUILTIN_TYPES,
    )  # fmt: skip
    return {prefix: path_item(prefix, {"get": operation}, "", version)}


def custom_definition(kind: GroupVersionKind) -> str:
    """The name of the definition of a custom kind."""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def camel(group: str, *, first_upper: bool = True) -> str:
    """``RbacAuthorization`` of ``rbac.authorization.k8s.io``."""
    words = group.removesuffix(".k8s.io").replace("-", ".").split(".") if group else ["core"]
    text = "".join(word[:1].upper() + word[1:] for word in words)
    return text if first_upper else text[:1].lower() + text[1:]


def _tag(group: str, version: str) -> str:
    return f"{camel(group, first_upper=False)}_{version}"


_Found = Iterator[tuple[str, str, dict[str, Operation]]]


def _of_resource(resource: APIResource, builtin: bool) -> _Found:
    """Paths, what is named in them, and their operations."""
    kind = resource.group_version_kind
    schema = definition_of(kind) if builtin else custom_definition(kind)
    place = _Place(resource, kind, schema or TEXT, resource.kind, "", builtin)
    prefix = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    inside = "namespaces/{namespace}/" if resource.namespaced else ""
    collection = f"{prefix}/{inside}{resource.resource}"
    on_collection = [verb for verb in resource.verbs if verb in ("list", "create", "deletecollection")]
    on_item = [verb for verb in resource.verbs if verb in ("get", "update", "patch", "delete")]
    yield collection, "", _on(place, on_collection)
    yield f"{collection}/{{name}}", resource.kind, _on(place, on_item)
    if resource.namespaced and "list" in resource.verbs:
        yield f"{prefix}/{resource.resource}", "", {"get": _listing(place, everywhere=True)}
    if builtin and "watch" in resource.verbs:
        yield from _watches(place, prefix, inside)
    for each in resource.subresources:
        yield from _of_subresource(f"{collection}/{{name}}/{each.name}", resource, each, builtin)


def _watches(place: _Place, prefix: str, inside: str) -> _Found:
    resource = place.resource
    collection = f"{prefix}/watch/{inside}{resource.resource}"
    yield collection, "", {"get": _watching(place, collection, "List", "")}
    if "get" in resource.verbs:
        item = f"{collection}/{{name}}"
        yield item, resource.kind, {"get": _watching(place, item, "", "")}
    if resource.namespaced:
        everywhere = f"{prefix}/watch/{resource.resource}"
        yield everywhere, "", {"get": _watching(place, everywhere, "List", "ForAllNamespaces")}


def _of_subresource(path: str, resource: APIResource, sub: APISubresource, builtin: bool) -> _Found:
    kind = GroupVersionKind(sub.group, sub.version, sub.kind)
    scale = GroupVersionKind("autoscaling", "v1", "Scale")
    name = resource.kind + sub.name[:1].upper() + sub.name[1:]
    if builtin:
        place = _Place(resource, kind, definition_of(kind) or TEXT, name, sub.name, builtin)
    else:  # a custom resource's operations are of its own kind, whatever they speak of
        own = resource.group_version_kind
        schema = definition_of(scale) if sub.name == "scale" else custom_definition(own)
        place = _Place(resource, own, schema or TEXT, name, sub.name, builtin)
    if sub.name in _CONNECTS and builtin:
        yield from _connects(path, place)
    elif sub.name == "log":
        yield path, resource.kind, {"get": _log(place)}
    else:
        yield path, place.kind.kind, _on(place, sub.verbs)


def _connects(path: str, place: _Place) -> _Found:
    methods, parameters = _CONNECTS[place.subresource]
    for tail, suffix in (("", ""), ("/{path}", "WithPath")) if place.subresource == "proxy" else (("", ""),):
        yield (
            path + tail,
            place.kind.kind,
            {method: _connecting(place, method, parameters, suffix) for method in methods},
        )


def _id(verb: str, place: _Place, middle: str, tail: str = "") -> str:
    group = camel(place.resource.group) + place.resource.version.capitalize()
    return f"{verb}{group}{middle}{place.name}{tail}"


def _operation(place: _Place, identity: str, description: str, answer: str, **other: Any) -> Operation:
    resource = place.resource
    return Operation(
        id=identity, description=description, tag=_tag(resource.group, resource.version), answer=answer, kind=place.kind,
        **{"produces": BUILTIN_TYPES if place.builtin else BUILTIN_TYPES[:2], **other},
    )  # fmt: skip


def _on(place: _Place, verbs: Iterable[str]) -> dict[str, Operation]:
    found = {}
    for verb in verbs:
        if verb == "list":
            found["get"] = _listing(place, everywhere=False)
        elif verb in _METHODS:
            found[_METHODS[verb]] = _changing(verb, place)
    return found


def _changing(verb: str, place: _Place) -> Operation:
    """What reads or changes one object, or removes many."""
    scope = "Namespaced" if place.resource.namespaced else ""
    middle = f"Collection{scope}" if verb == "deletecollection" else scope
    statuses = _STATUSES.get(verb, ("200",))
    if verb == "patch" and not place.builtin:
        statuses = ("200",)
    body, answer = None, place.schema
    consumes: tuple[str, ...] = ANY if place.builtin else BUILTIN_TYPES[:2]
    if verb in ("delete", "deletecollection"):
        body = f"{_META}.DeleteOptions"
        returned = place.builtin and verb == "delete" and place.resource.resource in _RETURNED_WHEN_DELETED
        answer = answer if returned else f"{_META}.Status"
        if verb == "deletecollection" and not place.builtin:
            body = None
    elif verb == "patch":
        body = f"{_META}.Patch"
        consumes = _PATCHES if place.builtin else tuple(each for each in _PATCHES if each != _STRATEGIC)
    elif verb != "get":
        body = place.schema
    return _operation(
        place, _id(_IDS.get(verb, verb), place, middle), _DESCRIPTIONS[verb](place), answer, statuses=statuses,
        parameters=(_PARAMETERS if place.builtin else _CUSTOM_PARAMETERS)[verb],
        body=body, consumes=consumes, body_required=not verb.startswith("delete"),
        action=_ACTIONS.get(verb, verb),
    )  # fmt: skip


def _listing(place: _Place, *, everywhere: bool) -> Operation:
    watched = "watch" in place.resource.verbs and place.builtin
    scope = "Namespaced" if place.resource.namespaced and not everywhere else ""
    found = _operation(
        place, _id("list", place, scope, "ForAllNamespaces" if everywhere else ""),
        f"list {'or watch ' if watched else ''}objects of kind {place.resource.kind}", f"{place.schema}List",
        parameters=_PARAMETERS["list"], action="list", consumes=ANY if place.builtin else BUILTIN_TYPES[:2],
    )  # fmt: skip
    return found._replace(produces=(*found.produces, *STREAMS)) if place.builtin else found


def _watching(place: _Place, path: str, each: str, tail: str) -> Operation:
    scope = "Namespaced" if "{namespace}" in path else ""
    kind = place.resource.kind
    if each:
        description = f"watch individual changes to a list of {kind}. {_DEPRECATED}."
    else:
        description = (
            f"watch changes to an object of kind {kind}. {_DEPRECATED}, "
            "filtered to a single item with the 'fieldSelector' parameter."
        )
    return _operation(
        place, _id("watch", place, scope, each + tail), description, f"{_META}.WatchEvent",
        produces=(*BUILTIN_TYPES, *STREAMS), parameters=_PARAMETERS["list"], action="watchlist" if each else "watch",
    )  # fmt: skip


def _connecting(place: _Place, method: str, parameters: tuple[str, ...], suffix: str) -> Operation:
    scope = "Namespaced" if place.resource.namespaced else ""
    return _operation(
        place, _id("connect", place, method.capitalize() + scope, suffix),
        f"connect {method.upper()} requests to {place.subresource} of {place.resource.kind}", TEXT, produces=ANY,
        parameters=parameters, action="connect",
    )  # fmt: skip


def _log(place: _Place) -> Operation:
    return _operation(
        place._replace(kind=place.resource.group_version_kind), _id("read", place, "Namespaced"),
        f"read log of the specified {place.resource.kind}", TEXT, produces=("text/plain", *BUILTIN_TYPES), parameters=_LOG,
        action="get",
    )  # fmt: skip


def _of(place: _Place) -> str:
    return f"{place.subresource} of " if place.subresource else ""


def _one(kind: str) -> str:
    if kind.endswith("s") and not kind.endswith("ss"):
        return kind
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


_DESCRIPTIONS: Final[dict[str, Callable[[_Place], str]]] = {
    "get": lambda place: f"read {_of(place)}the specified {place.resource.kind}",
    "update": lambda place: f"replace {_of(place)}the specified {place.resource.kind}",
    "patch": lambda place: f"partially update {_of(place)}the specified {place.resource.kind}",
    "create": lambda place: f"create {_of(place)}{_one(place.resource.kind)}",
    "delete": lambda place: f"delete {_one(place.resource.kind)}",
    "deletecollection": lambda place: f"delete collection of {place.resource.kind}",
}
