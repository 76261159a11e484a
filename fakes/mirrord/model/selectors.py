"""Field selectors as the operator reads them, over any field of a serialized object.

A selector is terms joined by commas: ``path=value``, ``path==value`` or ``path!=value``, with ``\\`` before ``\\``, ``,`` or
``=`` in a value and before a dot that is part of a name in a path. What is missing or null equals the empty string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

__all__ = ["compile_selector", "escape_value"]

_TERM = re.compile(r"((?:\\.|[^\\=!])*?)(!=|==|=)((?:\\.|[^\\])*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Term(NamedTuple):
    path: tuple[str, ...]
    value: str
    equal: bool


@lru_cache(maxsize=256)
def compile_selector(selector: str) -> Callable[[Mapping[str, Any]], bool]:
    """A test of objects. An empty selector is true of all; a term without an operator, of none."""
    terms = [_parse(text) for text in _split(selector, ",") if text]
    if None in terms:
        return lambda _: False
    wanted = [term for term in terms if term is not None]
    return lambda subject: all(_holds(term, subject) for term in wanted)


def escape_value(value: str) -> str:
    """A value as it is written in a selector."""
    return re.sub(r"([\\,=])", r"\\\1", value)


def _parse(text: str) -> _Term | None:
    found = _TERM.fullmatch(text)
    if found is None:
        return None
    path, operator, value = found.groups()
    names = tuple(_ESCAPED.sub(r"\1", name) for name in _split(path, "."))
    return _Term(names, _ESCAPED.sub(r"\1", value), operator != "!=")


def _split(text: str, separator: str) -> list[str]:
    """Split where the separator is not escaped; escapes are kept."""
    if "\\" not in text:
        return text.split(separator)
    pieces = [""]
    for token in re.findall(r"\\.|[^\\]|\\$", text, re.DOTALL):
        if token == separator:
            pieces.append("")
        else:
            pieces[-1] += token
    return pieces


def _holds(term: _Term, subject: Mapping[str, Any]) -> bool:
    text = _text(_at(subject, term.path))
    return (text is not None and text == term.value) is term.equal


def _at(subject: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if isinstance(subject, Mapping):
            subject = subject.get(name)
        elif isinstance(subject, list) and name.isdecimal() and int(name) < len(subject):
            subject = subject[int(name)]
        else:
            return None
    return subject


def _text(value: Any) -> str | None:
    """How a value compares; None if it equals nothing."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | int() | float():
            return msgspec.json.encode(value).decode()
        case _:
            return None
