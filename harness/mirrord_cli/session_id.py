"""Session ids as people type them: hexadecimal u64, perhaps behind a multi-cluster prefix.

The texts and the order of checks are those of Rust's ``u64::from_str_radix(_, 16)``, which the product uses.
"""

from __future__ import annotations

__all__ = ["InvalidSessionIdError", "alternate_id", "parse_hex_id"]

_PREFIXES = ("mc-copy-", "mc-")
_DIGITS = "0123456789abcdef"
_MAX = 2**64 - 1


class InvalidSessionIdError(ValueError):
    """The text is not a session id; the message is the product's."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"Failed parsing hex session id value with {problem}!")


def parse_hex_id(raw: str) -> int:
    """The id that ``--id`` names: hex of any case, one ``mc-copy-`` or ``mc-`` prefix allowed, ``0x`` refused.

    Raises:
        InvalidSessionIdError: it is not such an id.
    """
    for prefix in _PREFIXES:
        if raw.startswith(prefix):
            return _from_hex(raw[len(prefix) :])
    return _from_hex(raw)


def alternate_id(session_id: str) -> str | None:
    """The decimal spelling of a hex id, where there is one and it differs: the other name a session may go by."""
    try:
        decimal = str(_from_hex(session_id))
    except InvalidSessionIdError:
        return None
    return decimal if decimal != session_id else None


def _from_hex(text: str) -> int:
    if not text:
        raise InvalidSessionIdError("cannot parse integer from empty string")
    digits = text[1:] if text[0] == "+" and len(text) > 1 else text
    value = 0
    for character in digits:
        digit = _DIGITS.find(character.lower()) if character.isascii() else -1
        if digit < 0:
            raise InvalidSessionIdError("invalid digit found in string")
        value = value * 16 + digit
        if value > _MAX:
            raise InvalidSessionIdError("number too large to fit in target type")
    return value
