"""The words that fill the gaps of sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scenarios.vocabulary import moment, sentence


@pytest.mark.parametrize(
    ("text", "step", "found"),
    [
        ("{a:Name} runs", "Dana runs", {"a": "Dana"}),
        ("{a:Name} runs", "Łukasz runs", {"a": "Łukasz"}),
        ("{a:Name} runs", "dana runs", None),
        ("{a:Name} runs", "the administrator runs", None),
        ("{a:Person} runs", "the administrator runs", {"a": "the administrator"}),
        ("{a:Person} runs", "an anonymous client runs", {"a": "an anonymous client"}),
        ('says "{a:Text}"', 'says ""', {"a": ""}),
        ('says "{a:Text}"', 'says "x" and "y"', None),
        ("port {a:Port}", "port 8080", {"a": 8080}),
        ("there are {a:Number}", "there are no", {"a": 0}),
        ("there are {a:Number}", "there are three", {"a": 3}),
        ("there are {a:Number}", "there are 12", {"a": 12}),
        ("{a:Duration} pass", "13 seconds pass", {"a": timedelta(seconds=13)}),
        ("{a:Duration} pass", "1 hour, 2 minutes and 3 seconds pass", {"a": timedelta(seconds=3723)}),
        ("{a:Duration} pass", "13 weeks pass", None),
        ('may "{a:Verbs}"', 'may "get"', {"a": ["get"]}),
        ('may "{a:Verbs}"', 'may "get, list and watch"', {"a": ["get", "list", "watch"]}),
    ],
)
def test_gaps(text: str, step: str, found: dict[str, Any] | None) -> None:
    parser = sentence(text)
    assert (parser.parse_arguments(step) if parser.is_matching(step) else None) == found


@pytest.mark.parametrize("text", ["2026-03-05 10:00:00", "2026-03-05T10:00:00Z", "2026-03-05T12:00:00+02:00"])
def test_moments_are_in_utc_unless_they_say_otherwise(text: str) -> None:
    assert moment(text).astimezone(UTC) == datetime(2026, 3, 5, 10, tzinfo=UTC)
