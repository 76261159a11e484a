"""Ages are shown in as many figures as a person wants to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fakes.apimachinery.duration import age, human_duration, short_human_duration
from fakes.apimachinery.table import DefaultTableConvertor

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "shown", "short"),
    [
        (timedelta(seconds=-2), "<invalid>", "<invalid>"),
        (timedelta(seconds=-1), "0s", "0s"),
        (timedelta(seconds=0.9), "0s", "0s"),
        (timedelta(seconds=119), "119s", "1m"),
        (timedelta(minutes=2), "2m", "2m"),
        (timedelta(minutes=9, seconds=59), "9m59s", "9m"),
        (timedelta(minutes=10, seconds=5), "10m", "10m"),
        (timedelta(minutes=179), "179m", "2h"),
        (timedelta(hours=3), "3h", "3h"),
        (timedelta(hours=7, minutes=59), "7h59m", "7h"),
        (timedelta(hours=47), "47h", "1d"),
        (timedelta(days=3, hours=4), "3d4h", "3d"),
        (timedelta(days=5), "5d", "5d"),
        (timedelta(days=8, hours=1), "8d", "8d"),
        (timedelta(days=729), "729d", "1y"),
        (timedelta(days=731), "2y1d", "2y"),
        (timedelta(days=365 * 8), "8y", "8y"),
    ],
)
def test_a_duration_is_shown(duration: timedelta, shown: str, short: str) -> None:
    assert (human_duration(duration), short_human_duration(duration)) == (shown, short)


@pytest.mark.parametrize(
    ("timestamp", "shown"),
    [
        (None, "<unknown>"),
        ("", "<unknown>"),
        ("2025-12-31T23:59:30Z", "30s"),
        ("2026-01-01T01:59:30.5+02:00", "29s"),
        ("2026-01-01T00:01:00Z", "<invalid>"),
        ("soon", "<invalid>"),
        ("2026-02-30T00:00:00Z", "<invalid>"),
    ],
)
def test_an_age_is_shown(timestamp: str | None, shown: str) -> None:
    assert age(timestamp, NOW) == shown


def test_a_kind_without_columns_shows_its_name_and_creation() -> None:
    convertor = DefaultTableConvertor()
    obj = {"metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"}}
    assert [column.name for column in convertor.columns] == ["Name", "Created At"]
    assert convertor.cells(obj, NOW) == ["a", "2026-01-01T00:00:00Z"]
