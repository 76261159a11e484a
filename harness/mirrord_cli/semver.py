"""What the product says of text that is no semantic version."""

from __future__ import annotations

import re

__all__ = ["version_problem"]

_PARTS = ("major", "minor", "patch")
_TAIL = re.compile(r"(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?", re.ASCII)


def version_problem(text: str) -> str | None:
    """The problem; None where it is a version."""
    if not text:
        return "empty string, expected a semver version"
    rest = text
    for part in _PARTS:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        place = f"{part} version number"
        if not digits:
            found = f"unexpected character {_quoted(rest[0])}" if rest else "unexpected end of input"
            return f"{found} while parsing {place}"
        if len(digits) > 1 and digits.startswith("0"):
            return f"invalid leading zero in {place}"
        if int(digits) >= 2**64:
            return f"value of {place} exceeds u64::MAX"
        rest = rest[len(digits) :]
        if part != "patch":
            if not rest:
                following = _PARTS[_PARTS.index(part)]
                return f"unexpected end of input while parsing {following} version number"
            if not rest.startswith("."):
                return f"unexpected character {_quoted(rest[0])} after {place}"
            rest = rest[1:]
    return _tail_problem(rest)


def _tail_problem(rest: str) -> str | None:
    if _TAIL.fullmatch(rest):
        identifiers = rest.partition("+")[0][1:].split(".")
        padded = any(each.isdecimal() and len(each) > 1 and each.startswith("0") for each in identifiers)
        return "invalid leading zero in pre-release identifier" if padded else None
    if rest[0] not in "-+":
        return f"unexpected character {_quoted(rest[0])} after patch version number"
    what = "build metadata" if "+" in rest else "pre-release identifier"
    return f"empty identifier segment in {what}"


def _quoted(character: str) -> str:
    return f"'{character}'"
