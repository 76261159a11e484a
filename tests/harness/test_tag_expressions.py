"""Tag expressions mean what Cucumber's mean."""

from __future__ import annotations

import pytest

from harness.running.tag_expressions import TagExpressionError, parse_tag_expression


@pytest.mark.parametrize(
    ("expression", "tags", "selected"),
    [
        ("@a", "a b", True),
        ("a", "a b", True),
        ("@a", "b", False),
        ("not @a", "b", True),
        ("not not @a", "b", False),
        ("@a and @b", "a", False),
        ("@a and @b", "a b", True),
        ("@a or @b", "b", True),
        ("@a or @b and @c", "a", True),
        ("(@a or @b) and @c", "a", False),
        ("@a and not (@b or @c)", "a", True),
        ("@a and not (@b or @c)", "a c", False),
        ("@req-*", "req-SESS-001", True),
        ("@req-SESS-*", "req-KILL-001", False),
    ],
)
def test_meaning(expression: str, tags: str, selected: bool) -> None:
    assert parse_tag_expression(expression)(tags.split()) is selected


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("@a and", "expected a tag at column 7"),
        ("or @a", "expected a tag at column 1"),
        ("(@a", "expected ')' at column 4"),
        ("@a)", "expected 'and', 'or' or the end at column 3"),
        ("@a @b", "expected 'and', 'or' or the end at column 4"),
        ("@a and@b", "expected 'and', 'or' or the end at column 4"),
    ],
)
def test_what_is_wrong(expression: str, said: str) -> None:
    with pytest.raises(TagExpressionError) as error:
        parse_tag_expression(expression)
    assert str(error.value).endswith(said)
