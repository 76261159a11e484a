"""A YAML document that knows its lines: every value read from it can say where it stands and what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml

__all__ = ["Node", "WorldError", "duration", "parse_document"]

T = TypeVar("T")

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400
}  # fmt: skip
_PART = re.compile(r"\s*(\d+)\s*([a-z]+)")
_NUMBER = re.compile(r"[0-9]+")


class WorldError(ValueError):
    """A world that cannot be read; says file, line, field, and how to mend it."""


def duration(text: str) -> timedelta:
    """``13s``, ``1m 30s``, ``2 hours``.

    Raises:
        ValueError: it is no duration.
    """
    total, position = 0, 0
    while position < len(text.rstrip()):
        match = _PART.match(text, position)
        unit = match and (_UNITS.get(match[2]) or _UNITS.get(match[2].removesuffix("s")))
        if match is None or not unit:
            raise ValueError(f"{text!r} is no duration; write it like 13s, 1m 30s or 2 hours")
        total += int(match[1]) * unit
        position = match.end()
    if not text.strip():
        raise ValueError("an empty text is no duration; write it like 13s, 1m 30s or 2 hours")
    return timedelta(seconds=total)


def parse_document(text: str, source: str) -> Node:
    """The root of a YAML document.

    Raises:
        WorldError: it is no YAML, or empty.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line + 1) if error.problem_mark else 1
        raise WorldError(f"{source}:{line}: this is no YAML: {error.problem}") from None
    if root is None:
        raise WorldError(
            f"{source}:1: the file is empty; a world is a mapping with fields such as workloads and people"
        )
    return Node(root, source, "")


class Node:
    """A place in the document: its value, and the path of fields that leads there."""

    def __init__(self, node: Any, source: str, path: str) -> None:
        self._node = node
        self._source = source
        self.path = path

    def error(self, message: str) -> WorldError:
        where = f"{self._source}:{self._node.start_mark.line + 1}: "
        return WorldError(f"{where}{self.path}: {message}" if self.path else f"{where}{message}")

    @property
    def is_text(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode)

    def fields(self, *known: str) -> dict[str, Node]:
        """The fields of a mapping, of which only the known ones may occur; no names allow any. Nothing is no fields."""
        if isinstance(self._node, yaml.ScalarNode) and not self._node.value:
            return {}
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error(
                f"expected a mapping{f' with {_listed(known)}' if known else ''}, not {self._kind()}"
            )
        found: dict[str, Node] = {}
        for key, value in self._node.value:
            name = str(key.value)
            child = Node(value, self._source, f"{self.path}.{name}" if self.path else name)
            at_key = Node(key, self._source, child.path)
            if known and name not in known:
                raise at_key.error(f"there is no such field{_meant(name, known)}; known are {_listed(known)}")
            if name in found:
                raise at_key.error("the field is given twice")
            found[name] = child
        return found

    def items(self) -> Iterator[Node]:
        """The elements of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error(f"expected a list, not {self._kind()}")
        for index, value in enumerate(self._node.value):
            yield Node(value, self._source, f"{self.path}[{index}]")

    def text(self) -> str:
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.error(f"expected a text, not {self._kind()}")
        return str(self._node.value)

    def number(self, low: int, high: int) -> int:
        text = self.text()
        if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
            raise self.error(f"expected a whole number from {low} to {high}, not {text!r}")
        return int(text)

    def choice(self, *allowed: str) -> str:
        text = self.text()
        if text not in allowed:
            raise self.error(
                f"{text!r} is not possible here{_meant(text, allowed)}; choose from {_listed(allowed)}"
            )
        return text

    def duration(self) -> timedelta:
        return self.converted(duration)

    def moment(self) -> datetime:
        return self.converted(_moment)

    def converted(self, convert: Callable[[str], T]) -> T:
        """The text as a function makes of it; what the function finds wrong is said with the line."""
        try:
            return convert(self.text())
        except ValueError as error:
            if isinstance(error, WorldError):
                raise
            raise self.error(str(error)) from None

    def plain(self) -> Any:
        """The value as plain data."""
        loader: Any = yaml.SafeLoader("")
        return loader.construct_document(self._node)

    def _kind(self) -> str:
        kinds = {yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list"}
        return kinds.get(type(self._node), f"{self._node.value!r}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; write it like 2026-03-05T10:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _meant(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
