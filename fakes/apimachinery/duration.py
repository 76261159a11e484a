"""Ages in tables: a duration in two or three figures, for people.

Source: k8s.io/apimachinery, pkg/util/duration/duration.go and pkg/api/meta/table.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["age", "human_duration", "parse_rfc3339", "short_human_duration"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_rfc3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
).fullmatch


def human_duration(duration: timedelta) -> str:
    """``3d4h``, ``90s``; two seconds or more before zero are ``<invalid>``."""
    total = int(duration.total_seconds())
    if total < -1:
        return "<invalid>"
    if total < 0:
        return "0s"
    if total < 2 * _MINUTE:
        return f"{total}s"
    if total < 10 * _MINUTE:
        return _two(total // _MINUTE, "m", total % _MINUTE, "s")
    if total < 3 * _HOUR:
        return f"{total // _MINUTE}m"
    if total < 8 * _HOUR:
        return _two(total // _HOUR, "h", total % _HOUR // _MINUTE, "m")
    if total < 2 * _DAY:
        return f"{total // _HOUR}h"
    if total < 8 * _DAY:
        return _two(total // _DAY, "d", total % _DAY // _HOUR, "h")
    days = total // _DAY
    if days < 2 * 365:
        return f"{days}d"
    if days < 8 * 365:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(major: int, unit: str, minor: int, minor_unit: str) -> str:
    return f"{major}{unit}{minor}{minor_unit}" if minor else f"{major}{unit}"


def short_human_duration(duration: timedelta) -> str:
    """One figure: ``3d``."""
    total = int(duration.total_seconds())
    if total < -1:
        return "<invalid>"
    for limit, size, unit in (
        (_MINUTE, 1, "s"),
        (_HOUR, _MINUTE, "m"),
        (_DAY, _HOUR, "h"),
        (365 * _DAY, _DAY, "d"),
    ):
        if total < limit:
            return f"{max(total, 0) // size}{unit}"
    return f"{total // _DAY // 365}y"


def age(timestamp: str | None, now: datetime) -> str:
    """How long ago a metav1.Time was; ``<unknown>`` without one, ``<invalid>`` for what is no time."""
    if not timestamp:
        return "<unknown>"
    moment = parse_rfc3339(timestamp)
    return "<invalid>" if moment is None else human_duration(now - moment)


def parse_rfc3339(text: str) -> datetime | None:
    """A time as Go's ``time.RFC3339`` layout reads it, or None; fractions are cut to microseconds."""
    found = _rfc3339(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, sign, *offset = found.groups()[6:]
    zone = timezone(_offset(sign, *offset)) if sign else UTC
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, zone)
    except ValueError:
        return None


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    offset = timedelta(hours=min(int(hours), 23), minutes=min(int(minutes), 59))
    return -offset if sign == "-" else offset
