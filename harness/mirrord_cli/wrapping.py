"""Wrapping text at a width, with an indent, as the product's error reports do (textwrap of Rust, first fit).

Lines end where UAX #14 allows, except after a hyphen, where letters or digits must stand on both sides of it; what is
still too wide is cut. Spaces at the end of a line go, those at its start stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wcwidth import wcwidth

from harness.mirrord_cli.line_breaking import break_positions

__all__ = ["fill"]


class _Word(NamedTuple):
    text: str
    spaces: str
    width: int


def fill(text: str, *, width: int, first_indent: str, indent: str) -> str:
    """The text in lines no wider than the width, without a newline at the end."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _wrapped(line, width - len(indent if lines else first_indent), width - len(indent))
    first, *rest = lines
    return "\n".join([first_indent + first, *(indent + line for line in rest)])


def _wrapped(line: str, first_width: int, width: int) -> list[str]:
    """One line as several, the first of which may have another width."""
    lines: list[str] = []
    taken: list[_Word] = [_Word("", "", 0)]
    used, available = 0, first_width
    for word in _words(line, width):
        if used + word.width > available:
            lines.append(_joined(taken))
            taken, used, available = [], 0, width
        taken.append(word)
        used += word.width + len(word.spaces)
    return [*lines, _joined(taken)]


def _joined(words: list[_Word]) -> str:
    *others, last = words
    return "".join(word.text + word.spaces for word in others) + last.text


def _words(line: str, width: int) -> Iterator[_Word]:
    for piece in _pieces(line):
        text = piece.rstrip(" ")
        spaces = piece[len(text) :]
        *parts, last = _cut_at_hyphens(text)
        for part in parts:
            yield from _cut(part, "", width)
        yield from _cut(last, spaces, width)


def _pieces(line: str) -> Iterator[str]:
    start = 0
    for position in break_positions(line):
        if line[position - 1] not in "-\u00ad":
            yield line[start:position]
            start = position
    if start < len(line):
        yield line[start:]


def _cut_at_hyphens(text: str) -> list[str]:
    cuts = [
        index + 1
        for index, character in enumerate(text)
        if character == "-" and text[index - 1 : index].isalnum() and text[index + 1 : index + 2].isalnum()
    ]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _cut(text: str, spaces: str, width: int) -> Iterator[_Word]:
    """The text as it is where it fits, else in parts that do."""
    start, used = 0, 0
    for index, character in enumerate(text):
        size = _width(character)
        if used and used + size > width:
            yield _Word(text[start:index], "", used)
            start, used = index, 0
        used += size
    yield _Word(text[start:], spaces, used)


def _width(character: str) -> int:
    return max(wcwidth(character), 0)
