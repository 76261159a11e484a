"""What has happened to the sessions: everything that changes the state, and all that a server needs to act on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.session import Mode, Session, Subscription
from fakes.mirrord.model.settings import Settings

__all__ = [
    "ActivityRecorded",
    "ConnectionClosed",
    "ConnectionOpened",
    "ConnectionsLost",
    "Event",
    "PodsReplaced",
    "PortLocked",
    "PortReleased",
    "Reconfigured",
    "SeatTaken",
    "SessionClosed",
    "SessionStarted",
]


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """A seat is taken for the rest of the month."""

    seat: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session exists; its client may connect."""

    session: Session


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A session is no more; its ports are free, and its connections are to be closed with the message."""

    session: Session
    at: datetime
    reason: str
    message: str

    @property
    def id(self) -> SessionId:
        return self.session.id


@dataclass(frozen=True, slots=True)
class ConnectionOpened:
    """A client is connected."""

    id: SessionId
    at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionClosed:
    """A connection of a client is closed; if it was the last one, the client is away."""

    id: SessionId
    at: datetime


@dataclass(frozen=True, slots=True)
class ActivityRecorded:
    """It is written down that a session was in use."""

    id: SessionId
    at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionsLost:
    """Every connection is gone at once, as happens when the operator's instance does."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PortLocked:
    """A session has a port, instead of what it had of this port in this mode before."""

    id: SessionId
    subscription: Subscription
    at: datetime


@dataclass(frozen=True, slots=True)
class PortReleased:
    """A session has lost a port on some pods, or wholly if ``pods`` is None; ``evicted`` if another session took it."""

    id: SessionId
    port: int
    mode: Mode
    at: datetime
    pods: tuple[str, ...] | None = None
    evicted: bool = False


@dataclass(frozen=True, slots=True)
class PodsReplaced:
    """A target has other pods; the session has its ports on those that are free, as the subscriptions say."""

    id: SessionId
    pods: tuple[str, ...]
    subscriptions: tuple[Subscription, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """Other settings hold."""

    settings: Settings


Event: TypeAlias = (
    SeatTaken
    | SessionStarted
    | SessionClosed
    | ConnectionOpened
    | ConnectionClosed
    | ActivityRecorded
    | ConnectionsLost
    | PortLocked
    | PortReleased
    | PodsReplaced
    | Reconfigured
)
