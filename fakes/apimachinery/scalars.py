"""Values of fields that are neither structs, lists nor maps, as a kube-apiserver reads and writes them.

A mismatch of JSON types is noted and reading goes on; a text that its type cannot parse ends it, as in Go.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

from fakes.apimachinery import golang, quantity
from fakes.apimachinery.gotime import TimeError, canonical_micro_time, canonical_time
from fakes.apimachinery.mismatches import CoercionError, Findings, Step, given, mismatch
from fakes.apimachinery.types import Type

__all__ = ["SCALARS", "ZEROS"]

_INT32 = range(-(1 << 31), 1 << 31)
_INT64 = range(-(1 << 63), 1 << 63)

Scalar = Callable[[Any, Type, Step | None, Findings], Any]


def _string(value: Any, node: Type, at: Step | None, findings: Findings) -> str:
    if type(value) is str:
        return value
    findings.mismatched(given(value), node.go_type, at)
    return ""


def _boolean(value: Any, node: Type, at: Step | None, findings: Findings) -> bool:
    if type(value) is bool:
        return value
    findings.mismatched(given(value), node.go_type, at)
    return False


def _integer(limits: range) -> Scalar:
    def integer(value: Any, node: Type, at: Step | None, findings: Findings) -> int:
        if type(value) is int and value in limits:
            return value
        findings.mismatched(given(value, literal=True), node.go_type, at)
        return 0

    return integer


def _number(value: Any, node: Type, at: Step | None, findings: Findings) -> float:
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if type(value) is int:
        return value
    findings.mismatched(given(value), node.go_type, at)
    return 0


def _bytes(value: Any, node: Type, at: Step | None, findings: Findings) -> str:
    if isinstance(value, list):
        return _bytes_of_numbers(value, at, findings)
    if type(value) is not str:
        findings.mismatched(given(value), node.go_type, at)
        return ""
    text = value.replace("\r", "").replace("\n", "")
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        findings.mismatch = (
            findings.mismatch or f"illegal base64 data at input byte {_bad_byte(value.encode())}"
        )
    return text


def _bytes_of_numbers(value: list[Any], at: Step | None, findings: Findings) -> str:
    """Bytes that are given one by one, which Go takes too."""
    for each in value:
        if type(each) is not int or each not in range(256):
            findings.mismatched(given(each, literal=True), "uint8", at)
            return ""
    return base64.b64encode(bytes(value)).decode()


_BASE64 = re.compile(rb"[A-Za-z0-9+/]")


def _bad_byte(text: bytes) -> int:
    """Where Go's decoder stops."""
    digits = 0
    for place, code in enumerate(text):
        if code in b"\r\n":
            continue
        if _BASE64.match(text, place):
            digits += 1
            continue
        rest = text[place:].replace(b"\r", b"").replace(b"\n", b"")
        wanted = b"=" * (-digits % 4)
        if code != ord("=") or digits % 4 < 2:
            return place
        return len(text) if len(rest) < len(wanted) else place + len(wanted)
    return len(text) - digits % 4 if digits % 4 else len(text)


def _quantity(value: Any, _node: Type, _at: Step | None, _findings: Findings) -> str:
    try:
        return quantity.canonical(value.strip() if type(value) is str else golang.json_text(value))
    except quantity.QuantityError as error:
        raise CoercionError(str(error)) from error


def _int_or_string(value: Any, _node: Type, at: Step | None, _findings: Findings) -> str | int:
    if type(value) is str or (type(value) is int and value in _INT32):
        return value
    raise CoercionError(mismatch(given(value, literal=True), "int32", at))


def _time(canonical: Callable[[str], str]) -> Scalar:
    def time(value: Any, _node: Type, at: Step | None, _findings: Findings) -> str:
        if type(value) is not str:
            raise CoercionError(mismatch(given(value), "string", at))
        try:
            return canonical(value)
        except TimeError as error:
            raise CoercionError(str(error)) from error

    return time


SCALARS: dict[str, Scalar] = {
    "string": _string, "boolean": _boolean, "int32": _integer(_INT32), "int64": _integer(_INT64), "number": _number,
    "bytes": _bytes, "quantity": _quantity, "int-or-string": _int_or_string, "time": _time(canonical_time),
    "micro-time": _time(canonical_micro_time), "duration": _string,
}  # fmt: skip
ZEROS: dict[str, Any] = {
    "string": "", "boolean": False, "int32": 0, "int64": 0, "number": 0, "bytes": "", "quantity": "0", "int-or-string": 0,
    "duration": "0s",
}  # fmt: skip
