"""The aggregator: an APIService gives a group and version to a server behind this one.

Requests are authenticated and authorized here first, then handed on with the user's name in ``X-Remote-*`` headers and
the front proxy's certificate. Source: kube-aggregator, pkg/apiserver/handler_proxy.go; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

from fakes.apimachinery.clock import Clock, rfc3339
from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.discovery import DiscoveredGroup, DiscoveredVersion
from fakes.apiserver.endpoints.http import ASGIApp, Handover, Request, Response, text_response
from fakes.apiserver.storage.interface import Event, Storage

__all__ = ["APISERVICES", "Aggregator", "Backend", "Backends", "Follow", "NoBackendError", "ServiceReference"]

Follow: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]
"""Runs a coroutine to its end, in the background if it waits and somebody is there to wait with."""

APISERVICES = "apiservices.apiregistration.k8s.io"
_ROUTES = frozenset(("services", "endpoints", "endpointslices.discovery.k8s.io"))
_UNREACHED = "FailedDiscoveryCheck"
_WHILE_THERE, _WHILE_AWAY = 30.0, 1.0
"""Seconds between two looks at a server elsewhere. Source: kube-aggregator, pkg/controllers/status/remote."""
_KUBE_AGGREGATOR = UserInfo(name="system:kube-aggregator", groups=("system:masters",))
_AGGREGATOR = UserInfo(name="system:aggregator")
_STRIPPED = (b"authorization", b"x-remote-", b"impersonate-")


class ServiceReference(NamedTuple):
    """The Service that an APIService names, and how to know the server behind it."""

    namespace: str
    name: str
    port: int
    ca_bundle: str = ""
    """In base64; empty for the machine's authorities."""
    verify: bool = True


class NoBackendError(Exception):
    """Nobody is behind a Service: reason and message of the Available condition."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Backend(Protocol):
    """A server behind the aggregator."""

    @property
    def app(self) -> ASGIApp: ...

    @property
    def remote(self) -> bool:
        """Whether it lives elsewhere, so that it can come and go without our knowledge."""
        ...

    @property
    def address(self) -> str:
        """Host and port by which it is known; empty for the name of its Service."""
        ...

    async def probe(self, path: str, headers: Sequence[tuple[bytes, bytes]]) -> tuple[int, Any]:
        """GET a path: the status code and the decoded body.

        Raises:
            OSError: nobody answers; the text says why.
        """
        ...


class Backends(Protocol):
    """From a Service to the server behind it."""

    def resolve(self, service: ServiceReference) -> Backend:
        """The server.

        Raises:
            NoBackendError: there is none.
        """
        ...

    def local(self, namespace: str, name: str) -> Backend | None:
        """The server of this process behind a Service, if there is one."""
        ...

    @property
    def peer_certificate(self) -> bytes | None:
        """The front proxy's certificate in DER, by which servers in this process know us."""
        ...


@dataclass(slots=True)
class _Entry:
    """An APIService that names a Service."""

    group: str
    version: str
    service: ServiceReference
    priority: tuple[int, int]
    backend: Backend | None = None
    reason: str = ""
    message: str = ""
    resources: Sequence[APIResource] = field(default_factory=tuple)
    openapi: str = ""
    """Where the server says that its OpenAPI document is, if it has one."""

    @property
    def available(self) -> bool:
        return self.backend is not None


