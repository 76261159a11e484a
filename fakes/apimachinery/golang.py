"""How Go prints values: messages of a kube-apiserver are full of ``%q`` and ``%v``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

__all__ = ["Verbatim", "escape_html", "json_in_order", "json_text", "number", "quote", "quote_slice"]

_ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
}  # fmt: skip


class Verbatim(str):
    """A text that is printed as it is: the form of a value that is known already."""

    __slots__ = ()


def quote(text: str) -> str:
    """Quote as ``fmt.Sprintf("%q")`` does: printable characters stay, others become escapes."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_quoted(character) for character in text) + '"'


def _quoted(character: str) -> str:
    if escape := _ESCAPES.get(character):
        return escape
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote_slice(texts: Iterable[str]) -> str:
    """Quote a slice as ``%q`` does: ``["a" "b"]``."""
    return "[" + " ".join(quote(text) for text in texts) + "]"


def json_text(value: Any) -> str:
    """Compact JSON as ``encoding/json`` writes it: map keys sorted, ``<``, ``>`` and ``&`` escaped."""
    text = msgspec.json.encode(value, order="sorted" if isinstance(value, Mapping) else None).decode()
    return escape_html(text)


def json_in_order(value: Any) -> str:
    """Compact JSON as ``json_text`` writes it, but with keys in the order in which they stand."""
    return escape_html(msgspec.json.encode(value).decode())


def escape_html(text: str) -> str:
    """JSON as ``encoding/json`` writes it by default: without ``<``, ``>`` and ``&``."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def number(value: float) -> str:
    """Print a number as ``%v`` does: ``1e+06``, ``0.5``, and an integer without a fraction as one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(exponent, int):
        return {"inf": "+Inf", "-inf": "-Inf"}.get(repr(value), "NaN")
    power = len(digits) + exponent - 1
    minus = "-" if sign else ""
    if not any(digits):
        return f"{minus}0"
    if -5 < power < 6:
        return format(Decimal(repr(value)).normalize(), "f")
    text = "".join(str(digit) for digit in digits)
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{minus}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
