"""Directories: what is in them as far as files are known, and how that is told, some at a time."""

from __future__ import annotations

import posixpath
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from fakes.mirrord.protocol.file_answers import Entry

__all__ = ["Directory", "entries", "inode", "listing", "taken_within", "with_dots"]

_DT_DIR, _DT_REG = 4, 8
_HEAD = 20
"""Of a ``linux_dirent64``: what it has beside its name, the zero at the end included."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The names in a directory, each with whether it is one itself."""

    names: tuple[tuple[str, bool], ...] = ()


def listing(path: str, files: Iterable[str], directories: Iterable[str]) -> Directory | None:
    """What is in a directory, of files and directories by their full paths; None if there is no such directory."""
    prefix = path if path == "/" else f"{path}/"
    names: dict[str, bool] = {}
    known = False
    for each, is_directory in [*((each, False) for each in files), *((each, True) for each in directories)]:
        known = known or (is_directory and each == path)
        if each.startswith(prefix):
            name, deeper, _ = each.removeprefix(prefix).partition("/")
            names[name] = names.get(name, False) or is_directory or bool(deeper)
    return Directory(tuple(sorted(names.items()))) if known or names else None


def inode(path: str) -> int:
    """A number that no other path is likely to have."""
    return zlib.crc32(posixpath.normpath(path).encode())


def entries(path: str, directory: Directory) -> deque[Entry]:
    """Everything in a directory."""
    return deque(
        _entry(posixpath.join(path, name), name, position, is_directory)
        for position, (name, is_directory) in enumerate(directory.names)
    )


def with_dots(path: str, directory: Directory) -> deque[Entry]:
    """The same as a system call tells it: after the directory itself and the one that it is in."""
    dots = [_entry(path, ".", 0, True), _entry(posixpath.dirname(path), "..", 1, True)]
    found = (
        Entry(each.inode, each.position + len(dots), each.name, each.kind)
        for each in entries(path, directory)
    )
    return deque([*dots, *found])


def taken_within(left: deque[Entry], size: int) -> tuple[tuple[Entry, ...], int]:
    """The next that fit into so many bytes, and how many they take."""
    taken: list[Entry] = []
    used = 0
    while left and used + _record_length(left[0]) <= size:
        used += _record_length(left[0])
        taken.append(left.popleft())
    return tuple(taken), used


def _entry(path: str, name: str, position: int, is_directory: bool) -> Entry:
    return Entry(inode(path), position, name, _DT_DIR if is_directory else _DT_REG)


def _record_length(entry: Entry) -> int:
    """A multiple of eight."""
    return -(-(_HEAD + len(entry.name.encode())) // 8) * 8
