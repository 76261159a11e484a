"""What is answered about files of the target: what was read and listed, and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from fakes.mirrord.protocol.composites import Enum, ListOf, Ok, OptionOf, ResultOf, Struct
from fakes.mirrord.protocol.errors import RESPONSE_ERROR
from fakes.mirrord.protocol.unhandled import Unhandled, UnhandledCodec
from fakes.mirrord.protocol.wire import BYTES, I64, STR, U8, U32, U64, Reader

__all__ = [
    "FILE_RESPONSE",
    "AccessResult",
    "Batch",
    "Data",
    "Entry",
    "FileAnswer",
    "Metadata",
    "OpenDirectoryResult",
    "OpenResult",
    "RawBatch",
    "ReadDirectoryBatchResult",
    "ReadDirectoryResult",
    "ReadLimitedResult",
    "ReadRawDirectoryResult",
    "ReadResult",
    "SeekResult",
    "StatResult",
]


@dataclass(frozen=True, slots=True)
class Data:
    """What was read; none at the end of the file."""

    data: bytes
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """As of ``stat``. Of times, agents tell no more than what is left of a second."""

    device: int = 1
    inode: int
    mode: int
    links: int = 1
    user: int = 0
    group: int = 0
    special_device: int = 0
    size: int
    accessed: int = 0
    modified: int = 0
    created: int = 0
    block_size: int = 4096
    blocks: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a directory; ``kind`` is as ``d_type``."""

    inode: int
    position: int
    name: str
    kind: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of a listing; none at its end."""

    fd: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RawBatch:
    """The same, and how many bytes it takes."""

    fd: int
    entries: tuple[Entry, ...]
    size: int


@dataclass(frozen=True, slots=True)
class OpenResult:
    """The number of the open file."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ReadResult:
    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ReadLimitedResult:
    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class SeekResult:
    """The new place, from the start of the file."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class AccessResult:
    """``Ok`` with nothing in it."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class StatResult:
    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class OpenDirectoryResult:
    """The number of the listing."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ReadDirectoryResult:
    """An entry, or None at the end."""

    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ReadDirectoryBatchResult:
    result: Ok[Any]


@dataclass(frozen=True, slots=True)
class ReadRawDirectoryResult:
    result: Ok[Any]


FileAnswer: TypeAlias = (
    OpenResult
    | ReadResult
    | ReadLimitedResult
    | SeekResult
    | AccessResult
    | StatResult
    | OpenDirectoryResult
    | ReadDirectoryResult
    | ReadDirectoryBatchResult
    | ReadRawDirectoryResult
    | Unhandled
)


class _Nothing:
    """A value without bytes."""

    def read(self, reader: Reader) -> None:
        return None

    def write(self, output: bytearray, value: None) -> None:
        return None


_METADATA = Struct(
    Metadata, device=U64, inode=U64, mode=U32, links=U64, user=U32, group=U32, special_device=U64, size=U64,
    accessed=I64, modified=I64, created=I64, block_size=U64, blocks=U64,
)  # fmt: skip
_ENTRY = Struct(Entry, inode=U64, position=U64, name=STR, kind=U8)
_BATCH = Struct(Batch, fd=U64, entries=ListOf(_ENTRY))
_RAW_BATCH = Struct(RawBatch, fd=U64, entries=ListOf(_ENTRY), size=U64)
_DATA = Struct(Data, data=BYTES, count=U64)


FILE_RESPONSE = Enum(
    {
        0: Struct(OpenResult, result=ResultOf(U64, RESPONSE_ERROR)),
        1: Struct(ReadResult, result=ResultOf(_DATA, RESPONSE_ERROR)),
        2: Struct(ReadLimitedResult, result=ResultOf(_DATA, RESPONSE_ERROR)),
        5: Struct(SeekResult, result=ResultOf(U64, RESPONSE_ERROR)),
        6: Struct(AccessResult, result=ResultOf(_Nothing(), RESPONSE_ERROR)),
        7: Struct(StatResult, result=ResultOf(_METADATA, RESPONSE_ERROR)),
        9: Struct(ReadDirectoryResult, result=ResultOf(OptionOf(_ENTRY), RESPONSE_ERROR)),
        10: Struct(OpenDirectoryResult, result=ResultOf(U64, RESPONSE_ERROR)),
        11: Struct(ReadRawDirectoryResult, result=ResultOf(_RAW_BATCH, RESPONSE_ERROR)),
        13: Struct(ReadDirectoryBatchResult, result=ResultOf(_BATCH, RESPONSE_ERROR)),
    },
    other=UnhandledCodec({
        3: "Write", 4: "WriteLimited", 8: "XstatFs", 12: "ReadLink", 14: "MakeDir", 15: "RemoveDir", 16: "Unlink",
        17: "XstatFsV2", 18: "Rename", 19: "Ftruncate", 20: "Futimens", 21: "Fchown", 22: "Fchmod",
    }),
)  # fmt: skip
