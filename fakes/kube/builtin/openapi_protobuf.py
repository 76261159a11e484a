"""OpenAPI documents as protobuf: kubectl reads Swagger in no other form, and asks for OpenAPI 3 in it.

Extensions, examples and defaults of any shape are YAML in these messages; JSON is, too.
Source: the messages of github.com/google/gnostic-models, openapiv2 and openapiv3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

__all__ = ["openapi_protobuf"]

Kind = Callable[[int, Any], bytes]
"""Writes a field of a number with its tag."""
Message = Mapping[str, tuple[int, Kind]]
"""The fields of a message by their names in JSON; ``x-`` stands for the extensions, ``*`` for every other name."""


@lru_cache(maxsize=64)
def openapi_protobuf(body: bytes, version: int) -> bytes:
    """A document, given as JSON, of OpenAPI 3 or 2."""
    return _write(_V3_DOCUMENT if version == 3 else _V2_DOCUMENT, msgspec.json.decode(body))


def _write(message: Message, value: Mapping[str, Any]) -> bytes:
    extension, other = message.get("x-"), message.get("*")
    found = []
    for name, each in value.items():
        known = message.get(name)
        if known is not None:
            found.append(known[1](known[0], each))
        elif extension is not None and name.startswith("x-"):
            found.append(extension[1](extension[0], {name: each}))
        elif other is not None:
            found.append(other[1](other[0], {name: each}))
    return b"".join(found)


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _bytes(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _text(number: int, value: Any) -> bytes:
    return _bytes(number, str(value).encode("utf-8", "surrogatepass"))


def _truth(number: int, value: Any) -> bytes:
    return _varint(number << 3) + b"\1" if value else b""


def _whole(number: int, value: Any) -> bytes:
    return _varint(number << 3) + _varint(int(value) & (1 << 64) - 1)


def _double(number: int, value: Any) -> bytes:
    return _varint(number << 3 | 1) + struct.pack("<d", float(value))


def _any(number: int, value: Any) -> bytes:
    return _bytes(number, _bytes(2, msgspec.json.encode(value) + b"\n"))


def _default(number: int, value: Any) -> bytes:
    """A default of OpenAPI 3, which is a scalar."""
    match value:
        case bool():
            return _bytes(number, b"\x10" + (b"\1" if value else b"\0"))
        case int() | float():
            return _bytes(number, _double(1, value))
        case str():
            return _bytes(number, _text(3, value))
        case _:
            return b""


def _each(kind: Kind) -> Kind:
    return lambda number, value: b"".join(kind(number, each) for each in value)


def _within(inner: int, kind: Kind) -> Kind:
    """A value that a message of its own holds: the arm of a union, or a list."""
    return lambda number, value: _bytes(number, kind(inner, value))


def _named(kind: Kind) -> Kind:
    """Entries with a name and a value."""
    return lambda number, value: b"".join(
        _bytes(number, _text(1, name) + kind(2, each)) for name, each in value.items()
    )


def _message(message: Message) -> Kind:
    return lambda number, value: _bytes(number, _write(message, value) if value else b"")


def _or_reference(message: Message) -> Kind:
    def union(number: int, value: Any) -> bytes:
        if "$ref" in value:
            return _bytes(number, _bytes(2, _text(1, value["$ref"])))
        return _bytes(number, _bytes(1, _write(message, value)))

    return union


def _schema_or_truth(kind: Kind) -> Kind:
    """``additionalProperties``."""
    return lambda number, value: _bytes(
        number, _truth(2, value) if isinstance(value, bool) else kind(1, value)
    )


def _map(kind: Kind) -> Kind:
    return _within(1, _named(kind))


_EXTENSIONS: Final = _named(_any)
_TEXTS: Final = _each(_text)
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")

_V3_SCHEMA: Final[dict[str, tuple[int, Kind]]] = {
    "nullable": (1, _truth), "readOnly": (3, _truth), "writeOnly": (4, _truth), "example": (7, _any),
    "deprecated": (8, _truth), "title": (9, _text), "multipleOf": (10, _double), "maximum": (11, _double),
    "exclusiveMaximum": (12, _truth), "minimum": (13, _double), "exclusiveMinimum": (14, _truth), "maxLength": (15, _whole),
    "minLength": (16, _whole), "pattern": (17, _text), "maxItems": (18, _whole), "minItems": (19, _whole),
    "uniqueItems": (20, _truth), "maxProperties": (21, _whole), "minProperties": (22, _whole), "required": (23, _TEXTS),
    "enum": (24, _each(_any)), "type": (25, _text), "default": (33, _default), "description": (34, _text),
    "format": (35, _text), "x-": (36, _EXTENSIONS),
}  # fmt: skip
_V3_SCHEMAS: Final = _or_reference(_V3_SCHEMA)
_V3_SCHEMA.update({
    "allOf": (26, _each(_V3_SCHEMAS)), "oneOf": (27, _each(_V3_SCHEMAS)), "anyOf": (28, _each(_V3_SCHEMAS)),
    "not": (29, _message(_V3_SCHEMA)), "items": (30, _within(1, _V3_SCHEMAS)), "properties": (31, _map(_V3_SCHEMAS)),
    "additionalProperties": (32, _schema_or_truth(_V3_SCHEMAS)),
})  # fmt: skip
_V3_CONTENT: Final = _map(_message({"schema": (1, _V3_SCHEMAS), "x-": (5, _EXTENSIONS)}))
_V3_PARAMETERS: Final = _each(
    _or_reference(
        {
            "name": (1, _text), "in": (2, _text), "description": (3, _text), "required": (4, _truth),
            "schema": (10, _V3_SCHEMAS), "x-": (14, _EXTENSIONS),
        }
    )
)  # fmt: skip
_V3_OPERATION: Final = _message(
    {
        "tags": (1, _TEXTS), "summary": (2, _text), "description": (3, _text), "operationId": (5, _text),
        "parameters": (6, _V3_PARAMETERS),
        "requestBody": (
            7, _or_reference({"description": (1, _text), "content": (2, _V3_CONTENT), "required": (3, _truth)})
        ),
        "responses": (
            8,
            _message({"*": (2, _named(_or_reference({"description": (1, _text), "content": (3, _V3_CONTENT)})))}),
        ),
        "deprecated": (10, _truth), "x-": (13, _EXTENSIONS),
    }
)  # fmt: skip
_V3_PATH: Final = _message(
    {
        **{name: (number, _V3_OPERATION) for number, name in enumerate(_METHODS, 4)},
        "parameters": (13, _V3_PARAMETERS),
        "x-": (14, _EXTENSIONS),
    }
)
_V3_SECURITY: Final = _or_reference(
    {"type": (1, _text), "description": (2, _text), "name": (3, _text), "in": (4, _text)}
)
_V3_DOCUMENT: Final[Message] = {
    "openapi": (1, _text),
    "info": (2, _message({"title": (1, _text), "description": (2, _text), "version": (6, _text)})),
    "paths": (4, _message({"*": (1, _named(_V3_PATH))})),
    "components": (
        5, _message({"schemas": (1, _map(_V3_SCHEMAS)), "securitySchemes": (7, _map(_V3_SECURITY))}),
    ),
    "x-": (9, _EXTENSIONS),
}  # fmt: skip

_V2_SCHEMA: Final[dict[str, tuple[int, Kind]]] = {
    "$ref": (1, _text), "format": (2, _text), "title": (3, _text), "description": (4, _text), "default": (5, _any),
    "multipleOf": (6, _double), "maximum": (7, _double), "exclusiveMaximum": (8, _truth), "minimum": (9, _double),
    "exclusiveMinimum": (10, _truth), "maxLength": (11, _whole), "minLength": (12, _whole), "pattern": (13, _text),
    "maxItems": (14, _whole), "minItems": (15, _whole), "uniqueItems": (16, _truth), "maxProperties": (17, _whole),
    "minProperties": (18, _whole), "required": (19, _TEXTS), "enum": (20, _each(_any)), "type": (22, _within(1, _text)),
    "readOnly": (27, _truth), "example": (30, _any), "x-": (31, _EXTENSIONS),
}  # fmt: skip
_V2_SCHEMAS: Final = _message(_V2_SCHEMA)
_V2_SCHEMA.update({
    "additionalProperties": (21, _schema_or_truth(_V2_SCHEMAS)), "items": (23, _within(1, _V2_SCHEMAS)),
    "allOf": (24, _each(_V2_SCHEMAS)), "properties": (25, _map(_V2_SCHEMAS)),
})  # fmt: skip
_V2_BODY: Final[Message] = {
    "description": (1, _text), "name": (2, _text), "in": (3, _text), "required": (4, _truth), "schema": (5, _V2_SCHEMAS),
}  # fmt: skip
_V2_QUERY: Final[Message] = {
    "required": (1, _truth), "in": (2, _text), "description": (3, _text), "name": (4, _text), "type": (6, _text),
    "uniqueItems": (20, _truth),
}  # fmt: skip
_V2_PATH_PARAMETER: Final[Message] = {
    "required": (1, _truth), "in": (2, _text), "description": (3, _text), "name": (4, _text), "type": (5, _text),
    "uniqueItems": (19, _truth),
}  # fmt: skip


def _v2_parameter(number: int, value: Any) -> bytes:
    """A parameter or a reference to one; what it is depends on where it stands."""
    match value:
        case {"$ref": str(reference)}:
            return _bytes(number, _bytes(2, _text(1, reference)))
        case {"in": "body"}:
            found = _bytes(1, _write(_V2_BODY, value))
        case {"in": "path"}:
            found = _bytes(2, _bytes(4, _write(_V2_PATH_PARAMETER, value)))
        case _:
            found = _bytes(2, _bytes(3, _write(_V2_QUERY, value)))
    return _bytes(number, _bytes(1, found))


_V2_RESPONSE: Final[Message] = {"description": (1, _text), "schema": (2, _within(1, _V2_SCHEMAS))}
_V2_OPERATION: Final = _message(
    {
        "tags": (1, _TEXTS), "summary": (2, _text), "description": (3, _text), "operationId": (5, _text),
        "produces": (6, _TEXTS), "consumes": (7, _TEXTS), "parameters": (8, _each(_v2_parameter)),
        "responses": (9, _message({"*": (1, _named(_within(1, _message(_V2_RESPONSE))))})), "schemes": (10, _TEXTS),
        "deprecated": (11, _truth), "x-": (13, _EXTENSIONS),
    }
)  # fmt: skip
_V2_PATH: Final = _message(
    {
        **{name: (number, _V2_OPERATION) for number, name in enumerate(_METHODS, 2)},
        "parameters": (9, _each(_v2_parameter)),
        "x-": (10, _EXTENSIONS),
    }
)
_V2_API_KEY: Final[Message] = {
    "type": (1, _text), "name": (2, _text), "in": (3, _text), "description": (4, _text),
}  # fmt: skip
_V2_DOCUMENT: Final[Message] = {
    "swagger": (1, _text), "info": (2, _message({"title": (1, _text), "version": (2, _text), "description": (3, _text)})),
    "paths": (8, _message({"*": (2, _named(_V2_PATH))})), "definitions": (9, _map(_V2_SCHEMAS)),
    "security": (12, _each(_message({"*": (1, _named(_message({})))}))),
    "securityDefinitions": (13, _map(_within(2, _message(_V2_API_KEY)))), "x-": (16, _EXTENSIONS),
}  # fmt: skip
