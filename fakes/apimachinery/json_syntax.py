"""What Go says of a text that is not JSON. Only read when a body cannot be parsed, so it is small rather than fast.

Source: encoding/json, scanner.go.
"""

from __future__ import annotations

import re

__all__ = ["syntax_error"]

_SPACE = b" \t\r\n"
_STRING_PART = re.compile(rb'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)?(?:(?<=[0-9])\.[0-9]*)?(?:(?<=[0-9])[eE][+-]?[0-9]*)?")
_COMPLETE_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LITERALS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_ESCAPES = {
    0x07: "\\a",
    0x08: "\\b",
    0x0C: "\\f",
    0x0A: "\\n",
    0x0D: "\\r",
    0x09: "\\t",
    0x0B: "\\v",
    0x5C: "\\\\",
}
_MAX_DEPTH = 10000


class _SyntaxError(Exception):
    pass


def syntax_error(raw: bytes) -> str | None:
    """The message for a text that is not one JSON value, or None if Go would take it."""
    try:
        end = _skip_space(raw, _values(raw))
        if end < len(raw):
            _fail(raw, end, "after top-level value")
    except _SyntaxError as error:
        return str(error)
    return None


def _fail(raw: bytes, position: int, where: str) -> None:
    if position >= len(raw):
        raise _SyntaxError("unexpected end of JSON input")
    raise _SyntaxError(f"invalid character {_quoted(raw[position])} {where}")


def _quoted(code: int) -> str:
    if code == ord("'"):
        return "'\\''"
    if code in _ESCAPES:
        return f"'{_ESCAPES[code]}'"
    character = chr(code)
    return f"'{character}'" if character.isprintable() else f"'\\x{code:02x}'"


def _skip_space(raw: bytes, position: int) -> int:
    while position < len(raw) and raw[position] in _SPACE:
        position += 1
    return position


def _values(raw: bytes) -> int:
    """Read one value with all that is in it; the position after it."""
    closers: list[int] = []
    position = _skip_space(raw, 0)
    while True:
        opened = raw[position : position + 1]
        if opened in (b"{", b"["):
            if len(closers) == _MAX_DEPTH:
                raise _SyntaxError("exceeded max depth")
            closer = b"}" if opened == b"{" else b"]"
            position = _skip_space(raw, position + 1)
            if raw[position : position + 1] != closer:
                closers.append(closer[0])
                position = _key(raw, position) if opened == b"{" else position
                continue
            position += 1
        else:
            position = _scalar(raw, position)
        position = _closed(raw, position, closers)
        if not closers:
            return position
        position = _skip_space(raw, position + 1)
        if closers[-1] == ord("}"):
            position = _key(raw, position)


def _closed(raw: bytes, position: int, closers: list[int]) -> int:
    """Close what ends here; the position of the comma that follows, or the end of the last value."""
    while closers:
        position = _skip_space(raw, position)
        character = raw[position] if position < len(raw) else 0
        if character == ord(","):
            return position
        if character != closers[-1]:
            _fail(
                raw,
                position,
                "after object key:value pair" if closers[-1] == ord("}") else "after array element",
            )
        closers.pop()
        position += 1
    return position


def _key(raw: bytes, position: int) -> int:
    if raw[position : position + 1] != b'"':
        _fail(raw, position, "looking for beginning of object key string")
    position = _skip_space(raw, _string(raw, position))
    if raw[position : position + 1] != b":":
        _fail(raw, position, "after object key")
    return _skip_space(raw, position + 1)


def _scalar(raw: bytes, position: int) -> int:
    character = raw[position] if position < len(raw) else 0
    if character == ord('"'):
        return _string(raw, position)
    if character in _LITERALS:
        return _literal(raw, position, _LITERALS[character])
    if character == ord("-") or chr(character).isdecimal():
        return _number(raw, position)
    _fail(raw, position, "looking for beginning of value")
    return position


def _literal(raw: bytes, position: int, literal: bytes) -> int:
    for offset, expected in enumerate(literal):
        if raw[position + offset : position + offset + 1] != bytes([expected]):
            _fail(raw, position + offset, f"in literal {literal.decode()} (expecting {_quoted(expected)})")
    return position + len(literal)


def _number(raw: bytes, position: int) -> int:
    found = _NUMBER.match(raw, position)
    text = found[0] if found else b""
    end = position + len(text)
    if not _COMPLETE_NUMBER.fullmatch(text):
        last = text[-1:]
        where = "in numeric literal" if last == b"-" and len(text) == 1 else "in exponent of numeric literal"
        _fail(raw, end, "after decimal point in numeric literal" if last == b"." else where)
    return end


def _string(raw: bytes, position: int) -> int:
    position += 1
    while True:
        found = _STRING_PART.match(raw, position)
        position = found.end() if found else position
        if raw[position : position + 1] == b'"':
            return position + 1
        if raw[position : position + 1] != b"\\":
            _fail(raw, position, "in string literal")
        position = _escape(raw, position + 1)


def _escape(raw: bytes, position: int) -> int:
    character = raw[position : position + 1]
    if character and character in b'bfnrt\\/"':
        return position + 1
    if character != b"u":
        _fail(raw, position, "in string escape code")
    for digit in range(position + 1, position + 5):
        if raw[digit : digit + 1] not in {bytes([code]) for code in b"0123456789abcdefABCDEF"}:
            _fail(raw, digit, "in \\u hexadecimal character escape")
    return position + 5
