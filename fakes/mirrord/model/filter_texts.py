"""The text that shows a filter, read back: ``all of (header=x-user: a), (path=^/api)``.

Not every text can be: a body filter is shown without its query, and a pattern inside a composite must have its
parentheses in pairs, as those of a regular expression are, unless escaped or in a class.
"""

from __future__ import annotations

from collections.abc import Callable

from fakes.mirrord.model.filters import (
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)

__all__ = ["parse_filter"]

_LEAVES: dict[str, Callable[[str], HttpFilter]] = {
    "header=": HeaderFilter,
    "path=": PathFilter,
    "method=": MethodFilter,
    "header_jq=": HeaderJqFilter,
}
_COMPOSITES = {"all of ": True, "any of ": False}
_SEPARATOR = ", "


def parse_filter(text: str) -> HttpFilter:
    """Read a filter from its text.

    Raises:
        ValueError: it is no such text, or does not tell all of its filter.
    """
    for prefix, leaf in _LEAVES.items():
        if text.startswith(prefix):
            return leaf(text.removeprefix(prefix))
    for prefix, all_of in _COMPOSITES.items():
        if text.startswith(prefix):
            return CompositeFilter(all_of, _children(text.removeprefix(prefix)))
    raise ValueError(f"{text!r} is no filter")


def _children(text: str) -> tuple[HttpFilter, ...]:
    children: list[HttpFilter] = []
    while text:
        if children and not text.startswith(_SEPARATOR):
            raise ValueError(f"{text!r} is no further filter")
        text = text.removeprefix(_SEPARATOR) if children else text
        end = _closing(text)
        children.append(parse_filter(text[1:end]))
        text = text[end + 1 :]
    return tuple(children)


def _closing(text: str) -> int:
    """Where the parenthesis that begins a text is closed."""
    depth, position, in_class = 0, 0, False
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        if depth == 0:
            break
        position += 1
    if position >= len(text) or position == 0:
        raise ValueError(f"{text!r} is in no parentheses")
    return position
