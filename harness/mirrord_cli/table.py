"""Tables as the product draws them: prettytable-rs' default format, every row between two rules.

Not done: on a terminal the product follows each cell with a sequence that resets colours; that is left out.
Widths are those of wcwidth, which may differ from Rust's unicode-width for emoji joined by ZWJ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from wcwidth import wcswidth

__all__ = ["render"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def render(rows: Iterable[Sequence[str]]) -> str:
    """The table, each line ended by a newline. The header is an ordinary first row; rows are of one length."""
    cells = [[_lines(text) for text in row] for row in rows]
    widths = [max(_width(line) for cell in column for line in cell) for column in zip(*cells, strict=True)]
    rule = "+" + "".join(f"{'-' * (width + 2)}+" for width in widths) + "\n"
    return rule + "".join(_row(row, widths) + rule for row in cells)


def _row(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    lines = zip_longest(*cells, fillvalue="")
    return "".join(
        "|" + "".join(f" {_padded(text, width)} |" for text, width in zip(line, widths, strict=True)) + "\n"
        for line in lines
    )


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """In columns; a sequence that colours counts as one, as a control character does."""
    shown = _COLOUR.sub(" ", text)
    return wcswidth("".join(" " if ord(character) < 32 else character for character in shown))


def _lines(text: str) -> Sequence[str]:
    """The lines that Rust's ``str::lines`` finds: a last newline makes no line, a CR before a newline goes."""
    *ended, last = text.split("\n")
    lines = [line.removesuffix("\r") for line in ended]
    return [*lines, last] if last or not lines else lines
