"""What can be made to go wrong, and for whom: nouns that whoever asks for a fault shares with whoever makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from fakes.apimachinery.status import StatusError

__all__ = [
    "Cut",
    "Delay",
    "Effect",
    "EndWatch",
    "Fault",
    "Refuse",
    "internal_error",
    "overloaded",
    "unavailable",
]


@dataclass(frozen=True, slots=True)
class Refuse:
    """The request is answered with a Status instead of being done."""

    error: StatusError


@dataclass(frozen=True, slots=True)
class Delay:
    """The request is done later, by the cluster's clock."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends in the middle of the answer's body; the request has been done.

    ``after`` is a number of bytes; None cuts half way through the first that would be sent.
    """

    after: int | None = None


@dataclass(frozen=True, slots=True)
class EndWatch:
    """A watch ends after so many events; an expired one with an ERROR event, 410, by which clients know to list again."""

    after: int = 0
    expired: bool = False


Effect = Refuse | Delay | Cut | EndWatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An effect and the requests that it is for: those that have all that is named here.

    Args:
        verbs: as RBAC has them, ``get`` or ``watch``; none means all.
        resources: ``pods``, ``pods/log``, ``deployments.apps``; none means all, even what is no resource.
        share: of the requests that fit, how many it hits, from 0 to 1.
        times: how often it strikes before it is over; None never ends.
    """

    effect: Effect
    verbs: frozenset[str] = field(default_factory=frozenset)
    resources: frozenset[str] = field(default_factory=frozenset)
    namespace: str | None = None
    name: str | None = None
    user: str | None = None
    share: float = 1.0
    times: int | None = None


def overloaded(retry_after: int = 1) -> Refuse:
    """429, with the seconds after which to come again."""
    message = "the server has received too many requests and has asked us to try again later"
    return Refuse(StatusError.too_many_requests(message, retry_after))


def internal_error(message: str = "etcdserver: request timed out") -> Refuse:
    """500, as when the server's own storage fails."""
    return Refuse(StatusError.plain(message))


def unavailable() -> Refuse:
    """503."""
    return Refuse(StatusError.unavailable("the server is currently unable to handle the request"))
