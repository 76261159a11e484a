"""Priority and fairness as clients see it: each answer names the FlowSchema and the level that its request belongs to.

Nothing is held back and nobody waits. Source: k8s.io/apiserver, pkg/server/filters/priority-and-fairness.go and
pkg/util/flowcontrol/rule.go; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.http import Handler, Request, Response
from fakes.apiserver.endpoints.request_info import RequestInfo
from fakes.apiserver.storage.interface import Event, Storage

__all__ = ["FlowControl"]

_SCHEMAS: Final = "flowschemas.flowcontrol.apiserver.k8s.io"
_LEVELS: Final = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
_NOT_COUNTED: Final = frozenset({"attach", "exec", "proxy", "log", "portforward"})
_REMEMBERED: Final = 4096
_SCHEMA_UID: Final = "X-Kubernetes-Pf-Flowschema-Uid"
_LEVEL_UID: Final = "X-Kubernetes-Pf-Prioritylevel-Uid"
Uids = tuple[str, str]
Key = tuple[str, tuple[str, ...], str, str, str, str, str]


class FlowControl:
    """Knows the schemas of a storage, and remembers what it found until they change."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._found: dict[Key, tuple[Uids, list[tuple[bytes, bytes]]] | None] = {}
        storage.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.resource in (_SCHEMAS, _LEVELS):
            self._found.clear()

    def filter(self, handler: Handler) -> Handler:
        """Wrap a handler."""

        async def filtered(request: Request) -> Response:
            known = self._classified(request.user, request.info)
            if known is None:
                return await handler(request)
            try:
                response = await handler(request)
            except StatusError as error:
                schema, level = known[0]
                error.headers = (*error.headers, (_SCHEMA_UID, schema), (_LEVEL_UID, level))
                raise
            response.headers = response.headers + known[1]
            return response

        return filtered

    def _classified(self, user: UserInfo, info: RequestInfo) -> tuple[Uids, list[tuple[bytes, bytes]]] | None:
        if info.is_resource:
            if info.verb == "proxy" or (info.subresource in _NOT_COUNTED and info.verb != "watch"):
                return None
            key = (
                user.name,
                user.groups,
                info.verb,
                info.group,
                info.resource,
                info.subresource,
                info.namespace,
            )
        else:
            key = (user.name, user.groups, info.verb, info.path, "", "", "")
        try:
            return self._found[key]
        except KeyError:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[key] = self._headers(user, info)
            return found

    def _headers(self, user: UserInfo, info: RequestInfo) -> tuple[Uids, list[tuple[bytes, bytes]]] | None:
        schemas = [stored.object for stored in self._storage.list(_SCHEMAS)]
        schemas.sort(key=lambda each: (each["spec"].get("matchingPrecedence", 0), each["metadata"]["name"]))
        for schema in schemas:
            spec = schema["spec"]
            if any(_rule_matches(rule, user, info) for rule in spec.get("rules") or ()):
                level = self._storage.get(_LEVELS, spec["priorityLevelConfiguration"]["name"])
                if level is None:
                    continue
                uids = (schema["metadata"]["uid"], level.object["metadata"]["uid"])
                names = (_SCHEMA_UID.lower().encode(), _LEVEL_UID.lower().encode())
                return uids, [(name, uid.encode()) for name, uid in zip(names, uids, strict=True)]
        return None


def _rule_matches(rule: Mapping[str, Any], user: UserInfo, info: RequestInfo) -> bool:
    if not any(_subject_matches(each, user) for each in rule.get("subjects") or ()):
        return False
    if info.is_resource:
        return any(_resource_matches(each, info) for each in rule.get("resourceRules") or ())
    return any(
        _holds(each.get("verbs"), info.verb) and _path_matches(each.get("nonResourceURLs") or (), info.path)
        for each in rule.get("nonResourceRules") or ()
    )


def _subject_matches(subject: Mapping[str, Any], user: UserInfo) -> bool:
    match subject:
        case {"kind": "User", "user": {"name": name}}:
            return name in ("*", user.name)
        case {"kind": "Group", "group": {"name": name}}:
            return name == "*" or name in user.groups
        case {"kind": "ServiceAccount", "serviceAccount": {"namespace": namespace, "name": name}}:
            prefix = f"system:serviceaccount:{namespace}:"
            return user.name.startswith(prefix) if name == "*" else user.name == prefix + name
        case _:
            return False


def _resource_matches(rule: Mapping[str, Any], info: RequestInfo) -> bool:
    resource = f"{info.resource}/{info.subresource}" if info.subresource else info.resource
    return (
        _holds(rule.get("verbs"), info.verb)
        and _holds(rule.get("apiGroups"), info.group)
        and _holds(rule.get("resources"), resource)
        and (
            _holds(rule.get("namespaces"), info.namespace)
            if info.namespace
            else bool(rule.get("clusterScope"))
        )
    )


def _holds(values: Sequence[str] | None, value: str) -> bool:
    return values is not None and ("*" in values or value in values)


def _path_matches(patterns: Iterable[str], path: str) -> bool:
    return any(
        each in ("*", path) or (each.endswith("*") and path.startswith(each.rstrip("*"))) for each in patterns
    )
