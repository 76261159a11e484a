"""Durations as the product prints them: whole seconds in the format of the humantime crate."""

from __future__ import annotations

__all__ = ["format_duration"]

_LONG_UNITS = (("year", 31_557_600), ("month", 2_630_016), ("day", 86_400))
_SHORT_UNITS = (("h", 3_600), ("m", 60), ("s", 1))


def format_duration(seconds: int) -> str:
    """Units largest first, those of zero left out: ``93784`` is ``1day 2h 3m 4s``, ``0`` is ``0s``."""
    if seconds == 0:
        return "0s"
    parts = []
    for name, size in _LONG_UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}{'s' if count > 1 else ''}")
    for name, size in _SHORT_UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return " ".join(parts)
