"""What a scenario's tags ask of its cluster."""

from __future__ import annotations

from collections.abc import Iterable

from harness.cluster import Capability

__all__ = ["needs", "unknown_need"]

_PREFIX = "needs_"
_CAPABILITIES = frozenset(Capability)


def needs(tags: Iterable[str]) -> frozenset[str]:
    """The capabilities without which a scenario with these tags is skipped."""
    found = {
        tag.removeprefix(_PREFIX) for tag in tags if tag.startswith(_PREFIX) or tag == Capability.DESTRUCTIVE
    }
    return frozenset(found & _CAPABILITIES)


def unknown_need(tag: str) -> str | None:
    """What is wrong with a tag that looks like a need and is none."""
    if not tag.startswith(_PREFIX) or tag.removeprefix(_PREFIX) in _CAPABILITIES:
        return None
    known = ", ".join(f"@{_PREFIX}{capability}" for capability in Capability)
    return f"no cluster can have what @{tag} asks for; known are {known}"
