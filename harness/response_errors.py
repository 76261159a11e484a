"""What a user reads of a refused subscription. The sentences are the product's."""

from __future__ import annotations

from typing import Any

from fakes.mirrord.protocol.errors import (
    BlockedMirror,
    BlockedSteal,
    Forbidden,
    ForbiddenWithReason,
    PortAlreadyStolen,
)
from fakes.mirrord.protocol.filters import StealAll, StealFilteredHeader

__all__ = ["error_text"]

_GENERAL_REASON = "your organization does not allow you to use this mirrord feature with the chosen target"


def error_text(error: Any) -> str:
    """The sentence for an error of the wire protocol; one that has none is shown as it is."""
    match error:
        case PortAlreadyStolen(port=port):
            return f"Could not subscribe to port `{port}`, as it is being stolen by another mirrord client."
        case Forbidden(action=action, policy=policy):
            return _forbidden(action, policy, _GENERAL_REASON)
        case ForbiddenWithReason(action=action, policy=policy, reason=reason):
            return _forbidden(action, policy, reason)
        case _:
            return str(error)


def _forbidden(action: BlockedSteal | BlockedMirror, policy: str | None, reason: str) -> str:
    whose = "a mirrord policy" if policy is None else f'the mirrord policy "{policy}"'
    return f"{_tried(action)} is forbidden by {whose} for this target ({reason})."


def _tried(action: BlockedSteal | BlockedMirror) -> str:
    if isinstance(action, BlockedMirror):
        return f"Mirroring traffic from port {action.port}"
    match action.steal:
        case StealAll(port=port):
            return f"Stealing traffic from port {port}"
        case StealFilteredHeader(port=port, pattern=pattern):
            return f"Stealing traffic from port {port} with http request filter: header={pattern}"
        case filtered:
            return f"Stealing traffic from port {filtered.port} with http request filter: {filtered.filter}"
