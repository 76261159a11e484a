"""A mismatch of texts shows where they differ."""

from __future__ import annotations

import pytest

from harness.outcomes import Refusal, expect_text


def test_equal_texts_pass() -> None:
    expect_text("a\nb\n", "a\nb\n")


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        ("a\nb", "a\nc", "the text differs in line 2:\n  expected 'c'\n  found    'b'\n"),
        ("a", "a\n", "the text differs in line 2:\n  expected ''\n  found    nothing more\n"),
        ("a ", "a", "the text differs in line 1:\n  expected 'a'\n  found    'a '\n"),
    ],
)
def test_the_first_line_that_differs_is_shown(found: str, expected: str, said: str) -> None:
    with pytest.raises(AssertionError) as error:
        expect_text(found, expected)
    assert str(error.value) == f"{said}the whole text that was found:\n{found}"


def test_only_the_expected_kind_of_error_is_a_refusal() -> None:
    def fail() -> None:
        raise KeyError("x")

    assert Refusal.of(KeyError, fail).text == "'x'"
    with pytest.raises(KeyError):
        Refusal.of(ValueError, fail)


def test_what_was_not_refused_has_no_text() -> None:
    with pytest.raises(AssertionError, match="it was not refused"):
        assert Refusal.of(KeyError, lambda: None).text
