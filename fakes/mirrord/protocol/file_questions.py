"""What is asked about files of the target: what reads and lists is read, everything else is only recognized."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from fakes.mirrord.protocol.composites import Enum, OneOf, OptionOf, Struct
from fakes.mirrord.protocol.unhandled import Unhandled, UnhandledCodec
from fakes.mirrord.protocol.wire import BOOL, I64, STR, U8, U64, Reader

__all__ = [
    "FILE_REQUEST",
    "Access",
    "CloseDirectory",
    "CloseFile",
    "FileQuestion",
    "Open",
    "OpenDirectory",
    "OpenOptions",
    "OpenRelative",
    "Read",
    "ReadDirectory",
    "ReadDirectoryBatch",
    "ReadLimited",
    "ReadRawDirectory",
    "Seek",
    "Stat",
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


@dataclass(frozen=True, slots=True)
class OpenDirectory:
    """Begin to list an open directory; the answer has a number of its own."""

    fd: int


@dataclass(frozen=True, slots=True)
class ReadDirectory:
    """What comes next in a listing."""

    fd: int


@dataclass(frozen=True, slots=True)
class ReadDirectoryBatch:
    """The next so many of a listing."""

    fd: int
    amount: int


@dataclass(frozen=True, slots=True)
class ReadRawDirectory:
    """As the system call ``getdents64`` on an open directory, in which ``.`` and ``..`` are listed."""

    fd: int
    size: int


@dataclass(frozen=True, slots=True)
class CloseDirectory:
    """Forget a listing; it is not answered."""

    fd: int


FileQuestion: TypeAlias = (
    Open
    | OpenRelative
    | Read
    | ReadLimited
    | Seek
    | CloseFile
    | Access
    | Stat
    | OpenDirectory
    | ReadDirectory
    | ReadDirectoryBatch
    | ReadRawDirectory
    | CloseDirectory
    | Unhandled
)


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
        11: Struct(OpenDirectory, fd=U64),
        12: Struct(ReadDirectory, fd=U64),
        13: Struct(CloseDirectory, fd=U64),
        14: Struct(ReadRawDirectory, fd=U64, size=U64),
        16: Struct(ReadDirectoryBatch, fd=U64, amount=U64),
    },
    other=UnhandledCodec({
        5: "Write", 6: "WriteLimited", 10: "XstatFs", 15: "ReadLink", 17: "MakeDir", 18: "MakeDirAt", 19: "RemoveDir",
        20: "Unlink", 21: "UnlinkAt", 22: "StatFs", 23: "XstatFsV2", 24: "StatFsV2", 25: "Rename", 26: "Ftruncate",
        27: "Futimens", 28: "Fchown", 29: "Fchmod",
    }),
)  # fmt: skip
