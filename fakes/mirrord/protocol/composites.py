"""Codecs made of codecs: options, lists, maps, words, structs, enums and results, so that a message is a table of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from fakes.mirrord.protocol.wire import BOOL, STR, Codec, DecodeError, Reader, put_varint

__all__ = ["Enum", "Err", "ListOf", "MapOf", "Ok", "OneOf", "OnlyVariant", "OptionOf", "ResultOf", "Struct"]

T = TypeVar("T")


class OptionOf:
    """A value, or None."""

    def __init__(self, inner: Codec) -> None:
        self._inner = inner

    def read(self, reader: Reader) -> Any:
        return self._inner.read(reader) if BOOL.read(reader) else None

    def write(self, output: bytearray, value: Any) -> None:
        output.append(0 if value is None else 1)
        if value is not None:
            self._inner.write(output, value)


class ListOf:
    """Values in their order, as a tuple."""

    def __init__(self, inner: Codec) -> None:
        self._inner = inner

    def read(self, reader: Reader) -> tuple[Any, ...]:
        return tuple(self._inner.read(reader) for _ in range(reader.length()))

    def write(self, output: bytearray, value: Any) -> None:
        put_varint(output, len(value))
        for item in value:
            self._inner.write(output, item)


class MapOf:
    """A mapping of texts to texts, as a dict."""

    def read(self, reader: Reader) -> dict[str, str]:
        return {STR.read(reader): STR.read(reader) for _ in range(reader.length())}

    def write(self, output: bytearray, value: Mapping[str, str]) -> None:
        put_varint(output, len(value))
        for name, item in value.items():
            STR.write(output, name)
            STR.write(output, item)


class Struct:
    """The fields of a class, each with its codec, in the order of the wire; made by keyword."""

    def __init__(self, kind: type, /, **fields: Codec) -> None:
        self.kind = kind
        self._fields = tuple(fields.items())

    def read(self, reader: Reader) -> Any:
        return self.kind(**{name: codec.read(reader) for name, codec in self._fields})

    def write(self, output: bytearray, value: Any) -> None:
        for name, codec in self._fields:
            codec.write(output, getattr(value, name))


class Enum:
    """One of several structs, by its index. An index that is not here is read by ``other``, or refused."""

    def __init__(self, variants: Mapping[int, Struct], other: Codec | None = None) -> None:
        self._variants = dict(variants)
        self._index = {struct.kind: (index, struct) for index, struct in variants.items()}
        self._other = other

    def read(self, reader: Reader) -> Any:
        index = reader.varint()
        struct = self._variants.get(index)
        if struct is not None:
            return struct.read(reader)
        if self._other is None:
            raise DecodeError(f"no variant {index}")
        put_back = bytearray()
        put_varint(put_back, index)
        return self._other.read(Reader(bytes(put_back) + reader.rest()))

    def write(self, output: bytearray, value: Any) -> None:
        found = self._index.get(type(value))
        if found is None:
            if self._other is None:
                raise ValueError(f"{type(value).__name__} is no variant here")
            self._other.write(output, value)
            return
        put_varint(output, found[0])
        found[1].write(output, value)


class OneOf:
    """One of several words, by its index."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def read(self, reader: Reader) -> str:
        index = reader.varint()
        if index >= len(self._words):
            raise DecodeError(f"no variant {index}")
        return self._words[index]

    def write(self, output: bytearray, value: str) -> None:
        put_varint(output, self._words.index(value))


class OnlyVariant:
    """A value inside an enum that has one variant. What follows it in the enum may be written as if outside."""

    def __init__(self, inner: Codec) -> None:
        self._inner = inner

    def read(self, reader: Reader) -> Any:
        if index := reader.varint():
            raise DecodeError(f"no variant {index}")
        return self._inner.read(reader)

    def write(self, output: bytearray, value: Any) -> None:
        output.append(0)
        self._inner.write(output, value)


class Ok(Generic[T]):
    """The good half of a result."""

    __match_args__ = ("value",)
    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self), self.value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


class Err(Ok[T]):
    """The bad half of a result."""

    __slots__ = ()


class ResultOf:
    """``Ok`` or ``Err``."""

    def __init__(self, good: Codec, bad: Codec) -> None:
        self._good = good
        self._bad = bad

    def read(self, reader: Reader) -> Ok[Any]:
        index = reader.varint()
        if index > 1:
            raise DecodeError(f"no result {index}")
        return Err(self._bad.read(reader)) if index else Ok(self._good.read(reader))

    def write(self, output: bytearray, value: Ok[Any]) -> None:
        bad = isinstance(value, Err)
        output.append(1 if bad else 0)
        (self._bad if bad else self._good).write(output, value.value)
