"""``sessions``: what runs, by id; listed, watched and stopped, in one namespace or in all.

A name in a URL is a session's id in hex or in decimal, or ``inactive`` for all that are not in use, which can only be
deleted. Whoever has the right may stop a session, whoever started it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.schema import GroupKind
from fakes.apiserver.registry.deletion import check_preconditions
from fakes.apiserver.registry.listing import list_objects, watch_objects
from fakes.apiserver.registry.rest import (
    Context,
    DeleteOptions,
    Document,
    Listed,
    ListOptions,
    Object,
    Watching,
)  # fmt: skip
from fakes.apiserver.storage.interface import Storage, Stored
from fakes.mirrord.model import answers
from fakes.mirrord.model.commands import Kill, KillAll, RetainActive
from fakes.mirrord.model.events import Event, SessionClosed
from fakes.mirrord.model.ids import INACTIVE, SessionId
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.selectors import compile_selector
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.sessions import find
from fakes.mirrord.model.views import API_VERSION
from fakes.mirrord.registry.session_objects import TABLE, SessionObjects
from fakes.mirrord.sessions import Sessions

__all__ = ["SessionsREST"]

_KIND = GroupKind(GROUP, "Session")


class SessionsREST:
    """Implements the protocols of ``registry.rest`` for get, list, watch, delete and deletecollection."""

    def __init__(self, sessions: Sessions, objects: SessionObjects, storage: Storage, clock: Clock) -> None:
        self._sessions = sessions
        self._objects = objects
        self._storage = storage
        self._clock = clock

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        return self._objects.stored(self._find(context, name))

    async def list(self, context: Context, options: ListOptions) -> Listed:
        self._sessions.expire()
        return await list_objects(self._storage, self._clock, TABLE, _prefix(context), options)

    async def watch(self, context: Context, options: ListOptions) -> Watching:
        self._sessions.expire()
        return watch_objects(self._storage, TABLE, _prefix(context), options)

    def match_fields(self, selector: str) -> Callable[[Object], bool]:
        matches = compile_selector(selector)
        head = {"apiVersion": API_VERSION, "kind": "Session"}
        return lambda obj: matches({**head, **self._objects.present(obj)})

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        metadata = obj["metadata"]
        return {"metadata.name": metadata["name"], "metadata.namespace": metadata["namespace"]}

    def check_field_label(self, label: str) -> str:
        return label

    async def delete(self, context: Context, name: str, options: DeleteOptions) -> Document:
        if name == INACTIVE:
            events = [] if context.dry_run else self._sessions.do(RetainActive(context.namespace or None))
            return Document(answers.inactive_deleted(self._sessions.settings, _closed(events)))
        session = self._find(context, name)
        check_preconditions(_KIND, self._objects.stored(session).object, options)
        if not context.dry_run:
            self._sessions.do(Kill(session.id))
        return Document(answers.deleted(self._sessions.settings, session, context.now))

    async def delete_collection(
        self,
        context: Context,
        options: DeleteOptions,
        which: ListOptions,
    ) -> Document:
        namespace = context.namespace or None
        self._sessions.expire()
        if which.predicate.empty and not context.dry_run:
            closed = _closed(self._sessions.do(KillAll(namespace)))
        else:
            closed = self._stop_selected(context, which)
        return Document(answers.all_deleted(self._sessions.settings, closed, context.now))

    def _stop_selected(self, context: Context, which: ListOptions) -> Sequence[Session]:
        stored = self._storage.list(TABLE, _prefix(context))
        chosen = [SessionId(int(each.name, 16)) for each in stored if which.predicate.matches(each.object)]
        stopped: list[Session] = []
        for session in chosen:
            known = self._sessions.state.session(session)
            if known is not None:
                events = [] if context.dry_run else self._sessions.do(Kill(session))
                stopped.extend(_closed(events) if events else [known])
        return stopped

    def _find(self, context: Context, name: str) -> Session:
        self._sessions.expire()
        return find(self._sessions.state, name, context.namespace or None)


def _prefix(context: Context) -> str:
    return f"{context.namespace}/" if context.namespace else ""


def _closed(events: Sequence[Event]) -> Sequence[Session]:
    return [event.session for event in events if isinstance(event, SessionClosed)]
