"""Messages that are only recognized: what kind they are, and the bytes that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.mirrord.protocol.wire import DecodeError, Reader

__all__ = ["Unhandled", "UnhandledCodec"]


@dataclass(frozen=True, slots=True)
class Unhandled:
    """A message that is not simulated: the index of its kind, and the bytes after it."""

    index: int
    payload: bytes


class UnhandledCodec:
    """Recognizes a message by its index and keeps the rest."""

    def __init__(self, known: Mapping[int, str]) -> None:
        self._known = known

    def read(self, reader: Reader) -> Unhandled:
        index = reader.varint()
        if index not in self._known:
            raise DecodeError(f"no message {index}")
        return Unhandled(index, reader.rest())

    def write(self, output: bytearray, value: Any) -> None:
        if getattr(value, "index", None) not in self._known:
            raise ValueError(f"{value!r} is no message")
        output.append(value.index)
        output += value.payload
