"""Objects in protobuf, as kubectl and other Go clients send them, read into the form that they have in JSON.

``Type.numbers`` says which field a number is. The envelope names kind and version; zeros that Go clients write are kept
here, and left out by ``coerce`` where JSON would not have them. Nothing is encoded here.

Source: runtime.Unknown in k8s.io/apimachinery, and the code that gogo/protobuf generates, for the texts of errors.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from fakes.apimachinery.types import Type

__all__ = ["Envelope", "ProtobufError", "decode_protobuf", "read_envelope", "read_message"]

_MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _START_GROUP, _END_GROUP, _FIXED32 = range(6)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRUNCATED = "unexpected EOF"
_OVERFLOW = "proto: integer overflow"
_MAX_DEPTH = 200


class ProtobufError(ValueError):
    """Bytes that are no message of the type; the message is the server's."""


class Envelope(NamedTuple):
    """A runtime.Unknown: what it says it is, and the message."""

    api_version: str
    kind: str
    raw: bytes


class _Field(NamedTuple):
    number: int
    wire_type: int
    value: int | bytes


def decode_protobuf(raw: bytes, type_of: Callable[[str, str], Type | None]) -> dict[str, Any]:
    """The object in an envelope, in the form of JSON. ``type_of`` is asked with ``apiVersion`` and ``kind``.

    Raises:
        ProtobufError: the bytes are no envelope, or no message of a known kind.
    """
    envelope = read_envelope(raw)
    node = type_of(envelope.api_version, envelope.kind)
    if node is None:
        raise ProtobufError(f"no type is known for {envelope.api_version} {envelope.kind}")
    return {"kind": envelope.kind, "apiVersion": envelope.api_version, **read_message(envelope.raw, node)}


def read_envelope(raw: bytes) -> Envelope:
    """Take the envelope off.

    Raises:
        ProtobufError: there is none, or it is broken.
    """
    if not raw:
        raise ProtobufError("empty data")
    if not raw.startswith(_MAGIC):
        expected = " ".join(str(code) for code in _MAGIC)
        raise ProtobufError(
            f"provided data does not appear to be a protobuf message, expected prefix [{expected}]"
        )
    if len(raw) == len(_MAGIC):
        raise ProtobufError("empty body")
    api_version = kind = ""
    message = b""
    names = {1: "TypeMeta", 2: "Raw", 3: "ContentEncoding", 4: "ContentType"}
    for field in _fields(raw[len(_MAGIC) :], "Unknown"):
        if field.number not in names:
            continue
        value = _bytes(field, names[field.number])
        if field.number == 1:
            meta = {
                each.number: _bytes(each, "Kind")
                for each in _fields(value, "TypeMeta")
                if each.number in (1, 2)
            }
            api_version, kind = _text(meta.get(1, b"")), _text(meta.get(2, b""))
        elif field.number == 2:
            message = value
    return Envelope(api_version, kind, message)


def read_message(raw: bytes, node: Type) -> dict[str, Any]:
    """A message of a struct in the form of JSON.

    Raises:
        ProtobufError: the bytes are no such message.
    """
    obj: dict[str, Any] = {}
    _read_into(obj, raw, node, 0)
    return obj


def _read_into(obj: dict[str, Any], raw: bytes, node: Type, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ProtobufError("proto: message nested too deeply")
    for field in _fields(raw, node.name):
        target = node.numbers.get(field.number)
        if target is None:
            continue
        if isinstance(target, Type):  # a struct whose fields stand in this object
            _read_into(obj, _bytes(field, target.name), target, depth + 1)
        else:
            _read_field(obj, field, target, node.fields[target], depth)


def _read_field(obj: dict[str, Any], field: _Field, name: str, node: Type, depth: int) -> None:
    match node.kind:
        case "list" if node.element is not None:
            obj.setdefault(name, []).append(_value(field, name, node.element, depth))
        case "map" if node.element is not None:
            entry = {each.number: each for each in _fields(_bytes(field, name), name)}
            key = _text(_bytes(entry[1], name)) if 1 in entry else ""
            empty = _Field(2, _VARINT if node.element.scalar in _VARINTS else _BYTES, 0)
            value = entry.get(2, empty if empty.wire_type == _VARINT else empty._replace(value=b""))
            obj.setdefault(name, {})[key] = _value(value, name, node.element, depth)
        case "struct" if isinstance(obj.get(name), dict):
            _read_into(obj[name], _bytes(field, name), node, depth + 1)
        case _:
            obj[name] = _value(field, name, node, depth)


def _value(field: _Field, name: str, node: Type, depth: int) -> Any:
    if node.kind == "struct":
        obj: dict[str, Any] = {}
        _read_into(obj, _bytes(field, name), node, depth + 1)
        return obj
    if node.kind == "list" and node.element is not None:  # a named list of texts, as a value of a map
        return [
            _value(each, name, node.element, depth)
            for each in _fields(_bytes(field, name), name)
            if each.number == 1
        ]
    if node.kind == "scalar":
        return _SCALARS[node.scalar](field, name)
    return _any(field, name)


def _any(field: _Field, name: str) -> Any:
    """JSON that travels as bytes in a message: RawExtension, FieldsV1, JSON."""
    raw = next((_bytes(each, name) for each in _fields(_bytes(field, name), name) if each.number == 1), b"")
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        raise ProtobufError("unexpected end of JSON input") from None


def _string(field: _Field, name: str) -> str:
    return _text(_bytes(field, name))


def _signed(bits: int) -> Callable[[_Field, str], int]:
    def signed(field: _Field, name: str) -> int:
        value = _integer(field, name) & ((1 << bits) - 1)
        return value - (1 << bits) if value >> (bits - 1) else value

    return signed


def _boolean(field: _Field, name: str) -> bool:
    return _integer(field, name) != 0


def _double(field: _Field, name: str) -> float:
    if field.wire_type != _FIXED64 or not isinstance(field.value, bytes):
        raise _wrong_wire_type(field, name)
    return float(struct.unpack("<d", field.value)[0])


def _base64(field: _Field, name: str) -> str:
    return base64.b64encode(_bytes(field, name)).decode()


def _quantity(field: _Field, name: str) -> str:
    inner = {each.number: each for each in _fields(_bytes(field, name), "Quantity")}
    return _text(_bytes(inner[1], "String")) if 1 in inner else "0"


def _int_or_string(field: _Field, name: str) -> int | str:
    inner = {each.number: each for each in _fields(_bytes(field, name), "IntOrString")}
    if 1 in inner and _integer(inner[1], "Type") == 1:
        return _text(_bytes(inner[3], "StrVal")) if 3 in inner else ""
    return _signed(32)(inner[2], "IntVal") if 2 in inner else 0


def _moment(layout: str) -> Callable[[_Field, str], str | None]:
    def moment(field: _Field, name: str) -> str | None:
        raw = _bytes(field, name)
        inner = {each.number: each for each in _fields(raw, "Timestamp")}
        if not inner:
            return None
        seconds = _signed(64)(inner[1], "Seconds") if 1 in inner else 0
        nanos = _signed(32)(inner[2], "Nanos") if 2 in inner else 0
        try:
            return (_EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)).strftime(layout)
        except OverflowError:
            return None  # the zero time of Go, before any that can be written

    return moment


