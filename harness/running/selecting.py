"""Which of the collected scenarios run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.running.collecting import ScenarioItem, bound_by_python
from harness.running.tag_expressions import parse_tag_expression

__all__ = ["select"]


def select(items: Sequence[pytest.Item], tags: str) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """What runs and what does not. A scenario that a test of the project binds itself runs there only."""
    wanted = parse_tag_expression(tags) if tags else None
    bound = {key for item in items if (key := bound_by_python(item)) is not None}
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        runs = not isinstance(item, ScenarioItem) or (
            (wanted is None or wanted(item.case.tags))
            and (str(item.path), item.case.template.name) not in bound
        )
        (kept if runs else left_out).append(item)
    return kept, left_out
