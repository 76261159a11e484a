"""Session ids: unsigned 64-bit numbers chosen by clients, shown in hex and sent in decimal.

People see upper-case hex without padding; ``x-session-id`` and the ``operator session`` commands send decimal; the
``session`` commands send what was listed. So one name in a URL may be read in two ways.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal, NewType

__all__ = [
    "INACTIVE",
    "Reading",
    "SessionId",
    "format_hex",
    "parse_decimal",
    "parse_hex",
    "readings",
    "resolve",
]

SessionId = NewType("SessionId", int)
Reading = Literal["decimal", "hex"]

INACTIVE = "inactive"
"""The name that stands for every session that is not in use, instead of an id."""

_LIMIT = 2**64
_PREFIXES = ("mc-copy-", "mc-")
_INVALID = "invalid digit found in string"
_EMPTY = "cannot parse integer from empty string"
_OVERFLOW = "number too large to fit in target type"


def format_hex(session: SessionId) -> str:
    """``C527FE7D9C30979E``: upper case, no padding, no prefix."""
    return f"{session:X}"


def parse_hex(text: str) -> SessionId:
    """Read an id as ``--id`` does: one multi-cluster prefix is dropped, either case is taken, ``0x`` is not.

    Raises:
        ValueError: with the words of Rust's ``u64::from_str_radix``.
    """
    return _parse(_without_prefix(text), 16)


def parse_decimal(text: str) -> SessionId:
    """Read the value of ``x-session-id``.

    Raises:
        ValueError: with the words of Rust's ``u64::from_str``.
    """
    return _parse(text, 10)


def readings(name: str) -> tuple[tuple[Reading, SessionId], ...]:
    """What a name in a URL may mean, decimal first; nothing if it is no id at all."""
    found: list[tuple[Reading, SessionId]] = []
    if name.isascii() and name.isdigit() and int(name) < _LIMIT:
        found.append(("decimal", SessionId(int(name))))
    digits = _without_prefix(name)
    if digits and digits.isascii() and digits.isalnum() and len(digits.lstrip("0")) <= 16:
        with suppress(ValueError):
            found.append(("hex", SessionId(int(digits, 16))))
    return tuple(found)


def resolve(
    name: str, exists: Callable[[SessionId], bool], preferred: Reading = "decimal"
) -> SessionId | None:
    """The session that a name in a URL means: the reading that exists, or the preferred one if both do."""
    known = {reading: session for reading, session in readings(name) if exists(session)}
    return known.get(preferred, next(iter(known.values()), None))


def _without_prefix(text: str) -> str:
    for prefix in _PREFIXES:
        if text.startswith(prefix):
            return text[len(prefix) :]
    return text


def _parse(text: str, radix: int) -> SessionId:
    if not text:
        raise ValueError(_EMPTY)
    digits = text[1:] if text[0] == "+" and len(text) > 1 else text
    value = 0
    for character in digits:
        if not character.isascii() or not character.isalnum() or int(character, 36) >= radix:
            raise ValueError(_INVALID)
        value = value * radix + int(character, 36)
        if value >= _LIMIT:
            raise ValueError(_OVERFLOW)
    return SessionId(value)
