"""Sessions as the operator keeps them in the cluster: a MirrordClusterSession each, and a Lease that says who leads.

They are written by the operator's client with the rights of its account, and only if it is told to keep them. A closed session
is marked with its reason and deleted; a finalizer holds it for a while, so that it can be read. An administrator who deletes one
ends its session. What is written is never read back: the memory of the operator is what counts. Activity is written down when a
client comes or goes, not every few seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from fakes.apimachinery.client import Client
from fakes.apimachinery.clock import Clock
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.timestamps import rfc3339_micro
from fakes.mirrord.controllers.leadership import Leadership
from fakes.mirrord.model.commands import Kill
from fakes.mirrord.model.events import (
    ConnectionClosed,
    ConnectionOpened,
    Event,
    Reconfigured,
    SessionClosed,
    SessionStarted,
)
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.stored import stored_session
from fakes.mirrord.sessions import Sessions

__all__ = ["PATH", "RESOURCE", "StoredSessions"]

RESOURCE: Final = "mirrordclustersessions.mirrord.metalbear.co"
FINALIZER: Final = "mirrord.metalbear.co/session"
PATH: Final = "/apis/mirrord.metalbear.co/v1alpha/mirrordclustersessions"
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/mirrord/leases"
_LEASE = "mirrord-operator"
_MERGE = "application/merge-patch+json"

Object = dict[str, Any]


class StoredSessions:
    """Brings what is stored in step with the sessions, when it is told to."""

    def __init__(self, clock: Clock, sessions: Sessions, kubernetes: Client, leadership: Leadership) -> None:
        self._clock = clock
        self._sessions = sessions
        self._kubernetes = kubernetes
        self._leadership = leadership
        self._changed: dict[SessionId, SessionClosed | None] = {}
        self._written: set[SessionId] = set()
        self._overdue: list[SessionId] = []
        self._deleted: list[SessionId] = []
        self._leader: str | None = None
        sessions.subscribe(self._hear)

    @property
    def stale(self) -> bool:
        """Whether there is anything to write."""
        led = self._leader == self._leadership.lease.holder or not self._sessions.settings.store_sessions
        return bool(self._changed or self._overdue or self._deleted) or not led

    def deleted(self, name: str) -> None:
        """Somebody has deleted a stored session."""
        session = SessionId(int(name, 16))
        if session in self._sessions.state.sessions:
            self._deleted.append(session)

    async def look(self) -> None:
        """Find out what was deleted, for whoever runs the operator where nobody tells."""
        if not self._sessions.settings.store_sessions:
            return
        with suppress(StatusError):
            for stored in (await self._kubernetes.request("GET", PATH))["items"] or ():
                if stored["metadata"].get("deletionTimestamp"):
                    self.deleted(stored["metadata"]["name"])

    async def catch_up(self) -> None:
        """Write what has changed."""
        for session in self._taken(self._deleted):
            with suppress(StatusError):
                self._sessions.do(Kill(session))
        if self._sessions.settings.store_sessions and self._leader != self._leadership.lease.holder:
            await self._write_lease()
        changed, self._changed = self._changed, {}
        for session, closed in changed.items():
            await self._write(session, closed)
        for session in self._taken(self._overdue):
            await self._request("PATCH", f"{PATH}/{session:x}", {"metadata": {"finalizers": None}})

    @staticmethod
    def _taken(waiting: list[SessionId]) -> list[SessionId]:
        taken = list(waiting)
        waiting.clear()
        return taken

    def _hear(self, events: Sequence[Event]) -> None:
        if not self._sessions.settings.store_sessions and not self._written:
            return
        for event in events:
            match event:
                case SessionClosed(session=session):
                    self._changed[session.id] = event
                case SessionStarted(session=session):
                    self._changed[session.id] = None
                case ConnectionOpened(id=session) | ConnectionClosed(id=session):
                    self._changed.setdefault(session, None)
                case Reconfigured():
                    for known in self._sessions.state.in_order():
                        self._changed.setdefault(known.id, None)
                case _:
                    pass

    async def _write(self, session: SessionId, closed: SessionClosed | None) -> None:
        live = closed.session if closed is not None else self._sessions.state.session(session)
        if live is None:
            return
        obj = stored_session(live, self._sessions.now(), closed)
        if session not in self._written:
            self._written.add(session)
            metadata = {"name": obj["metadata"]["name"], "finalizers": [FINALIZER]}
            await self._request("POST", PATH, {**obj, "metadata": metadata})
        path = f"{PATH}/{session:x}"
        if obj["status"]:
            await self._request("PATCH", f"{path}/status", {"status": obj["status"]})
        if closed is not None:
            self._written.discard(session)
            await self._request("DELETE", path)
            wait = timedelta(seconds=self._sessions.settings.closing_seconds)
            with suppress(RuntimeError):
                self._clock.call_at(self._clock.now() + wait, lambda: self._overdue.append(session))

    async def _write_lease(self) -> None:
        lease, settings = self._leadership.lease, self._sessions.settings
        moment = rfc3339_micro(lease.acquired)
        spec = {
            "holderIdentity": lease.holder, "leaseDurationSeconds": settings.lease_seconds, "acquireTime": moment,
            "renewTime": moment, "leaseTransitions": lease.transitions,
        }  # fmt: skip
        first = self._leader is None
        self._leader = lease.holder
        if first:
            body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": _LEASE}}
            await self._request("POST", _LEASES, {**body, "spec": spec})
        await self._request("PATCH", f"{_LEASES}/{_LEASE}", {"spec": spec})

    async def _request(self, method: str, path: str, body: Object | None = None) -> None:
        """Ask, and live with a refusal: what is stored is for others to read."""
        content_type = _MERGE if method == "PATCH" else "application/json"
        with suppress(StatusError):
            await self._kubernetes.request(method, path, body=body, content_type=content_type)
