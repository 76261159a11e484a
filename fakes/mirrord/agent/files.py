"""The conversation about files: which are open, how far they are read, and which error is the answer to what cannot be.

Files are only read, and directories only listed. What is open is as it was when it was opened.
"""

from __future__ import annotations

import posixpath
import stat
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

from fakes.mirrord.agent.directories import Directory, entries, inode, taken_within, with_dots
from fakes.mirrord.protocol import errors
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.file_answers import (
    AccessResult,
    Batch,
    Data,
    Entry,
    FileAnswer,
    Metadata,
    OpenDirectoryResult,
    OpenResult,
    RawBatch,
    ReadDirectoryBatchResult,
    ReadDirectoryResult,
    ReadLimitedResult,
    ReadRawDirectoryResult,
    ReadResult,
    SeekResult,
    StatResult,
)
from fakes.mirrord.protocol.file_questions import (
    Access,
    CloseDirectory,
    CloseFile,
    FileQuestion,
    Open,
    OpenDirectory,
    OpenOptions,
    OpenRelative,
    Read,
    ReadDirectory,
    ReadDirectoryBatch,
    ReadLimited,
    ReadRawDirectory,
    Seek,
    Stat,
)

__all__ = ["Found", "OpenFiles"]

Found = bytes | Directory
"""What is in a file, or in a directory."""

_ENOENT, _EACCES, _EINVAL, _EROFS = 2, 13, 22, 30
_NO_SUCH_FILE = errors.RemoteIO(_ENOENT, errors.IO_NOT_FOUND)
_NOT_EXECUTABLE = errors.RemoteIO(_EACCES, errors.IO_PERMISSION_DENIED)
_INVALID = errors.RemoteIO(_EINVAL, errors.IO_INVALID_INPUT)
_READ_ONLY = errors.RemoteIO(_EROFS, errors.IO_READ_ONLY)
_EXECUTE, _WRITE = 1, 2
_BLOCK = 512
_MOST = 1 << 24


class _RefusedError(Exception):
    """Why something cannot be done."""

    def __init__(self, error: errors.ResponseError) -> None:
        self.error = error


@dataclass(slots=True, kw_only=True)
class _Open:
    path: str
    found: Found
    position: int = 0
    left: deque[Entry] | None = None


