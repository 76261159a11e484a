"""When a schedule in cron's notation is due next. Schedules are taken to be valid, as the server has seen to that.

Source: github.com/robfig/cron, spec.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["next_time"]

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {}, {}, {}, {name: number for number, name in enumerate(_MONTHS, 1)},
    {name: number for number, name in enumerate(_DAYS)},
)  # fmt: skip
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_PART = re.compile(r"([0-9.]+)(h|ms|us|ns|m|s)")
_FAR = timedelta(days=5 * 366)


def next_time(schedule: str, after: datetime, zone: str = "") -> datetime | None:
    """The first moment after another at which a schedule is due; None if there is none within five years."""
    if schedule.startswith("@every "):
        return after + _interval(schedule.removeprefix("@every "))
    fields = _DESCRIPTORS.get(schedule, schedule).split()
    minutes, hours, days, months, weekdays = (
        set(_values(text, bounds, names)) for text, bounds, names in zip(fields, _BOUNDS, _NAMES, strict=True)
    )
    either = all(fields[at][0] not in "*?" for at in (2, 4))
    local: tzinfo = ZoneInfo(zone) if zone else UTC
    moment = after.astimezone(local).replace(second=0, microsecond=0) + timedelta(minutes=1)
    end = moment + _FAR
    while moment < end:
        in_month, in_week = moment.day in days, (moment.weekday() + 1) % 7 in weekdays
        if moment.month not in months or not (in_month or in_week if either else in_month and in_week):
            moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
        elif moment.hour not in hours:
            moment = moment.replace(minute=0) + timedelta(hours=1)
        elif moment.minute not in minutes:
            moment += timedelta(minutes=1)
        else:
            return moment.astimezone(UTC)
    return None


def _interval(text: str) -> timedelta:
    """``1h30m`` as Go writes a duration; a second at least."""
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    return timedelta(seconds=max(1, int(seconds)))


def _values(text: str, bounds: tuple[int, int], names: dict[str, int]) -> Iterator[int]:
    for part in text.split(","):
        spread, _, step = part.partition("/")
        first, _, last = spread.partition("-")
        if first in ("*", "?"):
            low, high = bounds
        else:
            low = _number(first, names)
            high = _number(last, names) if last else bounds[1] if step else low
        yield from range(low, high + 1, int(step or 1))


def _number(text: str, names: dict[str, int]) -> int:
    return names[text.lower()] if text.lower() in names else int(text)
