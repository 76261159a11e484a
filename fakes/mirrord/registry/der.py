"""As much of DER as certificates and requests for them need: elements taken apart, nothing interpreted.

A strict parser refuses what the product's client sends, with the OID of another key type and explicit NULLs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Element", "children", "from_pem", "read"]

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+(.*?)-----END \1-----", re.DOTALL)


class Element(NamedTuple):
    """A tag of one byte, the content, and the whole element with its head."""

    tag: int
    content: bytes
    raw: bytes


def read(data: bytes) -> Element:
    """The element at the beginning.

    Raises:
        ValueError: there is none, or it is longer than the data.
    """
    if len(data) < 2:
        raise ValueError("unexpected end of DER")
    length, begin = data[1], 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[2:begin], "big")
    end = begin + length
    if end > len(data):
        raise ValueError("unexpected end of DER")
    return Element(data[0], data[begin:end], data[:end])


def children(element: Element) -> Iterator[Element]:
    """The elements inside of one.

    Raises:
        ValueError: the content is not made of elements.
    """
    rest = element.content
    while rest:
        child = read(rest)
        yield child
        rest = rest[len(child.raw) :]


def from_pem(text: str) -> bytes:
    """The content of the first PEM block.

    Raises:
        ValueError: there is none.
    """
    found = _PEM.search(text)
    if found is None:
        raise ValueError("malformed PEM")
    try:
        return base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"malformed PEM: {error}") from error
