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
from functools import cache
from typing import Any

import msgspec

from fakes.apimachinery.types import Type

__all__ = ["write_envelope", "write_event", "write_message"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MASK = (1 << 64) - 1
_SMALL = tuple(bytes((each,)) for each in range(0x80))
Writer = Callable[[Any], bytes]
"""Writes a field with its tag; None is a value that was not given."""


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
    return b"".join([write(obj.get(name) if name else obj) for name, write in _writers(node)])


@cache
def _writers(node: Type) -> tuple[tuple[str, Writer], ...]:
    """What writes each field of a struct, in the order of numbers; no name stands for the whole object."""
    found: list[tuple[str, Writer]] = []
    for number, target in sorted(node.numbers.items(), key=lambda each: each[0]):
        if not number:
            continue
        if isinstance(target, Type):  # a struct whose fields stand in this object
            found.append(("", _struct(number, target)))
        else:
            found.append((target, _field(number, node.fields[target], node.presence.get(target, "pointer"))))
    return tuple(found)


def _field(number: int, node: Type, presence: str) -> Writer:
    if node.kind == "list" and node.element is not None:
        return _list(_value(number, node.element))
    if node.kind == "map" and node.element is not None:
        return _map(_tag(number), _value(2, node.element))
    write = _value(number, node)
    if presence in ("pointer", "null") or node.scalar == "bytes" or node.kind == "any":
        return lambda value: b"" if value is None else write(value)
    zero = b"" if node.kind == "struct" else write(None)
    return lambda value: zero if value is None and zero else write(value)


def _value(number: int, node: Type) -> Writer:
    match node.kind:
        case "struct":
            return _struct(number, node)
        case "list" if node.element is not None:  # a named list of texts, as a value of a map
            write, tag = _list(_value(1, node.element)), _tag(number)
            return lambda value: _sized(tag, write(value))
        case "scalar":
            return _SCALARS[node.scalar](number)
        case _:
            return _any(_tag(number))


def _struct(number: int, node: Type) -> Writer:
    tag = _tag(number)
    return lambda value: _sized(tag, write_message(value or {}, node))


def _list(write: Writer) -> Writer:
    return lambda value: b"".join([write(each) for each in value]) if value else b""


def _map(tag: bytes, write: Writer) -> Writer:
    def map_writer(value: Any) -> bytes:
        if not value:
            return b""
        return b"".join([_sized(tag, _text(1, key) + write(value[key])) for key in sorted(value)])

    return map_writer


def _any(tag: bytes) -> Writer:
    return lambda value: _sized(tag, b"" if value is None else _bytes(1, msgspec.json.encode(value)))


def _string(number: int) -> Writer:
    tag = _tag(number)
    return lambda value: _sized(tag, value.encode("utf-8", "surrogatepass") if value else b"")


def _integer(number: int) -> Writer:
    tag = _varint(number << 3)
    return lambda value: tag + _varint(int(value or 0) & _MASK)


def _double(number: int) -> Writer:
    tag = _varint(number << 3 | 1)
    return lambda value: tag + struct.pack("<d", float(value or 0))


def _base64(number: int) -> Writer:
    tag = _tag(number)
    return lambda value: _sized(tag, base64.b64decode(value or ""))


def _quantity(number: int) -> Writer:
    tag = _tag(number)
    return lambda value: _sized(tag, _text(1, str(value if value is not None else "0")))


def _int_or_string(number: int) -> Writer:
    tag, kind, whole = _tag(number), _integer(1), _integer(2)

    def int_or_string(value: Any) -> bytes:
        if isinstance(value, str):
            return _sized(tag, kind(1) + whole(0) + _text(3, value))
        return _sized(tag, kind(0) + whole(value) + _text(3, ""))

    return int_or_string


def _moment(number: int) -> Writer:
    tag, seconds, nanos = _tag(number), _integer(1), _integer(2)

    def moment(value: Any) -> bytes:
        if not value:
            return _sized(tag, b"")
        micros = (datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND
        return _sized(tag, seconds(micros // 1_000_000) + nanos(micros % 1_000_000 * 1000))

    return moment


_SCALARS: dict[str, Callable[[int], Writer]] = {
    "string": _string, "int32": _integer, "int64": _integer, "boolean": _integer, "number": _double, "bytes": _base64,
    "quantity": _quantity, "int-or-string": _int_or_string, "time": _moment, "micro-time": _moment,
}  # fmt: skip


def _tag(number: int) -> bytes:
    return _varint(number << 3 | 2)


def _sized(tag: bytes, payload: bytes) -> bytes:
    size = len(payload)
    return tag + (_SMALL[size] if size < 0x80 else _varint(size)) + payload


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode("utf-8", "surrogatepass"))


def _bytes(number: int, payload: bytes) -> bytes:
    return _sized(_tag(number), payload)


def _varint(value: int) -> bytes:
    if value < 0x80:
        return _SMALL[value]
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
