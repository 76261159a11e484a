"""Which requests are new in a log that forgets its beginning."""

from __future__ import annotations

import pytest

from harness.conformance.capturing import new_entries
from harness.evidence import AuditEntry


def log(text: str, code: int = 200) -> list[AuditEntry]:
    return [AuditEntry(user="dana", verb="get", path=path, code=code) for path in text]


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        ("", "", ""),
        ("", "ab", "ab"),
        ("ab", "ab", ""),
        ("ab", "abc", "c"),
        ("ab", "bcd", "cd"),
        ("ab", "cd", "cd"),
        ("aa", "aaa", "a"),
    ],
)
def test_new_entries(before: str, now: str, new: str) -> None:
    assert [each.path for each in new_entries(log(before), log(now))] == list(new)


def test_an_answer_that_comes_later_is_no_new_request() -> None:
    assert list(new_entries(log("ab", code=0), log("abc"))) == log("c")
