"""What a scenario calls sessions and people, and what they are called on the cluster.

A scenario says which id a session has. An operator that lives on takes no id twice, and the product's own client draws one
itself; so there the id of a scenario is a name. What goes to the cluster has the real ids, what comes back has the names, and
nothing else is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from re import Match, Pattern

__all__ = ["SessionNames"]

_LOWEST, _HIGHEST = 1 << 60, (1 << 64) - 1
_OURS = ("/operator.metalbear.co/", "/mirrordclustersessions/")
_PARTS = re.compile(r"[^/=,]+")
_HEXADECIMAL = re.compile(r"(mc-)?([0-9A-Fa-f]{1,16})")


class SessionNames:
    """Translates, in both directions. Ids are numbers here."""

    def __init__(self) -> None:
        self._real: dict[int, int] = {}
        self._shown: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._pattern: Pattern[str] | None = None

    @property
    def translates(self) -> bool:
        """Whether anything is called otherwise than it is."""
        return self._pattern is not None

    def real(self, name: int) -> int | None:
        """The id of the session that the scenario calls so; None if there is none yet."""
        return self._real.get(name)

    def in_order(self, name: int, real: int) -> bool:
        """Whether lists by id would have a session with that id where a list by name has it."""
        return all((name < other) == (real < known) for other, known in self._real.items() if other != name)

    def neighbours(self, name: int) -> tuple[int, int]:
        """Between which ids one has to be so that lists by id have it where a list by name has the name."""
        lower = [real for other, real in self._real.items() if other < name]
        higher = [real for other, real in self._real.items() if other > name]
        return max(lower, default=_LOWEST), min(higher, default=_HIGHEST)

    def call(self, name: int, real: int) -> None:
        """Call a session by a name."""
        self._real[name] = real
        if name != real:
            for spelling in ("{:X}", "{:x}", "{}"):
                self._shown[spelling.format(real)] = spelling.format(name)
            self._learn()

    def call_person(self, name: str, real: str) -> None:
        """Call somebody, as a list of sessions shows them, by a name."""
        if name != real:
            self._people[real] = name
            self._learn()

    def _learn(self) -> None:
        longest = sorted([*self._people, *self._shown], key=len, reverse=True)
        spelled = "|".join(map(re.escape, longest))
        self._pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{spelled})(?![0-9A-Za-z])")

    def path(self, path: str) -> str:
        """A path of the API with the real ids. Clients write ids in decimal there, people in hexadecimal."""
        if not self._shown or not any(each in path for each in _OURS):
            return path
        return "/".join(self._decimal(part) or self._hexadecimal(part) or part for part in path.split("/"))

    def word(self, word: str) -> str:
        """A word of a command line with the real ids."""
        if not self._shown or (word.startswith("-") and not word.startswith("--id=")):
            return word
        return _PARTS.sub(lambda part: self._hexadecimal(part[0]) or self._decimal(part[0]) or part[0], word)

    def _decimal(self, word: str) -> str | None:
        real = self._real.get(int(word)) if word.isascii() and word.isdecimal() else None
        return None if real is None else str(real)

    def _hexadecimal(self, word: str) -> str | None:
        if (found := _HEXADECIMAL.fullmatch(word)) is None:
            return None
        prefix, digits = found.groups(default="")
        real = self._real.get(int(digits, 16))
        if real is None:
            return None
        return prefix + (f"{real:x}" if digits != digits.upper() else f"{real:X}")

    def text(self, text: str) -> str:
        """What the cluster or a program said, with the names."""
        return text if self._pattern is None else self._pattern.sub(self._name, text)

    def cells(self, text: str) -> str:
        """The same where there may be tables in it, whose columns become as wide as what is in them now."""
        if self._pattern is None:
            return text
        return _by_tables(text, self.text)

    def _name(self, found: Match[str]) -> str:
        word = found.group()
        return self._people.get(word) or self._shown[word]


def _by_tables(text: str, change: Callable[[str], str]) -> str:
    """Change a text line by line, and the lines of a table together."""
    changed: list[str] = []
    table: list[str] = []
    for line in [*text.split("\n"), None]:
        if line is not None and line[:1] in ("+", "|"):
            table.append(line)
            continue
        changed += _table(table, change)
        table = []
        if line is not None:
            changed.append(change(line))
    return "\n".join(changed)


def _table(lines: list[str], change: Callable[[str], str]) -> list[str]:
    if not lines or not lines[0].startswith("+") or len({*map(len, lines)}) > 1:
        return [change(line) for line in lines]
    edges = [index for index, char in enumerate(lines[0]) if char == "+"]
    rows = [
        None if line.startswith("+") else [change(line[a + 1 : b].strip()) for a, b in pairwise(edges)]
        for line in lines
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*filter(None, rows), strict=True)]
    rule = "+".join(["", *("-" * (width + 2) for width in widths), ""])
    return [rule if row is None else _row(row, widths) for row in rows]


def _row(cells: list[str], widths: list[int]) -> str:
    return "|".join(["", *(f" {cell.ljust(width)} " for cell, width in zip(cells, widths, strict=True)), ""])
