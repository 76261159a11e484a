"""Times as Kubernetes reads and writes them, and what Go says of a text that is none.

Source: time.Parse of Go, and k8s.io/apimachinery, pkg/apis/meta/v1/{time,micro_time}.go.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from fakes.apimachinery import golang

__all__ = ["RFC3339", "RFC3339_MICRO", "TimeError", "canonical_micro_time", "canonical_time"]

RFC3339 = "2006-01-02T15:04:05Z07:00"
RFC3339_MICRO = "2006-01-02T15:04:05.000000Z07:00"
_CANONICAL = re.compile(
    r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:[01]\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII
)
_STEPS = (
    ("2006", r"\d{4}"), ("-", "-"), ("01", r"\d\d"), ("-", "-"), ("02", r"\d\d"), ("T", "T"), ("15", r"\d\d?"), (":", ":"),
    ("04", r"\d\d"), (":", ":"), ("05", r"\d\d"),
)  # fmt: skip
_LIMITS = {"01": ("month", 1, 12), "15": ("hour", 0, 23), "04": ("minute", 0, 59), "05": ("second", 0, 59)}
_FRACTION = re.compile(r"[.,]\d+", re.ASCII)
_ZONE = re.compile(r"Z|[+-]\d\d:\d\d", re.ASCII)


class TimeError(ValueError):
    """A text that is no time; the message is Go's."""


def canonical_time(text: str) -> str:
    """A time as the server writes it again: in UTC, whole seconds.

    Raises:
        TimeError: the text is not RFC 3339.
    """
    if _CANONICAL.fullmatch(text):
        return text
    return _parse(text, RFC3339).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def canonical_micro_time(text: str) -> str:
    """A time in UTC with microseconds, which the text must have too.

    Raises:
        TimeError: it does not.
    """
    return _parse(text, RFC3339_MICRO).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _parse(text: str, layout: str) -> datetime:
    values: dict[str, int] = {}
    rest = text
    for element, pattern in _STEPS:
        found = re.match(pattern, rest, re.ASCII)
        if found is None:
            raise _cannot(text, layout, rest, element)
        if element.isdecimal():
            values[element] = int(found[0])
            _check(text, element, values[element])
        rest = rest[found.end() :]
    fraction = _FRACTION.match(rest)
    if layout == RFC3339_MICRO and (fraction is None or len(fraction[0]) != 7):
        raise _cannot(text, layout, rest, ".000000")
    rest = rest[fraction.end() :] if fraction else rest
    zone = _ZONE.match(rest)
    if zone is None:
        raise _cannot(text, layout, rest, "Z07:00")
    if zone.end() < len(rest):
        extra = golang.quote(rest[zone.end() :])
        raise TimeError(f"parsing time {golang.quote(text)}: extra text: {extra}")
    return _made(text, values, int(fraction[0][1:7].ljust(6, "0")) if fraction else 0, zone[0])


def _check(text: str, element: str, value: int) -> None:
    if element in _LIMITS:
        name, low, high = _LIMITS[element]
        if not low <= value <= high:
            raise TimeError(f"parsing time {golang.quote(text)}: {name} out of range")


def _made(text: str, values: dict[str, int], microseconds: int, zone: str) -> datetime:
    offset = timedelta(0)
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    try:
        moment = datetime(
            values["2006"], values["01"], values["02"], values["15"], values["04"], values["05"], microseconds,
            tzinfo=timezone(offset),
        )  # fmt: skip
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeError(f"parsing time {golang.quote(text)}: day out of range") from None


def _cannot(text: str, layout: str, rest: str, element: str) -> TimeError:
    quoted = golang.quote(text)
    return TimeError(f'parsing time {quoted} as "{layout}": cannot parse {golang.quote(rest)} as "{element}"')
