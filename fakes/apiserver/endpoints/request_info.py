"""What a request is for: its verb, resource, scope and name, taken from method, path and query.

Source: k8s.io/apiserver, pkg/endpoints/request/requestinfo.go, and the recorded answers of a v1.36.2 server.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs

__all__ = ["RequestInfo", "request_info"]

_VERBS = {
    "POST": "create",
    "GET": "get",
    "HEAD": "get",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}
_SPECIAL_VERBS = frozenset({"proxy", "watch"})
_NAMESPACE_SUBRESOURCES = frozenset({"status", "finalize"})


class RequestInfo(NamedTuple):
    """Attributes of a request, as the authorizer and the router need them.

    ``parts`` are the path's segments from the resource on; ``special`` is the verb given in the path, if any.
    """

    is_resource: bool
    path: str
    verb: str
    prefix: str = ""
    group: str = ""
    version: str = ""
    namespace: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    parts: tuple[str, ...] = ()
    special: str = ""
    field_selector: str = ""
    label_selector: str = ""


class RequestInfoError(ValueError):
    """The path cannot be taken apart. Answered with 500, as a real server does."""


def request_info(method: str, path: str, query: bytes) -> RequestInfo:
    """Take a request apart.

    Raises:
        RequestInfoError: a special verb with nothing behind it.
    """
    info = _from_path(method, path)
    if not info.is_resource or not query or info.verb not in ("list", "watch", "deletecollection"):
        return info
    return _with_query(info, query)


@lru_cache(maxsize=4096)
def _from_path(method: str, path: str) -> RequestInfo:
    plain = RequestInfo(False, path, method.lower())
    parts = path.strip("/").split("/")
    if len(parts) < 3 or parts[0] not in ("api", "apis"):
        return plain
    prefix, *parts = parts
    group = ""
    if prefix == "apis":
        if len(parts) < 3:
            return plain
        group, *parts = parts
    version, *parts = parts
    verb = _VERBS.get(method, "")
    special = ""
    if parts[0] in _SPECIAL_VERBS:
        if len(parts) < 2:
            raise RequestInfoError(f"unable to determine kind and namespace from url, {path}")
        verb = special = parts[0]
        parts = parts[1:]
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 1:
        namespace = parts[1]
        if len(parts) > 2 and parts[2] not in _NAMESPACE_SUBRESOURCES:
            parts = parts[2:]
    resource = parts[0]
    name = parts[1] if len(parts) > 1 else ""
    subresource = parts[2] if len(parts) > 2 and special != "proxy" else ""
    if not name and verb == "get":
        verb = "list"
    elif not name and verb == "delete":
        verb = "deletecollection"
    return RequestInfo(
        True,
        path,
        verb,
        prefix,
        group,
        version,
        namespace,
        resource,
        subresource,
        name,
        tuple(parts),
        special,
    )


@lru_cache(maxsize=4096)
def _with_query(info: RequestInfo, raw: bytes) -> RequestInfo:
    query = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True)
    fields = query.get("fieldSelector", [""])[0]
    name, verb = info.name, info.verb
    if verb == "list":
        if query.get("watch", ["false"])[0] not in ("false", "0"):
            verb = "watch"
        if not name:
            name = _selected_name(fields)
    return info._replace(
        verb=verb, name=name, field_selector=fields, label_selector=query.get("labelSelector", [""])[0]
    )


def _selected_name(fields: str) -> str:
    """The name that ``metadata.name=X`` in a field selector demands, if X could be a path segment."""
    for term in fields.split(","):
        key, separator, value = term.partition("=")
        if separator and key == "metadata.name":
            value = value.removeprefix("=")
            if (
                value
                and value not in (".", "..")
                and "/" not in value
                and "%" not in value
                and "\\" not in value
            ):
                return value
    return ""
