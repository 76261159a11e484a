"""The clients of sessions, as traffic sees them: which of them has which port, and what it understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.session import Mode
from fakes.mirrord.protocol.daemon import DaemonMessage, LogMessage

__all__ = ["Client", "Clients", "Version", "parse_version"]

Version = tuple[int, int, int]

_OLDEST: Version = (1, 2, 0)


def _unheard(message: DaemonMessage) -> None:
    """Where messages go before there is a connection."""


@dataclass(eq=False, slots=True)
class Client:
    """One connection of a session. ``ready_for_logs`` is what it has said of itself."""

    session: SessionId
    tell: Callable[[DaemonMessage], None] = _unheard
    version: Version = _OLDEST
    ready_for_logs: bool = False
    ports: set[tuple[Mode, int]] = field(default_factory=set)

    def warn(self, text: str) -> None:
        """Write a warning into the client's log, if it takes any."""
        if self.ready_for_logs:
            self.tell(LogMessage(text, "warn"))

    def complain(self, text: str) -> None:
        """Write an error into the client's log, if it takes any."""
        if self.ready_for_logs:
            self.tell(LogMessage(text, "error"))


class Clients:
    """All clients, by session. A session may have several; the one that asked for a port last has it."""

    def __init__(self) -> None:
        self._clients: dict[SessionId, list[Client]] = {}
        self.versions: Mapping[SessionId, Version] = _Versions(self)

    def add(self, client: Client) -> None:
        """A client is there."""
        self._clients.setdefault(client.session, []).append(client)

    def remove(self, client: Client) -> None:
        """A client is gone."""
        remaining = [each for each in self._clients.get(client.session, ()) if each is not client]
        if remaining:
            self._clients[client.session] = remaining
        else:
            self._clients.pop(client.session, None)

    def holding(self, session: SessionId, mode: Mode, port: int) -> Client | None:
        """The client that has a port; None if none has asked for it, or the one that had is gone."""
        for client in reversed(self._clients.get(session, ())):
            if (mode, port) in client.ports:
                return client
        return None

    def newest(self, session: SessionId) -> Client | None:
        """The client that came last."""
        clients = self._clients.get(session)
        return clients[-1] if clients else None

    def sessions(self) -> Iterator[SessionId]:
        return iter(self._clients)

    def __len__(self) -> int:
        return len(self._clients)


class _Versions(Mapping[SessionId, Version]):
    """What the clients of sessions have agreed to speak, as it is now."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def __getitem__(self, session: SessionId) -> Version:
        client = self._clients.newest(session)
        if client is None:
            raise KeyError(session)
        return client.version

    def __iter__(self) -> Iterator[SessionId]:
        return self._clients.sessions()

    def __len__(self) -> int:
        return len(self._clients)


def parse_version(text: str) -> Version:
    """``1.29.0`` as three numbers; what is missing is 0."""
    parts = [int(part) for part in text.partition("-")[0].split(".") if part.isdigit()]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch
