"""Regular expressions in the dialect of the product: Rust's fancy_regex, as found inside jsonschema-rs.

jsonschema-rs offers the engine as the ``pattern`` of a JSON schema: it answers yes or no, and reads patterns as ECMA-262
first. What that changes, and what is done about it here:

- ``\\d`` and ``\\w`` are ASCII only; the product's are Unicode. Header lines and paths are ASCII; a body need not be.
- ``[[:alpha:]]`` would silently never match: POSIX classes are spelt out before the engine sees them.
- ``(?s)`` does not make ``.`` match a line end.
- A ``{`` that begins no quantifier is a literal for the product and an error here: it is escaped. ``{,n}`` is ``{0,n}``.
- ``(?>...)``, ``\\K``, ``\\h``, ``\\R``, ``\\Z``, ``\\e``, ``\\G``, ``(?P=name)``, ``\\k<...>``, ``\\g<...>`` and ``(?(...)...)`` are known to
  the product and not here: UnsupportedPatternError says so, so that nobody takes the pattern for a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

import jsonschema_rs

__all__ = ["InvalidPatternError", "Search", "UnsupportedPatternError", "compile_search"]

Search: TypeAlias = Callable[[str], bool]
"""Whether a pattern is found anywhere in a text. Running out of the limit of backtracking counts as not found."""

_BACKTRACK_LIMIT: Final = 1_000_000
_UNSUPPORTED = re.compile(r"\(\?>|\(\?\(|\(\?P[=>]|\\[KhHRZeGg]|\\k<")
_QUANTIFIER = re.compile(r"\{(\d+(?:,\d*)?|,\d+)\}")
_POSIX_CLASS = re.compile(r"\[:(\^?)([a-z]+):\]")
_POSIX_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t-\\r ",
    "upper": "A-Z",
    "word": "0-9A-Z_a-z",
    "xdigit": "0-9A-Fa-f",
}


class InvalidPatternError(ValueError):
    """A pattern that the engine refuses; the engine's own explanation is not passed on by jsonschema-rs."""

    def __init__(self, pattern: str) -> None:
        super().__init__(f"error compiling regex: Parsing error in pattern {pattern!r}")
        self.pattern = pattern


class UnsupportedPatternError(InvalidPatternError):
    """A pattern that the product may accept and that cannot be simulated."""

    def __init__(self, pattern: str, construct: str) -> None:
        ValueError.__init__(
            self, f"regex {pattern!r} cannot be simulated: {construct!r} is not supported here"
        )
        self.pattern = pattern
        self.construct = construct


@lru_cache(maxsize=4096)
def compile_search(pattern: str, *, ignore_case: bool = False) -> Search:
    """Compile a pattern, once for each pattern.

    Raises:
        UnsupportedPatternError: the pattern may be right, but its matches cannot be told.
        InvalidPatternError: the pattern is wrong.
    """
    prefix = "(?i)" if ignore_case else ""
    schema = {"type": "string", "pattern": prefix + _translated(pattern)}
    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT)
    try:
        return jsonschema_rs.validator_for(schema, pattern_options=options).is_valid
    except (jsonschema_rs.ValidationError, ValueError) as error:
        if unsupported := _UNSUPPORTED.search(pattern.replace("\\\\", "")):
            raise UnsupportedPatternError(pattern, unsupported.group()) from error
        raise InvalidPatternError(pattern) from error


def _translated(pattern: str) -> str:
    """The pattern with POSIX classes and literal braces in the spelling that the engine's wrapper understands."""
    if "{" not in pattern and "[:" not in pattern:
        return pattern
    output: list[str] = []
    position, depth = 0, 0
    while position < len(pattern):
        character = pattern[position]
        piece = character
        if character == "\\":
            piece = _escape(pattern, position)
        elif depth and (posix := _POSIX_CLASS.match(pattern, position)):
            piece, consumed = _posix(pattern, posix), posix.group()
            output.append(piece)
            position += len(consumed)
            continue
        elif character == "[":
            depth += 1
        elif character == "]" and depth:
            depth -= 1
        elif character == "{" and not depth:
            if quantifier := _QUANTIFIER.match(pattern, position):
                output.append(quantifier.group().replace("{,", "{0,"))
                position = quantifier.end()
                continue
            output.append("\\{")
            position += 1
            continue
        output.append(piece)
        position += len(piece)
    return "".join(output)


def _escape(pattern: str, position: int) -> str:
    """An escape with its braces, if it takes any: ``\\p{Greek}``, ``\\x{41}``."""
    braced = re.compile(r"\\[pPxu]\{[^}]*\}").match(pattern, position)
    return braced.group() if braced else pattern[position : position + 2]


def _posix(pattern: str, posix: re.Match[str]) -> str:
    ranges = _POSIX_CLASSES.get(posix.group(2))
    if ranges is None:
        raise InvalidPatternError(pattern)
    if posix.group(1):
        raise UnsupportedPatternError(pattern, posix.group())
    return ranges
