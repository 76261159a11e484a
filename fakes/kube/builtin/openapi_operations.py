"""One operation of the OpenAPI documents, told once and written in either version.

An operation that names no body, no parameters and no kind is the reading of a document, as that of ``/apis``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from fakes.apimachinery.schema import GroupVersionKind
from fakes.kube.builtin.openapi_schemas import described, reference

__all__ = ["ANY", "BUILTIN_TYPES", "STREAMS", "TEXT", "Operation", "path_item"]

ANY: Final = ("*/*",)
BUILTIN_TYPES: Final = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
STREAMS: Final = ("application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch")
TEXT: Final = ""
"""The name of the schema of what is no object."""

_TYPES: Final = {
    "allowWatchBookmarks": "boolean", "follow": "boolean", "force": "boolean", "gracePeriodSeconds": "integer",
    "ignoreStoreReadErrorWithClusterBreakingPotential": "boolean", "insecureSkipTLSVerifyBackend": "boolean",
    "limit": "integer", "limitBytes": "integer", "orphanDependents": "boolean", "ports": "integer", "previous": "boolean",
    "sendInitialEvents": "boolean", "sinceSeconds": "integer", "stderr": "boolean", "stdin": "boolean", "stdout": "boolean",
    "tailLines": "integer", "timeoutSeconds": "integer", "timestamps": "boolean", "tty": "boolean", "watch": "boolean",
}  # fmt: skip
_REASONS: Final = {"200": "OK", "201": "Created", "202": "Accepted"}
_NAMESPACE: Final = "object name and auth scope, such as for teams and projects"
Schema = dict[str, Any]


class Operation(NamedTuple):
    """``answer``, ``body`` are names of schemas; ``parameters`` are those of the query."""

    id: str
    description: str
    tag: str
    answer: str
    produces: tuple[str, ...] = BUILTIN_TYPES
    statuses: tuple[str, ...] = ("200",)
    parameters: tuple[str, ...] = ()
    body: str | None = None
    consumes: tuple[str, ...] = ANY
    action: str = ""
    kind: GroupVersionKind | None = None
    body_required: bool = True


def path_item(path: str, operations: Mapping[str, Operation], named: str, version: int) -> dict[str, Any]:
    """A path with its operations by method; parameters that all of them have stand beside them.

    Args:
        named: what the parameter ``name`` is the name of.
        version: 3, or 2 for Swagger.
    """
    sets = [set(each.parameters) for each in operations.values()]
    shared = set.intersection(*sets) if sets else set()
    inside = [(name, "path") for name in ("name", "namespace", "path") if f"{{{name}}}" in path]
    beside = sorted([*inside, *((name, "query") for name in shared)])
    found: dict[str, Any] = {
        method: _written(operation, shared, version) for method, operation in operations.items()
    }
    if beside:
        found["parameters"] = [_parameter(name, where, named, version) for name, where in beside]
    return found


def _written(operation: Operation, shared: set[str], version: int) -> dict[str, Any]:
    own = [_parameter(name, "query", "", version) for name in sorted(set(operation.parameters) - shared)]
    found: dict[str, Any] = {"tags": [operation.tag], "description": operation.description}
    if version == 2:
        found |= {"consumes": list(operation.consumes)} if operation.consumes else {}
        found |= {"produces": list(operation.produces), "schemes": ["https"]}
        if operation.body is not None:
            own.insert(0, _body_v2(operation))
    found["operationId"] = operation.id
    if own:
        found["parameters"] = own
    if version == 3 and operation.body is not None:
        required = {"required": True} if operation.body_required else {}
        found["requestBody"] = {"content": _content(operation.body, operation.consumes), **required}
    found["responses"] = {**_answers(operation, version), "401": {"description": "Unauthorized"}}
    if operation.kind is not None:
        group, api_version, kind = operation.kind
        found["x-kubernetes-action"] = operation.action
        found["x-kubernetes-group-version-kind"] = {"group": group, "kind": kind, "version": api_version}
    return found


def _answers(operation: Operation, version: int) -> dict[str, Any]:
    said = (
        {"content": _content(operation.answer, operation.produces)}
        if version == 3
        else {"schema": _schema(operation.answer, version)}
    )
    return {status: {"description": _REASONS[status], **said} for status in operation.statuses}


def _content(name: str, media_types: Iterable[str]) -> dict[str, Any]:
    return {media_type: {"schema": _schema(name, 3)} for media_type in sorted(media_types)}


def _schema(name: str, version: int) -> Schema:
    return reference(name, version=version) if name else {"type": "string"}


def _body_v2(operation: Operation) -> dict[str, Any]:
    required = {"required": True} if operation.body_required else {}
    return {"name": "body", "in": "body", **required, "schema": _schema(operation.body or "", 2)}


def _parameter(name: str, where: str, named: str, version: int) -> dict[str, Any]:
    kind = {"type": _TYPES.get(name, "string"), "uniqueItems": True}
    said = _description(name, where, named)
    found: dict[str, Any] = {"name": name, "in": where, **({"description": said} if said else {})}
    if where == "path":
        found["required"] = True
    return {**found, "schema": kind} if version == 3 else {**found, **kind}


def _description(name: str, where: str, named: str) -> str:
    match where, name:
        case "path", "name":
            return f"name of the {named}"
        case "path", "namespace":
            return _NAMESPACE
        case _:
            return _of_options(name)


@cache
def _of_options(name: str) -> str:
    """What the definition of DeleteOptions says of a field that is a parameter too."""
    return described("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions", name)
