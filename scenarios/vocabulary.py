"""The words that fill the gaps of sentences: people, durations, ports, numbers, quoted texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_bdd import parsers

__all__ = ["Kind", "duration", "moment", "number", "sentence", "verbs"]

_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NAME = r"(?![a-z_])[^\W\d]\w*"
_PART = r"\d+ (?:second|minute|hour|day)s?"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of gap: which texts fit, and what they become."""

    pattern: str
    convert: Callable[[str], Any]

    def __call__(self, text: str) -> Any:
        return self.convert(text)


def duration(text: str) -> timedelta:
    """``13 seconds``, ``1 hour and 5 minutes``."""
    parts = re.findall(r"(\d+) (second|minute|hour|day)", text)
    return timedelta(seconds=sum(int(count) * _UNIT_SECONDS[unit] for count, unit in parts))


def number(text: str) -> int:
    """``3``, ``three``, ``no``."""
    return int(text) if text.isdigit() else _NUMBERS.index(text)


def moment(text: str) -> datetime:
    """``2026-03-05 10:00:00``, in UTC unless it says otherwise."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def verbs(text: str) -> list[str]:
    """``delete``, ``delete and deletecollection``, ``get, list and watch``."""
    return re.split(r", | and ", text)


_KINDS = {
    "Person": Kind(rf"the administrator|an anonymous client|{_NAME}", str),
    "Name": Kind(_NAME, str),
    "Text": Kind(r'[^"]*', str),
    "Workload": Kind(r"deployment|rollout|statefulset|replicaset|pod|job|cronjob|service", str),
    "Target": Kind(r"(?:deployment|statefulset|replicaset|pod|job|service)/[\w.-]+", str),
    "Method": Kind(r"[A-Z]+", str),
    "Port": Kind(r"\d{1,5}", int),
    "Number": Kind(r"\d+|" + "|".join(_NUMBERS), number),
    "Duration": Kind(rf"{_PART}(?:(?:, | and ){_PART})*", duration),
    "Moment": Kind(r'[^"]+', moment),
    "Verbs": Kind(r'[^"]+', verbs),
}


def sentence(text: str) -> parsers.parse:
    """The parser of a sentence whose gaps are written ``{name:Kind}``."""
    return parsers.parse(text, extra_types=_KINDS, case_sensitive=True)
