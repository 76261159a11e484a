"""Objects as protobuf, as Go clients of built-in kinds ask for them.

Fields are written in the order of their numbers, and as generated code does: what is no pointer is written even where it is
zero, while empty lists and maps are not.
Not here: kinds whose JSON has a shape of its own in protobuf, such as the schemas of a CustomResourceDefinition.

Source: runtime.Unknown and metav1.WatchEvent in k8s.io/apimachinery, and the code that gogo/protobuf generates.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from fakes.apimachinery.types import Type

__all__ = ["write_envelope", "write_event", "write_message"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MASK = (1 << 64) - 1


def write_envelope(api_version: str, kind: str, message: bytes) -> bytes:
    """A message with the envelope that names its kind."""
    type_meta = _text(1, api_version) + _text(2, kind)
    return b"k8s\0" + _bytes(1, type_meta) + _bytes(2, message) + _text(3, "") + _text(4, "")


def write_event(kind: str, enveloped: bytes) -> bytes:
    """An event of a watch, framed by its length."""
    message = _text(1, kind) + _bytes(2, _bytes(1, enveloped))
    return struct.pack(">I", len(message)) + message


def write_message(obj: Mapping[str, Any], node: Type) -> bytes:
    """An object, in its JSON form, as the message of its struct."""
    parts = []
    for number, target in sorted(node.numbers.items(), key=lambda each: each[0]):
        if not number:
            continue
        if isinstance(target, Type):  # a struct whose fields stand in this object
            parts.append(_bytes(number, write_message(obj, target)))
        else:
            parts.append(
                _field(number, obj.get(target), node.fields[target], node.presence.get(target, "pointer"))
            )
    return b"".join(parts)


def _field(number: int, value: Any, node: Type, presence: str) -> bytes:
    if node.kind == "list" and node.element is not None:
        element = node.element
        return b"".join([_value(number, each, element) for each in value or ()])
    if node.kind == "map" and node.element is not None:
        element = node.element
        entries = sorted((value or {}).items())
        return b"".join([_bytes(number, _text(1, key) + _value(2, each, element)) for key, each in entries])
    if value is None and (presence in ("pointer", "null") or node.scalar == "bytes" or node.kind == "any"):
        return b""
    return _value(number, value, node)


def _value(number: int, value: Any, node: Type) -> bytes:
    match node.kind:
        case "struct":
            return _bytes(number, write_message(value or {}, node))
        case "list" if node.element is not None:  # a named list of texts, as a value of a map
            return _bytes(number, b"".join([_value(1, each, node.element) for each in value or ()]))
        case "scalar":
            return _SCALARS[node.scalar](number, value)
        case _:
            return _bytes(number, b"" if value is None else _bytes(1, msgspec.json.encode(value)))


def _string(number: int, value: Any) -> bytes:
    return _text(number, value or "")


def _integer(number: int, value: Any) -> bytes:
    return _varint(number << 3) + _varint(int(value or 0) & _MASK)


def _double(number: int, value: Any) -> bytes:
    return _varint(number << 3 | 1) + struct.pack("<d", float(value or 0))


def _base64(number: int, value: Any) -> bytes:
    return _bytes(number, base64.b64decode(value or ""))


def _quantity(number: int, value: Any) -> bytes:
    return _bytes(number, _text(1, str(value if value is not None else "0")))


def _int_or_string(number: int, value: Any) -> bytes:
    text = value if isinstance(value, str) else ""
    whole = 0 if isinstance(value, str) else value
    return _bytes(number, _integer(1, isinstance(value, str)) + _integer(2, whole) + _text(3, text))


def _moment(number: int, value: Any) -> bytes:
    if not value:
        return _bytes(number, b"")
    since = datetime.fromisoformat(value) - _EPOCH
    micros = since // _MICROSECOND
    return _bytes(number, _integer(1, micros // 1_000_000) + _integer(2, micros % 1_000_000 * 1000))


_SCALARS: dict[str, Callable[[int, Any], bytes]] = {
    "string": _string, "int32": _integer, "int64": _integer, "boolean": _integer, "number": _double, "bytes": _base64,
    "quantity": _quantity, "int-or-string": _int_or_string, "time": _moment, "micro-time": _moment,
}  # fmt: skip


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode("utf-8", "surrogatepass"))


def _bytes(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
