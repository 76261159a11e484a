"""What can be asked of the sessions, or happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fakes.mirrord.model.filters import HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.policies import Policies
from fakes.mirrord.model.session import CiInfo, CopiedTarget, Mode
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.targets import TARGETLESS, Target

__all__ = [
    "ClientConnected",
    "ClientGone",
    "Command",
    "ConcurrentSteal",
    "Expire",
    "Heartbeat",
    "Kill",
    "KillAll",
    "OperatorReplaced",
    "PodsChanged",
    "Reconfigure",
    "RetainActive",
    "Start",
    "SubscribePort",
    "UnsubscribePort",
]

ConcurrentSteal: TypeAlias = Literal["abort", "override", "continue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A client asks to connect: to a new session, or again to its own.

    ``pods`` are the ready pods of the target, as ``namespace/name``. ``policies`` are those that apply to the target.
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
    clusters: tuple[str, ...] = ()
    pods: tuple[str, ...] = ()
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True, slots=True)
class ClientConnected:
    """A connection of the client is open. A session may have several."""

    id: SessionId


@dataclass(frozen=True, slots=True)
class ClientGone:
    """A connection of the client is closed."""

    id: SessionId


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A connection was seen open. Not needed for the lifetime of a session, only for what is written down of it."""

    id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribePort:
    """A client asks for the traffic of a port."""

    id: SessionId
    port: int
    mode: Mode = "steal"
    filter: HttpFilter | None = None
    on_concurrent_steal: ConcurrentSteal = "abort"
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribePort:
    """A client wants the traffic of a port no longer."""

    id: SessionId
    port: int
    mode: Mode = "steal"


@dataclass(frozen=True, slots=True, kw_only=True)
class PodsChanged:
    """The ready pods of a session's target are now these."""

    id: SessionId
    pods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kill:
    """Someone stops a session. With a namespace, only if the session is in it."""

    id: SessionId
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class KillAll:
    """Someone stops every session, or every one in a namespace, or every one that a field selector matches."""

    namespace: str | None = None
    field_selector: str = ""


@dataclass(frozen=True, slots=True)
class RetainActive:
    """Someone removes the sessions that are not in use, in one namespace or in all."""

    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Expire:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class OperatorReplaced:
    """The instance of the operator is gone and another serves: every connection is lost."""


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """The operator has other settings from now on."""

    settings: Settings


Command: TypeAlias = (
    Start
    | ClientConnected
    | ClientGone
    | Heartbeat
    | SubscribePort
    | UnsubscribePort
    | PodsChanged
    | Kill
    | KillAll
    | RetainActive
    | Expire
    | OperatorReplaced
    | Reconfigure
)
