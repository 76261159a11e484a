"""Sessions as objects with resourceVersions, kept in step with the model, so that they can be listed and watched.

What is stored says how long a session had lasted when it last changed; how long it lasts now is said when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakes.apiserver.storage.interface import Storage, Stored
from fakes.mirrord.model.events import (
    Event,
    PodsReplaced,
    PortLocked,
    PortReleased,
    Reconfigured,
    SessionClosed,
    SessionStarted,
)  # fmt: skip
from fakes.mirrord.model.ids import SessionId, format_hex
from fakes.mirrord.model.refusals import SESSIONS
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.views import session_object
from fakes.mirrord.sessions import Sessions

__all__ = ["TABLE", "SessionObjects", "key_of"]

Object = dict[str, Any]

TABLE = str(SESSIONS)


def key_of(session: Session) -> str:
    """Where a session is filed."""
    return f"{session.namespace}/{format_hex(session.id)}"


class SessionObjects:
    """Writes a Session for each session of the model into a storage."""

    def __init__(self, sessions: Sessions, storage: Storage) -> None:
        self._sessions = sessions
        self._storage = storage
        sessions.subscribe(self._hear)

    def stored(self, session: Session) -> Stored:
        """The object of a live session."""
        found = self._storage.get(TABLE, key_of(session))
        assert found is not None
        return found

    def present(self, obj: Object) -> Object:
        """The object with the duration of this moment; that of a closed session has the last one already."""
        session = self._sessions.state.session(SessionId(int(obj["metadata"]["name"], 16)))
        info = obj["spec"]["session"]
        if session is None:
            return obj
        seconds = session.duration(self._sessions.now())
        if seconds == info["duration_secs"]:
            return obj
        return {**obj, "spec": {"session": {**info, "duration_secs": seconds}}}

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case SessionStarted(session=session):
                    self._write(session.id)
                case PortLocked(id=changed) | PortReleased(id=changed) | PodsReplaced(id=changed):
                    self._write(changed)
                case SessionClosed(session=session):
                    self._remove(session)
                case Reconfigured():
                    for known in self._sessions.state.in_order():
                        self._write(known.id)
                case _:
                    pass

    def _write(self, changed: SessionId) -> None:
        session = self._sessions.state.session(changed)
        if session is None:
            return
        before = self._storage.get(TABLE, key_of(session))
        obj = self._object(session, before)
        if before is not None and before.object["spec"] == obj["spec"]:
            return
        self._storage.put(TABLE, key_of(session), obj)

    def _remove(self, session: Session) -> None:
        before = self._storage.get(TABLE, key_of(session))
        if before is not None:
            self._storage.delete(TABLE, key_of(session), self._object(session, before))

    def _object(self, session: Session, before: Stored | None) -> Object:
        seen = session_object(self._sessions.settings, session, self._sessions.now())
        uid = self._storage.names.uid() if before is None else before.object["metadata"]["uid"]
        named = seen["metadata"]
        metadata = {"name": named["name"], "namespace": named["namespace"], "uid": uid}
        metadata["creationTimestamp"] = named["creationTimestamp"]
        return {"metadata": metadata, "spec": seen["spec"]}
