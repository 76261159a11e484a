"""The aggregator: an APIService gives a group and version to a server behind this one.

Requests are authenticated and authorized here first, then handed on with the user's name in ``X-Remote-*`` headers and
the front proxy's certificate. Source: kube-aggregator, pkg/apiserver/handler_proxy.go; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from fakes.apimachinery.clock import Clock, rfc3339
from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.discovery import DiscoveredGroup, DiscoveredVersion
from fakes.apiserver.endpoints.http import ASGIApp, Handover, Request, Response, text_response
from fakes.apiserver.storage.interface import Event, Storage

__all__ = ["APISERVICES", "Aggregator", "Backend", "Backends", "InProcessBackends"]

APISERVICES = "apiservices.apiregistration.k8s.io"
_KUBE_AGGREGATOR = UserInfo(name="system:kube-aggregator", groups=("system:masters",))
_STRIPPED = (b"authorization", b"x-remote-", b"impersonate-")


class Backend(Protocol):
    """A server behind the aggregator."""

    @property
    def app(self) -> ASGIApp: ...

    def probe(self, path: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, Any]:
        """GET a path: the status code and the decoded body.

        Raises:
            OSError: nobody answers; the text says why.
        """
        ...


class Backends(Protocol):
    """From a Service to the server behind it."""

    def resolve(self, namespace: str, name: str, port: int) -> Backend | str:
        """The server, or why there is none, as ``reason: message`` of the Available condition."""
        ...

    @property
    def peer_certificate(self) -> bytes | None:
        """The front proxy's certificate in DER, by which servers in this process know us."""
        ...


@dataclass(frozen=True, slots=True)
class InProcessBackends:
    """Servers that run in this process, by namespace and name of their Service."""

    storage: Storage
    servers: Mapping[tuple[str, str], Backend]
    peer_certificate: bytes | None

    def resolve(self, namespace: str, name: str, port: int) -> Backend | str:
        if self.storage.get("services", f"{namespace}/{name}") is None:
            return f'ServiceNotFound: service/{name} in "{namespace}" is not present'
        backend = self.servers.get((namespace, name))
        if backend is None:
            return f'MissingEndpoints: endpoints for service/{name} in "{namespace}" have no addresses with port name ""'
        return backend


@dataclass(slots=True)
class _Entry:
    """An APIService that names a Service."""

    group: str
    version: str
    namespace: str
    service: str
    port: int
    priority: tuple[int, int]
    backend: Backend | None = None
    reason: str = ""
    message: str = ""
    resources: Sequence[APIResource] = field(default_factory=tuple)

    @property
    def available(self) -> bool:
        return self.backend is not None


