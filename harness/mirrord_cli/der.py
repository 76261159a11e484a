"""As much of DER as client certificates need: elements written and read, nothing interpreted."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Element", "encode", "read", "read_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A tag and its content, and where the next element begins."""

    tag: int
    content: bytes
    end: int


def encode(tag: int, *parts: bytes) -> bytes:
    """An element of the parts, one after another."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def read(data: bytes, start: int = 0) -> Element:
    """The element that begins at ``start``; tags of one byte only.

    Raises:
        ValueError: there is none, or it is longer than the data.
    """
    if start + 2 > len(data):
        raise ValueError("unexpected end of DER")
    tag, length = data[start], data[start + 1]
    begin = start + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + length > len(data):
        raise ValueError("unexpected end of DER")
    return Element(tag=tag, content=data[begin : begin + length], end=begin + length)


def read_all(data: bytes) -> list[Element]:
    """All elements, one after another."""
    elements = []
    position = 0
    while position < len(data):
        element = read(data, position)
        elements.append(element)
        position = element.end
    return elements