def _duration(field: _Field, name: str) -> str:
    return f"{_signed(64)(field, name) / 1e9:g}s"


_SCALARS: dict[str, Callable[[_Field, str], Any]] = {
    "string": _string, "int32": _signed(32), "int64": _signed(64), "boolean": _boolean, "number": _double,
    "bytes": _base64, "quantity": _quantity, "int-or-string": _int_or_string, "time": _moment("%Y-%m-%dT%H:%M:%SZ"),
    "micro-time": _moment("%Y-%m-%dT%H:%M:%S.%fZ"), "duration": _duration,
}  # fmt: skip
_VARINTS = frozenset({"int32", "int64", "boolean"})


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _bytes(field: _Field, name: str) -> bytes:
    if field.wire_type != _BYTES or not isinstance(field.value, bytes):
        raise _wrong_wire_type(field, name)
    return field.value


def _integer(field: _Field, name: str) -> int:
    if not isinstance(field.value, int) or field.wire_type != _VARINT:
        raise _wrong_wire_type(field, name)
    return field.value


def _wrong_wire_type(field: _Field, name: str) -> ProtobufError:
    return ProtobufError(f"proto: wrong wireType = {field.wire_type} for field {name[:1].upper()}{name[1:]}")


def _fields(raw: bytes, message: str) -> Iterator[_Field]:
    """The fields of a message in the order in which they stand."""
    position, end = 0, len(raw)
    while position < end:
        tag, position = _read_varint(raw, position)
        number, wire_type = (tag >> 3) & 0xFFFFFFFF, tag & 7
        if wire_type == _END_GROUP:
            raise ProtobufError(f"proto: {message}: wiretype end group for non-group")
        if number == 0 or number >> 31:
            shown = number - (1 << 32) if number >> 31 else number
            raise ProtobufError(f"proto: {message}: illegal tag {shown} (wire type {wire_type})")
        value: int | bytes
        value, position = _read_value(raw, position, wire_type)
        yield _Field(number, wire_type, value)


def _read_value(raw: bytes, position: int, wire_type: int) -> tuple[int | bytes, int]:
    match wire_type:
        case 0:
            return _read_varint(raw, position)
        case 1 | 5:
            return _taken(raw, position, 8 if wire_type == _FIXED64 else 4)
        case 2:
            length, position = _read_varint(raw, position)
            if length >> 63:
                raise ProtobufError("proto: negative length found during unmarshaling")
            return _taken(raw, position, length)
        case 3:
            return b"", _skip_group(raw, position)
        case _:
            raise ProtobufError(f"proto: illegal wireType {wire_type}")


def _skip_group(raw: bytes, position: int) -> int:
    depth = 1
    while depth:
        tag, position = _read_varint(raw, position)
        wire_type = tag & 7
        if wire_type == _START_GROUP:
            depth += 1
        elif wire_type == _END_GROUP:
            depth -= 1
        else:
            _, position = _read_value(raw, position, wire_type)
    return position


def _taken(raw: bytes, position: int, length: int) -> tuple[bytes, int]:
    if position + length > len(raw):
        raise ProtobufError(_TRUNCATED)
    return raw[position : position + length], position + length


def _read_varint(raw: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if position >= len(raw):
            raise ProtobufError(_TRUNCATED)
        byte = raw[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, position
    raise ProtobufError(_OVERFLOW)
