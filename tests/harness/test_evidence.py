"""Evidence is a table of the last requests."""

from __future__ import annotations

from harness.evidence import AuditEntry, report


def entry(user: str, code: int, decision: str = "", reason: str = "") -> AuditEntry:
    return AuditEntry(user=user, verb="get", path="/version", code=code, decision=decision, reason=reason)


def test_nothing_is_no_lines() -> None:
    assert report([]) == []


def test_columns_are_aligned_and_empty_ones_left_out() -> None:
    assert report([entry("dana", 200, "allow", "role x"), entry("administrator", 0)]) == [
        "last requests:",
        "  dana           get  /version  200  allow: role x",
        "  administrator  get  /version  -",
    ]


def test_earlier_requests_are_counted() -> None:
    assert report([entry("dana", 200)] * 5, last=2) == [
        "last requests (3 earlier ones not shown):",
        "  dana  get  /version  200",
        "  dana  get  /version  200",
    ]
