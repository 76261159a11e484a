"""What is asked about files of the target, and answered: what reads them. Everything else is only recognized."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from fakes.mirrord.protocol.composites import Enum, Ok, OneOf, OptionOf, ResultOf, Struct
from fakes.mirrord.protocol.errors import RESPONSE_ERROR
from fakes.mirrord.protocol.unhandled import Unhandled, UnhandledCodec
from fakes.mirrord.protocol.wire import BOOL, BYTES, I64, STR, U8, U32, U64, Reader

__all__ = [
    "FILE_REQUEST",
    "FILE_RESPONSE",
    "Access",
    "AccessResult",
    "CloseFile",
    "Data",
    "FileAnswer",
    "FileQuestion",
    "Metadata",
    "Open",
    "OpenOptions",
    "OpenRelative",
    "OpenResult",
    "Read",
    "ReadLimited",
    "ReadLimitedResult",
    "ReadResult",
    "Seek",
    "SeekResult",
    "Stat",
    "StatResult",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOptions:
    """What a file is opened for."""

    read: bool = False
    write: bool = False
    append: bool = False
    truncate: bool = False
    create: bool = False
    create_new: bool = False

    @property
    def writes(self) -> bool:
        return self.write or self.append or self.truncate or self.create or self.create_new


@dataclass(frozen=True, slots=True)
class Open:
    """Open a file or a directory."""

    path: str
    options: OpenOptions


@dataclass(frozen=True, slots=True)
class OpenRelative:
    """Open what is in an open directory."""

    directory: int
    path: str
    options: OpenOptions


@dataclass(frozen=True, slots=True)
class Read:
    """Read on from where the last reading ended."""

    fd: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadLimited:
    """Read from a place in a file."""

    fd: int
    size: int
    start: int


@dataclass(frozen=True, slots=True)
class Seek:
    """Go on reading elsewhere; ``origin`` is from where, and how far."""

    fd: int
    origin: tuple[Literal["start", "end", "current"], int]


@dataclass(frozen=True, slots=True)
class CloseFile:
    """Forget an open file; it is not answered."""

    fd: int


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a file may be read (4), written (2) and executed (1), or is there at all (0)."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True)
class Stat:
    """About a path, an open file, or a path in an open directory."""

    path: str | None
    fd: int | None
    follow_symlink: bool


FileQuestion: TypeAlias = (
    Open | OpenRelative | Read | ReadLimited | Seek | CloseFile | Access | Stat | Unhandled
)


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


FileAnswer: TypeAlias = (
    OpenResult | ReadResult | ReadLimitedResult | SeekResult | AccessResult | StatResult | Unhandled
)


class _Nothing:
    """A value without bytes."""

    def read(self, reader: Reader) -> None:
        return None

    def write(self, output: bytearray, value: None) -> None:
        return None


class _SeekFrom:
    """Where from, and how far: at first from the start, which is never behind it."""

    def read(self, reader: Reader) -> tuple[str, int]:
        whence = _WHENCE.read(reader)
        return whence, (U64 if whence == "start" else I64).read(reader)

    def write(self, output: bytearray, value: tuple[str, int]) -> None:
        _WHENCE.write(output, value[0])
        (U64 if value[0] == "start" else I64).write(output, value[1])


_WHENCE = OneOf("start", "end", "current")
_OPTIONS = Struct(
    OpenOptions, read=BOOL, write=BOOL, append=BOOL, truncate=BOOL, create=BOOL, create_new=BOOL
)  # fmt: skip
_METADATA = Struct(
    Metadata, device=U64, inode=U64, mode=U32, links=U64, user=U32, group=U32, special_device=U64, size=U64,
    accessed=I64, modified=I64, created=I64, block_size=U64, blocks=U64,
)  # fmt: skip
_DATA = Struct(Data, data=BYTES, count=U64)

FILE_REQUEST = Enum(
    {
        0: Struct(Open, path=STR, options=_OPTIONS),
        1: Struct(OpenRelative, directory=U64, path=STR, options=_OPTIONS),
        2: Struct(Read, fd=U64, size=U64),
        3: Struct(ReadLimited, fd=U64, size=U64, start=U64),
        4: Struct(Seek, fd=U64, origin=_SeekFrom()),
        7: Struct(CloseFile, fd=U64),
        8: Struct(Access, path=STR, mode=U8),
        9: Struct(Stat, path=OptionOf(STR), fd=OptionOf(U64), follow_symlink=BOOL),
    },
    other=UnhandledCodec({
        5: "Write", 6: "WriteLimited", 10: "XstatFs", 11: "FdOpenDir", 12: "ReadDir", 13: "CloseDir", 14: "GetDEnts64",
        15: "ReadLink", 16: "ReadDirBatch", 17: "MakeDir", 18: "MakeDirAt", 19: "RemoveDir", 20: "Unlink",
        21: "UnlinkAt", 22: "StatFs", 23: "XstatFsV2", 24: "StatFsV2", 25: "Rename", 26: "Ftruncate", 27: "Futimens",
        28: "Fchown", 29: "Fchmod",
    }),
)  # fmt: skip
FILE_RESPONSE = Enum(
    {
        0: Struct(OpenResult, result=ResultOf(U64, RESPONSE_ERROR)),
        1: Struct(ReadResult, result=ResultOf(_DATA, RESPONSE_ERROR)),
        2: Struct(ReadLimitedResult, result=ResultOf(_DATA, RESPONSE_ERROR)),
        5: Struct(SeekResult, result=ResultOf(U64, RESPONSE_ERROR)),
        6: Struct(AccessResult, result=ResultOf(_Nothing(), RESPONSE_ERROR)),
        7: Struct(StatResult, result=ResultOf(_METADATA, RESPONSE_ERROR)),
    },
    other=UnhandledCodec({
        3: "Write", 4: "WriteLimited", 8: "XstatFs", 9: "ReadDir", 10: "OpenDir", 11: "GetDEnts64", 12: "ReadLink",
        13: "ReadDirBatch", 14: "MakeDir", 15: "RemoveDir", 16: "Unlink", 17: "XstatFsV2", 18: "Rename",
        19: "Ftruncate", 20: "Futimens", 21: "Fchown", 22: "Fchmod",
    }),
)  # fmt: skip
