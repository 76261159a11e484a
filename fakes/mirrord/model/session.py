"""A session: who impersonates what since when, which ports it has, and how long it may live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeAlias

from fakes.mirrord.model.filters import HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.settings import ACTIVITY_PERIOD, Settings
from fakes.mirrord.model.targets import TARGETLESS, Target

__all__ = [
    "CiInfo",
    "CopiedTarget",
    "Deadline",
    "Mode",
    "Phase",
    "Session",
    "Subscription",
    "deadline",
    "last_activity",
]

Mode: TypeAlias = Literal["steal", "mirror"]
Phase: TypeAlias = Literal["starting", "connected", "away"]

SETUP_DEADLINE_EXCEEDED = "SetupDeadlineExceeded"
UNUSED = "Unused"
TIME_LIMIT_EXCEEDED = "TimeLimitExceeded"
STATE_LOST = "StateLost"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiInfo:
    """What a session that runs in a pipeline says of it."""

    provider: str | None = None
    environment: str | None = None
    pipeline: str | None = None
    triggered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTarget:
    """The copy of a target's pod that a session uses instead of the target.

    ``idle_ttl`` is how many seconds after its creation a copy that nobody is connected to is kept at least. ``spec`` is
    what was asked for. ``ready_at`` and ``failure`` say how the copying goes.
    """

    name: str
    pod_name: str
    scale_down: bool = False
    target_container: str | None = None
    idle_ttl: int | None = None
    ready_at: datetime | None = None
    failure: str | None = None
    spec: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def phase(self, now: datetime) -> Literal["InProgress", "Ready", "Failed"]:
        if self.failure is not None:
            return "Failed"
        return "InProgress" if self.ready_at is not None and now < self.ready_at else "Ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A port that a session steals or mirrors. ``pods`` are those on which it holds the port."""

    port: int
    mode: Mode
    filter: HttpFilter | None = None
    pods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session.

    ``pods`` are the ready pods of its target, as ``namespace/name``. ``sequence`` is the order in which sessions began.
    ``gone_at`` is when the last client went away, None while one is connected or none has been; ``active_at`` is the last
    activity that was written down. ``podless_since`` is set while a target that should have pods has none.
    ``clusters`` of a multi-cluster parent are its members; its ``children`` close with it.
    """

    id: SessionId
    owner: Owner
    namespace: str
    target: Target = TARGETLESS
    key: str | None = None
    header_filter: str | None = None
    client_version: str | None = None
    ci: CiInfo | None = None
    branch_name: str | None = None
    profile: str | None = None
    copied: CopiedTarget | None = None
    parent: SessionId | None = None
    children: tuple[SessionId, ...] = ()
    clusters: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    created: datetime
    sequence: int = 0
    connections: int = 0
    active_at: datetime | None = None
    gone_at: datetime | None = None
    podless_since: datetime | None = None
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def phase(self) -> Phase:
        """Starting until the first client connects, then connected or away; never two at once."""
        if self.connections:
            return "connected"
        return "starting" if self.gone_at is None else "away"

    @property
    def holding(self) -> tuple[str, ...]:
        """The pods on which ports are held; a target without pods is held itself, so that two cannot both wait for it."""
        return self.pods or (
            f"{self.namespace}/{self.target.word}/{self.target.name or self.target.selector}",
        )

    def subscription(self, mode: Mode, port: int) -> Subscription | None:
        for subscription in self.subscriptions:
            if subscription.port == port and subscription.mode == mode:
                return subscription
        return None

    def duration(self, now: datetime) -> int:
        """Whole seconds since the session began."""
        return max(0, int((now - self.created).total_seconds()))


class Deadline(NamedTuple):
    """When a session is closed if nothing happens before, and why."""

    at: datetime
    reason: str


def deadline(session: Session, settings: Settings) -> Deadline | None:
    """The first of the limits that apply to a session in its present phase."""
    setup, unused = settings.setup_deadline, settings.unused_ttl
    if session.clusters:
        setup = timedelta(seconds=settings.multi_cluster_setup_deadline_seconds)
        unused = timedelta(seconds=settings.multi_cluster_session_ttl_seconds)
    first: Deadline | None = None
    if not session.connections:
        if session.gone_at is None:
            first = Deadline(session.created + setup, SETUP_DEADLINE_EXCEEDED)
        else:
            first = Deadline(session.gone_at + unused, UNUSED)
        if session.copied is not None and session.copied.idle_ttl is not None:
            first = _idle(session, first, timedelta(seconds=session.copied.idle_ttl))
    if (limit := settings.max_session_time) is not None:
        first = _earlier(first, Deadline(session.created + limit, TIME_LIMIT_EXCEEDED))
    if session.podless_since is not None and (wait := settings.no_pods_timeout) is not None:
        first = _earlier(first, Deadline(session.podless_since + wait, settings.no_pods_reason))
    return first


def _idle(session: Session, first: Deadline, idle_ttl: timedelta) -> Deadline:
    """The copy of a session that nobody is connected to goes when its time is over, and the session with it."""
    idle = session.created + idle_ttl
    if session.gone_at is None:
        return _earlier(first, Deadline(idle, UNUSED))
    return Deadline(max(idle, first.at), UNUSED)


def _earlier(first: Deadline | None, second: Deadline) -> Deadline:
    return second if first is None or second.at < first.at else first


def last_activity(session: Session, now: datetime) -> datetime | None:
    """When a connection was last seen open: every three seconds while one is."""
    seen = session.active_at
    if seen is None or not session.connections:
        return seen
    return seen + max(timedelta(0), (now - seen) // ACTIVITY_PERIOD * ACTIVITY_PERIOD)
