"""What the operator refuses, as the Status that a client sees.

Those that reach a client by the wire protocol instead have a class of their own, with the fields of their message there.
"""

from __future__ import annotations

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.ids import SessionId, format_hex
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.model.settings import Settings

__all__ = [
    "GROUP",
    "SESSIONS",
    "BlockedError",
    "PortAlreadyStolenError",
    "id_in_use",
    "max_seats_reached",
    "no_session",
    "reconnect_not_possible",
    "scale_down_taken",
    "sessions_blocked",
    "unknown_session",
]

_GENERAL_REASON = "your organization does not allow you to use this mirrord feature with the chosen target"

GROUP = "operator.metalbear.co"
SESSIONS = GroupResource(GROUP, "sessions")


class PortAlreadyStolenError(StatusError):
    """Another session holds the lock of a port."""

    port: int

    @classmethod
    def of_port(cls, port: int) -> PortAlreadyStolenError:
        text = f"Could not subscribe to port `{port}`, as it is being stolen by another mirrord client."
        error = cls.of(409, "PortAlreadyStolen", text)
        error.port = port
        return error


class BlockedError(StatusError):
    """A policy forbids a subscription to a port. ``policy`` is empty for one without a name."""

    subscription: Subscription
    policy: str
    detail: str

    @classmethod
    def by_policy(cls, subscription: Subscription, policy: str, detail: str = "") -> BlockedError:
        """``detail`` is the reason in parentheses; empty for the general one."""
        whose = f'the mirrord policy "{policy}"' if policy else "a mirrord policy"
        text = (
            f"{_tried(subscription)} is forbidden by {whose} for this target ({detail or _GENERAL_REASON})."
        )
        error = cls.of(403, "Forbidden", text)
        error.subscription, error.policy, error.detail = subscription, policy, detail
        return error


def _tried(subscription: Subscription) -> str:
    if subscription.mode == "mirror":
        return f"Mirroring traffic from port {subscription.port}"
    filtered = f" with http request filter: {subscription.filter}" if subscription.filter else ""
    return f"Stealing traffic from port {subscription.port}{filtered}"


def unknown_session(settings: Settings, name: str) -> StatusError:
    """The answer to a deletion or a read of a session that is not there."""
    if settings.unknown_session_message is None and settings.unknown_session_code == 404:
        return StatusError.not_found(SESSIONS, name)
    text = (settings.unknown_session_message or "Session not found").format(name=name)
    return StatusError.of(settings.unknown_session_code, "NotFound", text)


def no_session(session: SessionId) -> StatusError:
    """What a late client hears of a session that is not there."""
    return StatusError.of(404, "NotFound", "Session not found", {"name": format_hex(session)})


def reconnect_not_possible(settings: Settings, session: SessionId, reason: str) -> StatusError:
    """The one answer that makes a client stop trying to reconnect."""
    text = settings.reconnect_refusal_message.format(id=format_hex(session), reason=reason)
    return StatusError.of(410, "ReconnectNotPossible", text)


def id_in_use(session: SessionId) -> StatusError:
    """A client wants the id of a session that is another's, or has another target."""
    return StatusError.conflict(SESSIONS, format_hex(session), "the session id is in use")


def max_seats_reached(settings: Settings, user: str) -> StatusError:
    return StatusError.of(
        settings.max_seats_code, "MaxSeatCountReached", settings.max_seats_message.format(user=user)
    )


def sessions_blocked(message: str) -> StatusError:
    """No new session, for a reason that has nothing to do with who asks."""
    return StatusError.of(403, "Forbidden", message)


def scale_down_taken(target: str) -> StatusError:
    return StatusError.of(409, "Conflict", f"{target} is already scaled down by another mirrord session")