class OpenFiles:
    """Answers about files.

    Args:
        look: what there is at an absolute path.

    Raises of ``look``: FileNotFoundError, there is nothing.
    """

    def __init__(self, look: Callable[[str], Awaitable[Found]]) -> None:
        self._look = look
        self._open: dict[int, _Open] = {}
        self._listings: dict[int, deque[Entry]] = {}
        self._next = 0

    async def answer(self, question: FileQuestion) -> FileAnswer | None:
        """The answer to a question, if it is one that is answered."""
        match question:
            case Open(path, options):
                return OpenResult(await _tried(self._opened(path, options)))
            case OpenRelative(directory, path, options):
                return OpenResult(await _tried(self._opened_in(directory, path, options)))
            case Read(fd, size):
                return ReadResult(await _tried(self._read_on(fd, size)))
            case ReadLimited(fd, size, start):
                return ReadLimitedResult(await _tried(self._read(fd, size, start)))
            case Seek(fd, (whence, offset)):
                return SeekResult(await _tried(self._sought(fd, whence, offset)))
            case Access(path, mode):
                return AccessResult(await _tried(self._accessible(path, mode)))
            case Stat(path, fd):
                return StatResult(await _tried(self._metadata(path, fd)))
            case OpenDirectory(fd):
                return OpenDirectoryResult(await _tried(self._listed(fd)))
            case ReadDirectory(fd):
                return ReadDirectoryResult(await _tried(self._next_entry(fd)))
            case ReadDirectoryBatch(fd, amount):
                return ReadDirectoryBatchResult(await _tried(self._next_entries(fd, amount)))
            case ReadRawDirectory(fd, size):
                return ReadRawDirectoryResult(await _tried(self._raw_entries(fd, size)))
            case CloseFile(fd):
                self._open.pop(fd, None)
            case CloseDirectory(fd):
                self._listings.pop(fd, None)
        return None

    async def _opened(self, path: str, options: OpenOptions) -> int:
        found = await self._found(path)
        if options.writes:
            _refuse(_READ_ONLY)
        number = self._number()
        self._open[number] = _Open(path=path, found=found)
        return number

    async def _opened_in(self, directory: int, path: str, options: OpenOptions) -> int:
        return await self._opened(posixpath.join(self._directory(directory)[0], path), options)

    async def _read_on(self, fd: int, size: int) -> Data:
        data = await self._read(fd, size, self._open[fd].position if fd in self._open else 0)
        self._open[fd].position += data.count
        return data

    async def _read(self, fd: int, size: int, start: int) -> Data:
        data = self._file(fd)[start : start + min(size, _MOST)]
        return Data(data, len(data))

    async def _sought(self, fd: int, whence: str, offset: int) -> int:
        content, opened = self._file(fd), self._open[fd]
        place = {"start": 0, "end": len(content), "current": opened.position}[whence] + offset
        if place < 0:
            _refuse(_INVALID)
        opened.position = place
        return place

    async def _listed(self, fd: int) -> int:
        listed = entries(*self._directory(fd))
        number = self._number()
        self._listings[number] = listed
        return number

    async def _next_entry(self, fd: int) -> Entry | None:
        left = self._listing(fd)
        return left.popleft() if left else None

    async def _next_entries(self, fd: int, amount: int) -> Batch:
        left = self._listing(fd)
        return Batch(fd, tuple(left.popleft() for _ in range(min(amount, len(left)))))

    async def _raw_entries(self, fd: int, size: int) -> RawBatch:
        opened = self._opened_as(fd)
        if opened.left is None:
            opened.left = with_dots(*self._directory(fd))
        return RawBatch(fd, *taken_within(opened.left, size))

    async def _accessible(self, path: str, mode: int) -> None:
        found = await self._found(path)
        if mode & _WRITE:
            _refuse(_READ_ONLY)
        if mode & _EXECUTE and isinstance(found, bytes):
            _refuse(_NOT_EXECUTABLE)

    async def _metadata(self, path: str | None, fd: int | None) -> Metadata:
        if path is None:
            if fd is None:
                _refuse(_INVALID)
            opened = self._opened_as(fd)
            return _metadata(opened.path, opened.found)
        whole = path if fd is None else posixpath.join(self._directory(fd)[0], path)
        return _metadata(whole, await self._found(whole))

    async def _found(self, path: str) -> Found:
        if not path.startswith("/"):
            _refuse(_NO_SUCH_FILE)
        try:
            return await self._look(posixpath.normpath(path.replace("//", "/")))
        except FileNotFoundError as error:
            raise _RefusedError(_NO_SUCH_FILE) from error

    def _opened_as(self, fd: int) -> _Open:
        if fd not in self._open:
            _refuse(errors.NotFound(fd))
        return self._open[fd]

    def _file(self, fd: int) -> bytes:
        found = self._opened_as(fd).found
        if isinstance(found, Directory):
            _refuse(errors.NotFile(fd))
        return found

    def _directory(self, fd: int) -> tuple[str, Directory]:
        opened = self._opened_as(fd)
        if isinstance(opened.found, bytes):
            _refuse(errors.NotDirectory(fd))
        return opened.path, opened.found

    def _listing(self, fd: int) -> deque[Entry]:
        if fd not in self._listings:
            _refuse(errors.NotFound(fd))
        return self._listings[fd]

    def _number(self) -> int:
        self._next += 1
        return self._next - 1


async def _tried(doing: Awaitable[object]) -> Ok[object]:
    try:
        return Ok(await doing)
    except _RefusedError as refused:
        return Err(refused.error)


def _refuse(error: errors.ResponseError) -> NoReturn:
    raise _RefusedError(error)


def _metadata(path: str, found: Found) -> Metadata:
    if isinstance(found, Directory):
        return Metadata(inode=inode(path), mode=stat.S_IFDIR | 0o755, links=2, size=4096, blocks=8)
    size = len(found)
    return Metadata(inode=inode(path), mode=stat.S_IFREG | 0o644, size=size, blocks=-(-size // _BLOCK))