class Aggregator:
    """Which groups are served by others, and whether those answer."""

    def __init__(
        self, storage: Storage, clock: Clock, backends: Backends, follow: Follow, wire_clock: Clock
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._backends = backends
        self._follow = follow
        self._wire_clock = wire_clock
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._changed = False
        self._look_again: float | None = None
        self.on_change: Callable[[], None] = lambda: None
        storage.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.resource in _ROUTES:
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
        reference = ServiceReference(
            service.get("namespace", ""), service.get("name", ""), service.get("port", 443), spec.get("caBundle") or "",
            not spec.get("insecureSkipTLSVerify"),
        )  # fmt: skip
        priority = spec.get("groupPriorityMinimum", 0), spec.get("versionPriority", 0)
        known = self._entries.get(key)
        if known is not None and (known.service, known.priority) == (reference, priority):
            return
        entry = _Entry(*key, reference, priority)
        if known is not None:
            entry.backend, entry.resources = known.backend, known.resources
            entry.reason, entry.message, entry.openapi = known.reason, known.message, known.openapi
        self._entries[key] = entry
        self._changed = True
        self.on_change()

    def recheck(self) -> None:
        """Ask every server again whether it is there."""
        self._changed = bool(self._entries)

    def settle(self) -> bool:
        """Probe what has changed and write the Available conditions; whether anything was done.

        A server elsewhere is asked in the background, and again when somebody asks us anything, so that nothing ticks.
        """
        if not self._changed and not self._is_time_to_look():
            return False
        self._changed, self._look_again = False, None
        for entry in list(self._entries.values()):
            self._check(entry)
        self.on_change()
        return True

    def _is_time_to_look(self) -> bool:
        return self._look_again is not None and self._wire_clock.monotonic() >= self._look_again

    def _check(self, entry: _Entry) -> None:
        try:
            backend = self._backends.resolve(entry.service)
        except NoBackendError as error:
            self._conclude(entry, None, error.reason, str(error))
            return
        self._follow(self._probe(entry, backend))

    async def _probe(self, entry: _Entry, backend: Backend) -> None:
        path, service = f"/apis/{entry.group}/{entry.version}", entry.service
        url = f"https://{backend.address or f'{service.name}.{service.namespace}.svc:{service.port}'}{path}"
        failing = f"failing or missing response from {url}:"
        try:
            code, body = await backend.probe(path, list(_remote_headers(_KUBE_AGGREGATOR)))
            if code == 404 or 200 <= code < 300:
                entry.resources = _resources(entry.group, entry.version, body)
                entry.openapi = await _openapi(backend, path)
                self._conclude(entry, backend, "Passed", "all checks passed")
            else:
                self._conclude(entry, None, _UNREACHED, f"{failing} bad status from {url}: {code}")
        except OSError as error:
            self._conclude(entry, None, _UNREACHED, f'{failing} Get "{url}": {error}')
        except (KeyError, TypeError, AttributeError) as error:
            self._conclude(entry, None, _UNREACHED, f"{failing} no APIResourceList: {error!r}")
        if backend.remote:
            pause = _WHILE_THERE if entry.available else _WHILE_AWAY
            due = self._wire_clock.monotonic() + pause
            self._look_again = due if self._look_again is None else min(due, self._look_again)

    def _conclude(self, entry: _Entry, backend: Backend | None, reason: str, message: str) -> None:
        """What has been found out about a server, unless its APIService has changed meanwhile."""
        entry.backend, entry.reason, entry.message = backend, reason, message
        if self._entries.get((entry.group, entry.version)) is entry and self._write_condition(entry):
            self.on_change()

    def _write_condition(self, entry: _Entry) -> bool:
        """Whether it is news."""
        key = f"{entry.version}.{entry.group}"
        stored = self._storage.get(APISERVICES, key)
        if stored is None:
            return False
        status = "True" if entry.available else "False"
        old: dict[str, Any] = next(iter((stored.object.get("status") or {}).get("conditions") or ()), {})
        if (old.get("status"), old.get("reason"), old.get("message")) == (
            status,
            entry.reason,
            entry.message,
        ):
            return False
        since = rfc3339(self._clock.now()) if old.get("status") != status else old["lastTransitionTime"]
        condition = {
            "type": "Available", "status": status, "lastTransitionTime": since, "reason": entry.reason,
            "message": entry.message,
        }  # fmt: skip
        self._storage.put(APISERVICES, key, {**stored.object, "status": {"conditions": [condition]}})
        return True

    def claims(self, group: str, version: str) -> bool:
        """Whether another server has this version of a group."""
        return (group, version) in self._entries

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

    def openapi(self) -> dict[str, str]:
        """Where the OpenAPI documents of the servers behind are, by their paths."""
        return {
            f"apis/{each.group}/{each.version}": each.openapi
            for each in self._entries.values()
            if each.available and each.openapi
        }

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


async def _openapi(backend: Backend, path: str) -> str:
    """What a server's index of OpenAPI documents says of a group and version."""
    try:
        code, index = await backend.probe("/openapi/v3", list(_remote_headers(_AGGREGATOR)))
    except OSError:
        return ""
    match index:
        case {"paths": {**paths}} if code == 200:
            found = paths.get(path.removeprefix("/"))
            return str(found.get("serverRelativeURL", "")) if isinstance(found, dict) else ""
        case _:
            return ""


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
