"""What the agent and the client add to responses, and what they answer themselves when a request comes to nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

__all__ = ["bad_gateway", "marked"]

Header = tuple[str, bytes]

_AGENT_HEADER = "mirrord-agent"
_KEY_HEADER = "mirrord-key"
_CACHE_CONTROL = ("cache-control", b"no-cache, no-store, must-revalidate")


def marked(
    headers: Iterable[Header],
    *,
    stolen: bool,
    key: str | None = None,
    inject: bool = True,
    override_cache_control: bool = True,
) -> tuple[Header, ...]:
    """The headers of a response, marked with who answered.

    ``inject`` is the operator's default; ``key`` is that of the session, if its header is to be added.
    """
    kept = [
        (name, value)
        for name, value in headers
        if not (override_cache_control and name.lower() == _CACHE_CONTROL[0])
    ]
    if override_cache_control:
        kept.append(_CACHE_CONTROL)
    if inject:
        kept.append((_AGENT_HEADER, b"forwarded-to-client" if stolen else b"passed-through"))
    if key is not None and stolen:
        kept.append((_KEY_HEADER, key.encode()))
    return tuple(kept)


def bad_gateway(message: str, version: str, by: Literal["agent", "intproxy"] = "agent") -> tuple[int, bytes]:
    """The status and body of an answer to a request that was lost: ``the request was dropped``, for example."""
    return 502, f"mirrord-{by} v{version}: {message}\n".encode()
