"""Quantities (``100m``, ``1Gi``): their value, and the form in which the server prints them again.

A text that already is canonical in the eyes of the server stays as it is, even where another would be shorter
(``1.500``). Source: k8s.io/apimachinery, pkg/api/resource.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

__all__ = ["Quantity", "QuantityError", "canonical"]

Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]
_PATTERN = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
_split = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)").fullmatch
_exponent = re.compile("[eE]([-+]?[0-9]{1,3})").fullmatch
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {exponent: suffix for suffix, exponent in _BINARY.items()}
_MAX_INT64 = (1 << 63) - 1
_NANO = 10**9
_LONGEST = 1000


class QuantityError(ValueError):
    """A text that is no quantity; the message is the server's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number and how it is printed. Quantities are equal only if they print alike: compare ``value``."""

    value: Fraction
    text: str

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a quantity.

        Raises:
            QuantityError: the text is none.
        """
        return _parse(text)

    def __str__(self) -> str:
        return self.text


def canonical(text: str) -> str:
    """How the server prints a quantity that it was sent; raises as ``Quantity.parse``."""
    return _parse(text).text


@lru_cache(maxsize=2048)
def _parse(text: str) -> Quantity:
    found = _split(text)
    if not text or found is None or len(text) > _LONGEST:
        raise QuantityError(f"quantities must match the regular expression '{_PATTERN}'")
    sign, whole, fraction, suffix = found.groups()
    fraction = fraction or ""
    base, exponent, form = _interpret(suffix)
    digits = (whole.lstrip("0") or "0") + fraction
    scale = Fraction(base) ** exponent / Fraction(10) ** len(fraction)
    value = _rounded(int(digits) * scale)
    if form == "BinarySI":
        value = min(value, Fraction(_MAX_INT64))
    if _stays(digits, fraction, exponent, form):
        shown = text
    else:
        shown = _printed(value, form, sign)
    return Quantity(value=-value if sign == "-" else value, text=shown)


def _interpret(suffix: str) -> tuple[int, int, Format]:
    if (exponent := _DECIMAL.get(suffix)) is not None:
        return 10, exponent, "DecimalSI"
    if (exponent := _BINARY.get(suffix)) is not None:
        return 2, exponent, "BinarySI"
    if found := _exponent(suffix):
        return 10, int(found[1]), "DecimalExponent"
    raise QuantityError("unable to parse quantity's suffix")


def _rounded(value: Fraction) -> Fraction:
    """Up to the next nano: who wants some, gets some."""
    return Fraction(-(-value.numerator * _NANO // value.denominator), _NANO)


def _stays(digits: str, fraction: str, exponent: int, form: Format) -> bool:
    """Whether the server keeps the text it was sent."""
    if form == "BinarySI":
        fits = len(digits) + int(exponent * 3 / 10) + 1 <= 15
        return fits and not fraction and int(digits) & 7 != 0
    scale = exponent - len(fraction)
    fits = len(digits) <= 18 and scale >= -9
    return fits and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _printed(value: Fraction, form: Format, sign: str) -> str:
    if not value:
        return "0"
    minus = "-" if sign == "-" else ""
    if form == "BinarySI" and value >= 1024 and value.denominator == 1:
        mantissa, times = value.numerator, 0
        while mantissa % 1024 == 0:
            mantissa, times = mantissa // 1024, times + 1
        return f"{minus}{mantissa}{_BINARY_SUFFIX.get(times * 10, '')}"
    mantissa, exponent = int(value * _NANO), -9
    while mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    over = exponent % 3
    mantissa, exponent = mantissa * 10**over, exponent - over
    if form == "DecimalExponent":
        return f"{minus}{mantissa}" + (f"e{exponent}" if exponent else "")
    return f"{minus}{mantissa}{_DECIMAL_SUFFIX.get(exponent, '')}"
