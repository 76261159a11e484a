"""Which connections are open, so that those of a session that ends can be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fakes.apimachinery.clock import Clock
from fakes.mirrord.connections.connection import Connection
from fakes.mirrord.model.commands import ClientConnected, ClientGone
from fakes.mirrord.model.events import ConnectionsLost, Event, SessionClosed
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.protocol.daemon import OperatorPing
from fakes.mirrord.sessions import Sessions

__all__ = ["OpenConnections"]


class OpenConnections:
    """The connections of every session. A session may have several; it ends for all of them at once."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._open: dict[SessionId, dict[Connection, None]] = {}
        sessions.subscribe(self._hear)

    def add(self, session: SessionId, connection: Connection) -> None:
        """A client is connected from now on.

        Raises:
            StatusError: there is no such session.
        """
        self._sessions.do(ClientConnected(session))
        self._open.setdefault(session, {})[connection] = None
        self._ping(session, connection, 0)

    def _ping(self, session: SessionId, connection: Connection, number: int) -> None:
        """Send a ping of the wire protocol, except for the first time, and set the timer for the next one."""
        period = self._sessions.settings.operator_ping_millis
        if not period or connection not in self._open.get(session, ()):
            return
        if number:
            connection.tell(OperatorPing(number))
        due = self._clock.now() + timedelta(milliseconds=period)
        self._clock.call_at(due, lambda: self._ping(session, connection, number + 1))

    def remove(self, session: SessionId, connection: Connection) -> None:
        """A client is gone; one that was told to go is not missed."""
        known = self._open.get(session)
        if known is None or connection not in known:
            return
        del known[connection]
        if not known:
            del self._open[session]
        self._sessions.do(ClientGone(session))

    def drop(self) -> None:
        """Lose every connection, as happens when the instance that serves them does."""
        lost, self._open = self._open, {}
        for connections in lost.values():
            for connection in connections:
                connection.drop()

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, SessionClosed):
                for connection in self._open.pop(event.id, ()):
                    connection.end(event.message)
            elif isinstance(event, ConnectionsLost):
                self.drop()
