"""HTTP filters and the two ways to steal a port, on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fakes.mirrord.model.filters import (
    METHODS,
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from fakes.mirrord.protocol.composites import Enum, ListOf, OnlyVariant, Struct
from fakes.mirrord.protocol.wire import BOOL, STR, U16, DecodeError, Reader, put_varint

__all__ = [
    "HTTP_FILTER",
    "STEAL_TYPE",
    "BodyFilter",
    "CompositeFilter",
    "HeaderFilter",
    "HeaderJqFilter",
    "HttpFilter",
    "MethodFilter",
    "PathFilter",
    "StealAll",
    "StealFiltered",
    "StealFilteredHeader",
    "StealType",
]

_OTHER_METHOD = len(METHODS)


class _Method:
    """A method by its index, or any other by its name."""

    def read(self, reader: Reader) -> str:
        index = reader.varint()
        if index > _OTHER_METHOD:
            raise DecodeError(f"no method {index}")
        return METHODS[index] if index < _OTHER_METHOD else str(STR.read(reader))

    def write(self, output: bytearray, value: str) -> None:
        if value in METHODS:
            put_varint(output, METHODS.index(value))
            return
        put_varint(output, _OTHER_METHOD)
        STR.write(output, value)


class _Filter:
    """Filters contain filters: this is the knot."""

    def read(self, reader: Reader) -> HttpFilter:
        found: HttpFilter = _VARIANTS.read(reader)
        return found

    def write(self, output: bytearray, value: HttpFilter) -> None:
        _VARIANTS.write(output, value)


HTTP_FILTER = _Filter()
_VARIANTS = Enum(
    {
        0: Struct(HeaderFilter, pattern=STR),
        1: Struct(PathFilter, pattern=STR),
        2: Struct(CompositeFilter, all_of=BOOL, filters=ListOf(HTTP_FILTER)),
        3: Struct(MethodFilter, method=_Method()),
        4: Struct(BodyFilter, query=OnlyVariant(STR), matches=STR),
        5: Struct(HeaderJqFilter, program=STR),
    }
)


@dataclass(frozen=True, slots=True)
class StealAll:
    """All the traffic of a port."""

    port: int


@dataclass(frozen=True, slots=True)
class StealFilteredHeader:
    """The requests of a port that a header pattern matches: the older form."""

    port: int
    pattern: str


@dataclass(frozen=True, slots=True)
class StealFiltered:
    """The requests of a port that a filter matches."""

    port: int
    filter: HttpFilter


StealType: TypeAlias = StealAll | StealFilteredHeader | StealFiltered

STEAL_TYPE = Enum(
    {
        0: Struct(StealAll, port=U16),
        1: Struct(StealFilteredHeader, port=U16, pattern=STR),
        2: Struct(StealFiltered, port=U16, filter=HTTP_FILTER),
    }
)
