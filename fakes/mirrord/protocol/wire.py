"""bincode 2 in its standard configuration: little-endian, integers of variable length.

Numbers below 251 are one byte; ``FB``, ``FC``, ``FD`` and ``FE`` announce 2, 4, 8 and 16 bytes. Signed numbers are zigzag.
A variant of an enum is its index, then its fields; what is optional begins with 0 or 1, a result with 0 for good.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Protocol

__all__ = [
    "BOOL",
    "BYTES",
    "I32",
    "I64",
    "IP",
    "SOCKET_ADDRESS",
    "STR",
    "U8",
    "U16",
    "U32",
    "U64",
    "U128",
    "Codec",
    "DecodeError",
    "Reader",
    "put_varint",
]


class DecodeError(ValueError):
    """Bytes that are no message."""


class Reader:
    """Bytes that are read once, from the front."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    @property
    def remaining(self) -> int:
        return len(self._data) - self._position

    def take(self, count: int) -> bytes:
        if count > self.remaining:
            raise DecodeError(f"{count} bytes expected, {self.remaining} left")
        start = self._position
        self._position += count
        return self._data[start : self._position]

    def byte(self) -> int:
        return self.take(1)[0]

    def varint(self) -> int:
        first = self.byte()
        if first < 251:
            return first
        if first == 255:
            raise DecodeError("no number begins with FF")
        return int.from_bytes(self.take(2 << (first - 251)), "little")

    def length(self) -> int:
        """The length of a list or text, which cannot be more than what is left."""
        count = self.varint()
        if count > self.remaining:
            raise DecodeError(f"a length of {count} with {self.remaining} bytes left")
        return count

    def rest(self) -> bytes:
        return self.take(self.remaining)


class Codec(Protocol):
    """Reads a value from bytes, and writes it."""

    def read(self, reader: Reader) -> Any: ...

    def write(self, output: bytearray, value: Any) -> None: ...


def put_varint(output: bytearray, value: int) -> None:
    """Write a number that is not negative in its shortest form."""
    if value < 251:
        output.append(value)
        return
    marker, size = 251, 2
    while value >> (8 * size):
        marker, size = marker + 1, size * 2
    output.append(marker)
    output += value.to_bytes(size, "little")


class _Unsigned:
    def __init__(self, bits: int) -> None:
        self._limit = 1 << bits

    def read(self, reader: Reader) -> int:
        value = reader.varint()
        if value >= self._limit:
            raise DecodeError(f"{value} is too large")
        return value

    def write(self, output: bytearray, value: int) -> None:
        if not 0 <= value < self._limit:
            raise ValueError(f"{value} does not fit")
        put_varint(output, value)


class _Signed:
    def read(self, reader: Reader) -> int:
        value = reader.varint()
        return -(value // 2) - 1 if value & 1 else value // 2

    def write(self, output: bytearray, value: int) -> None:
        put_varint(output, -2 * value - 1 if value < 0 else 2 * value)


class _Byte:
    def read(self, reader: Reader) -> int:
        return reader.byte()

    def write(self, output: bytearray, value: int) -> None:
        output.append(value)


class _Bool:
    def read(self, reader: Reader) -> bool:
        value = reader.byte()
        if value > 1:
            raise DecodeError(f"{value} is neither true nor false")
        return value == 1

    def write(self, output: bytearray, value: bool) -> None:
        output.append(1 if value else 0)


class _Bytes:
    def read(self, reader: Reader) -> bytes:
        return reader.take(reader.length())

    def write(self, output: bytearray, value: bytes) -> None:
        put_varint(output, len(value))
        output += value


class _Str:
    def read(self, reader: Reader) -> str:
        try:
            return reader.take(reader.length()).decode()
        except UnicodeDecodeError as error:
            raise DecodeError(str(error)) from error

    def write(self, output: bytearray, value: str) -> None:
        encoded = value.encode()
        put_varint(output, len(encoded))
        output += encoded


class _Ip:
    def read(self, reader: Reader) -> str:
        sizes = {0: 4, 1: 16}
        family = reader.varint()
        if family not in sizes:
            raise DecodeError(f"no address family {family}")
        return str(ipaddress.ip_address(reader.take(sizes[family])))

    def write(self, output: bytearray, value: str) -> None:
        address = ipaddress.ip_address(value)
        output.append(0 if address.version == 4 else 1)
        output += address.packed


class _SocketAddress:
    def read(self, reader: Reader) -> tuple[str, int]:
        return IP.read(reader), U16.read(reader)

    def write(self, output: bytearray, value: tuple[str, int]) -> None:
        IP.write(output, value[0])
        U16.write(output, value[1])


U16, U32, U64, U128 = _Unsigned(16), _Unsigned(32), _Unsigned(64), _Unsigned(128)
U8 = _Byte()
I32 = I64 = _Signed()
BOOL, BYTES, STR, IP, SOCKET_ADDRESS = _Bool(), _Bytes(), _Str(), _Ip(), _SocketAddress()