class Aggregator:
    """Which groups are served by others, and whether those answer."""

    def __init__(self, storage: Storage, clock: Clock, backends: Backends) -> None:
        self._storage = storage
        self._clock = clock
        self._backends = backends
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._changed = False
        self.on_change: Callable[[], None] = lambda: None
        storage.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.resource == "services":
            self._changed = self._changed or bool(self._entries)
            return
        if event.resource != APISERVICES:
            return
        spec = event.stored.object.get("spec") or {}
        key = str(spec.get("group", "")), str(spec.get("version", ""))
        service = spec.get("service")
        if event.type == "DELETED" or not service:
            if self._entries.pop(key, None) is not None:
                self.on_change()
            return
        known = self._entries.get(key)
        entry = _Entry(
            *key, service.get("namespace", ""), service.get("name", ""), service.get("port", 443),
            (spec.get("groupPriorityMinimum", 0), spec.get("versionPriority", 0)),
        )  # fmt: skip
        if known is not None:
            entry.backend, entry.resources = known.backend, known.resources
            entry.reason, entry.message = known.reason, known.message
        self._entries[key] = entry
        self._changed = True
        self.on_change()

    def recheck(self) -> None:
        """Ask every server again whether it is there."""
        self._changed = bool(self._entries)

    def settle(self) -> bool:
        """Probe what has changed and write the Available conditions; whether anything was done."""
        if not self._changed:
            return False
        self._changed = False
        for entry in list(self._entries.values()):
            self._probe(entry)
            self._write_condition(entry)
        self.on_change()
        return True

    def _probe(self, entry: _Entry) -> None:
        found = self._backends.resolve(entry.namespace, entry.service, entry.port)
        if isinstance(found, str):
            entry.backend = None
            entry.reason, _, entry.message = found.partition(": ")
            return
        path = f"/apis/{entry.group}/{entry.version}"
        url = f"https://{entry.service}.{entry.namespace}.svc:{entry.port}{path}"
        try:
            code, body = found.probe(path, list(_remote_headers(_KUBE_AGGREGATOR)))
        except OSError as error:
            entry.backend, entry.reason = None, "FailedDiscoveryCheck"
            entry.message = f'failing or missing response from {url}: Get "{url}": {error}'
            return
        if code != 404 and not 200 <= code < 300:
            entry.backend, entry.reason = None, "FailedDiscoveryCheck"
            entry.message = f"failing or missing response from {url}: bad status from {url}: {code}"
            return
        entry.backend, entry.reason, entry.message = found, "Passed", "all checks passed"
        entry.resources = _resources(entry.group, entry.version, body)

    def _write_condition(self, entry: _Entry) -> None:
        key = f"{entry.version}.{entry.group}"
        stored = self._storage.get(APISERVICES, key)
        if stored is None:
            return
        status = "True" if entry.available else "False"
        old: dict[str, Any] = next(iter((stored.object.get("status") or {}).get("conditions") or ()), {})
        if (old.get("status"), old.get("reason"), old.get("message")) == (
            status,
            entry.reason,
            entry.message,
        ):
            return
        since = rfc3339(self._clock.now()) if old.get("status") != status else old["lastTransitionTime"]
        condition = {
            "type": "Available", "status": status, "lastTransitionTime": since, "reason": entry.reason,
            "message": entry.message,
        }  # fmt: skip
        self._storage.put(APISERVICES, key, {**stored.object, "status": {"conditions": [condition]}})

    def claims(self, group: str, version: str) -> bool:
        """Whether another server has this version of a group."""
        return (group, version) in self._entries

    def claims_group(self, group: str) -> bool:
        return any(each == group for each, _ in self._entries)

    def proxy(self, request: Request, group: str, version: str) -> Response:
        """Hand a request on to the server behind, or say that it is unavailable."""
        backend = self._entries[group, version].backend
        if backend is None:
            return text_response(503, "service unavailable\n")
        headers = [
            (name, value) for name, value in request.headers if not name.startswith(_STRIPPED)
        ]  # fmt: skip
        headers.extend(_remote_headers(request.user))
        headers.append((b"audit-id", request.audit.id.encode("latin-1", "replace")))
        scope = {
            **request.scope, "headers": headers, "state": {"peer_certificate": self._backends.peer_certificate},
        }  # fmt: skip
        return Handover(backend.app, scope)

    def groups(self) -> list[tuple[int, int, DiscoveredGroup]]:
        """Discovery of the groups behind, with their priorities."""
        found: dict[str, list[_Entry]] = {}
        for entry in self._entries.values():
            found.setdefault(entry.group, []).append(entry)
        return [
            (
                max(each.priority[0] for each in entries),
                max(each.priority[1] for each in entries),
                _discovered(entries),
            )
            for entries in found.values()
        ]


def _discovered(entries: list[_Entry]) -> DiscoveredGroup:
    ranked = sorted(entries, key=lambda each: (-each.priority[1], each.version))
    return DiscoveredGroup(
        group=ranked[0].group,
        versions=[
            DiscoveredVersion(
                version=each.version,
                resources=each.resources,
                freshness="Current" if each.available else "Stale",
            )
            for each in ranked
        ],
    )


def _remote_headers(user: UserInfo) -> Iterable[tuple[bytes, bytes]]:
    yield b"x-remote-user", user.name.encode()
    if user.uid:
        yield b"x-remote-uid", user.uid.encode()
    for group in user.groups:
        yield b"x-remote-group", group.encode()
    for name, values in user.extra:
        for value in values:
            yield b"x-remote-extra-" + quote(name, safe="-_.~").encode(), value.encode()


def _resources(group: str, version: str, body: Any) -> Sequence[APIResource]:
    """The resources of an APIResourceList."""
    rows = body.get("resources") or [] if isinstance(body, dict) else []
    subresources: dict[str, list[APISubresource]] = {}
    for row in rows:
        parent, separator, name = row["name"].partition("/")
        if separator:
            sub = APISubresource(
                name=name, group=row.get("group") or group, version=row.get("version") or version, kind=row["kind"],
                verbs=tuple(row["verbs"]),
            )  # fmt: skip
            subresources.setdefault(parent, []).append(sub)
    return [
        APIResource(
            group=group, version=version, kind=row["kind"], resource=row["name"], singular=row.get("singularName", ""),
            namespaced=row["namespaced"], verbs=tuple(row["verbs"]), short_names=tuple(row.get("shortNames") or ()),
            categories=tuple(row.get("categories") or ()), subresources=tuple(subresources.get(row["name"], ())),
        )
        for row in rows
        if "/" not in row["name"]
    ]  # fmt: skip
