"""What is wrong with the schedule of a CronJob, as the parser that the server uses says it.

Source: github.com/robfig/cron, parser.go. No times are computed here.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError

__all__ = ["schedule_error", "time_zone"]

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_DAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_NAMES: tuple[dict[str, int], ...] = ({}, {}, {}, _MONTHS, _DAYS)
_DESCRIPTORS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})


class _FieldError(ValueError):
    pass


def schedule_error(schedule: str) -> str:
    """The text of the error; empty for a good schedule."""
    if schedule.startswith("@"):
        if schedule in _DESCRIPTORS or schedule.startswith("@every "):
            return ""
        return f"unrecognized descriptor: {schedule}"
    if "TZ" in schedule:
        return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
    fields = schedule.split()
    if len(fields) != 5:
        return f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
    try:
        for field, bounds, names in zip(fields, _BOUNDS, _NAMES, strict=True):
            for part in field.split(","):
                _check_range(part, bounds, names)
    except _FieldError as error:
        return str(error)
    return ""


def _check_range(text: str, bounds: tuple[int, int], names: dict[str, int]) -> None:
    low, high = bounds
    spread, *step = text.split("/")
    ends = spread.split("-")
    if ends[0] in ("*", "?"):
        start, end = low, high
    elif len(ends) > 2:
        raise _FieldError(f"too many hyphens: {text}")
    else:
        start = _number(ends[0], names)
        end = _number(ends[1], names) if len(ends) == 2 else start
    if len(step) > 1:
        raise _FieldError(f"too many slashes: {text}")
    size = _number(step[0], {}) if step else 1
    if start < low:
        raise _FieldError(f"beginning of range ({start}) below minimum ({low}): {text}")
    if end > high:
        raise _FieldError(f"end of range ({end}) above maximum ({high}): {text}")
    if start > end:
        raise _FieldError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if size == 0:
        raise _FieldError(f"step of range should be a positive number: {text}")


def _number(text: str, names: dict[str, int]) -> int:
    if (number := names.get(text.lower())) is not None:
        return number
    try:
        value = int(text)
    except ValueError:
        reason = f"strconv.Atoi: parsing {golang.quote(text)}: invalid syntax"
        raise _FieldError(f"failed to parse int from {text}: {reason}") from None
    if value < 0:
        raise _FieldError(f"negative number ({value}) not allowed: {text}")
    return value


def time_zone(name: str, path: str) -> list[FieldError]:
    """Errors of a time zone, which must be one that the database of time zones has."""
    if not name:
        return [FieldError.invalid(path, name, "timeZone must be nil or non-empty string")]
    if name.lower() == "local":
        return [
            FieldError.invalid(
                path,
                name,
                "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones",
            )
        ]
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [FieldError.invalid(path, name, f"unknown time zone {name}")]
    return []
