"""The simple paths of printer columns, selectable fields and scale: ``.spec.size``, ``.a[0].b``, ``.a['x.y']``.

Filters, slices and wildcards go to a JSONPath library. Source: k8s.io/client-go, util/jsonpath.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import jsonpath

__all__ = ["MISSING", "JSONPathError", "compile_path"]

_simple = re.compile(r"""\.?([A-Za-z0-9_\-/]+(?:\\\.[A-Za-z0-9_\-/]+)*)|\[(-?\d+)\]|\[(['"])(.*?)\3\]""")


class JSONPathError(ValueError):
    """A path that cannot be read."""


class _Missing:
    """There is nothing at a path."""

    __slots__ = ()


MISSING: Final = _Missing()


@lru_cache(maxsize=1024)
def compile_path(path: str) -> Callable[[Any], Any]:
    """A function that finds the first value at a path, or ``MISSING``.

    Raises:
        JSONPathError: the path cannot be read.
    """
    if (steps := _steps(path)) is not None:
        return lambda value: _follow(value, steps)
    try:
        query = jsonpath.compile(f"${path}")
    except jsonpath.JSONPathError as error:
        raise JSONPathError(str(error)) from error
    return lambda value: next((found.obj for found in query.finditer(value)), MISSING)


def _steps(path: str) -> tuple[str | int, ...] | None:
    if path in (".", ""):
        return ()
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        found = _simple.match(path, position)
        if found is None or (found[1] is not None and path[position] != "."):
            return None
        if found[1] is not None:
            steps.append(found[1].replace("\\.", "."))
        else:
            steps.append(int(found[2]) if found[2] is not None else found[4])
        position = found.end()
    return tuple(steps)


def _follow(value: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
        elif not isinstance(value, list) or not -len(value) <= step < len(value):
            return MISSING
        value = value[step]
    return value
