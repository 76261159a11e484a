"""Patterns of schemas are RE2 expressions; here they become Python's.

Not the same: RE2 never takes exponential time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

__all__ = ["PatternError", "check_pattern", "compile_pattern", "to_python"]

_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7F", "blank": r"\t ", "cntrl": r"\x00-\x1F\x7F",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_part = re.compile(
    r"(?P<class>\[:(?P<name>[a-z]+):\])"
    r"|(?P<hex>\\x\{(?P<code>[0-9A-Fa-f]+)\})"
    r"|(?P<escape>\\.)|(?P<group>\(\?<(?=[A-Za-z_]))|(?P<other>.)",
    re.DOTALL,
)


_perl = re.compile(r"\\.|\[\^?\]?|\]|\(\?<?[=!]", re.DOTALL)


class PatternError(ValueError):
    """A pattern that does not compile; the message is Go's, as near as may be."""


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Whether a text contains a match; a pattern that does not compile matches nothing."""
    try:
        search = re.compile(to_python(pattern), re.ASCII).search
    except re.error:
        return lambda _text: False
    return lambda text: search(text) is not None


def check_pattern(pattern: str) -> None:
    """Compile a pattern.

    Raises:
        PatternError: it does not compile.
    """
    _refuse_perl(pattern)
    try:
        re.compile(to_python(pattern), re.ASCII)
    except re.error as error:
        raise PatternError(_go_message(pattern, error)) from error


def _refuse_perl(pattern: str) -> None:
    """Refuse what Python has and RE2 has not: lookaround and back references."""
    inside = False
    for found in _perl.finditer(pattern):
        text = found.group()
        if text.startswith("["):
            inside = True
        elif text == "]":
            inside = False
        elif text.startswith("\\") and text[1:].isdigit() and text[1] != "0" and not inside:
            raise PatternError(f"error parsing regexp: invalid escape sequence: `{text}`")
        elif text.startswith("(?<") and not inside:
            raise PatternError(f"error parsing regexp: invalid named capture: `{pattern[found.start() :]}`")
        elif text.startswith("(?") and not inside:
            raise PatternError(f"error parsing regexp: invalid or unsupported Perl syntax: `{text}`")


def to_python(pattern: str) -> str:
    """``$`` and ``\\z`` are the very end in RE2, which Python spells ``\\Z``; POSIX classes are spelt out."""
    parts: list[str] = []
    inside = False
    for found in _part.finditer(pattern):
        text = found.group()
        if found["class"] and inside and found["name"] in _CLASSES:
            text = _CLASSES[found["name"]]
        elif found["hex"]:
            text = re.escape(chr(int(found["code"], 16)))
        elif found["group"]:
            text = "(?P<"
        elif text == r"\z" or (text == "$" and not inside and not pattern.startswith("(?m")):
            text = r"\Z"
        elif text == "[" and not inside:
            inside = True
        elif text == "[" and inside:
            text = r"\["
        elif text == "]" and inside and parts[-1] not in ("[", "^"):
            inside = False
        parts.append(text)
    return "".join(parts)


def _go_message(pattern: str, error: re.error) -> str:
    if "missing )" in error.msg or "unterminated subpattern" in error.msg:
        return f"error parsing regexp: missing closing ): `{pattern}`"
    if "unbalanced parenthesis" in error.msg:
        return f"error parsing regexp: unexpected ): `{pattern}`"
    at = pattern[error.pos or 0 :]
    if "unterminated character set" in error.msg:
        return f"error parsing regexp: missing closing ]: `{at}`"
    if "nothing to repeat" in error.msg:
        return f"error parsing regexp: missing argument to repetition operator: `{at[:1]}`"
    if "bad character range" in error.msg:
        return f"error parsing regexp: invalid character class range: `{at.split(']')[0]}`"
    return f"error parsing regexp: {error.msg}: `{at}`"
