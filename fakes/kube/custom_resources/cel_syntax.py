"""The syntax tree of a compiled expression, from the bytes into which the interpreter serialises it.

The message is cel.expr.CheckedExpr; only what a check of types needs is read of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Node", "read_expression"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(slots=True, kw_only=True)
class Node:
    """An expression. ``kind`` is const, ident, select, call, list, struct or comprehension.

    ``name`` is that of an ident, field or function, or of the variable of a comprehension; ``value`` the name of a
    constant's type. A select that only tests is of ``has()``.
    """

    id: int = 0
    kind: str = ""
    name: str = ""
    value: str = ""
    text: str = ""
    test: bool = False
    target: Node | None = None
    args: list[Node] = field(default_factory=list)
    accumulator: str = ""
    parts: dict[str, Node] = field(default_factory=dict)


def _fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, position = _varint(data, position)
            yield number, wire, value
        elif wire == _BYTES:
            length, position = _varint(data, position)
            yield number, wire, data[position : position + length]
            position += length
        else:
            size = 8 if wire == _FIXED64 else 4
            yield number, wire, data[position : position + size]
            position += size


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def read_expression(serialized: bytes) -> tuple[Node, dict[int, int]]:
    """The tree, and the offset in the text of each node's id."""
    checked = next(value for number, _, value in _fields(serialized) if number == 2)
    root = Node()
    positions: dict[int, int] = {}
    assert isinstance(checked, bytes)
    for number, _, value in _fields(checked):
        if number == 4 and isinstance(value, bytes):
            root = _expression(value)
        elif number == 5 and isinstance(value, bytes):
            positions = dict(_positions(value))
    return root, positions


def _positions(source: bytes) -> Iterator[tuple[int, int]]:
    for number, _, value in _fields(source):
        if number == 4 and isinstance(value, bytes):
            entry = {key: each for key, _, each in _fields(value)}
            yield int(entry.get(1, 0)), int(entry.get(2, 0))


def _expression(data: bytes) -> Node:
    node = Node()
    readers = {3: _const, 4: _ident, 5: _select, 6: _call, 7: _list, 8: _struct, 9: _comprehension}
    for number, _, value in _fields(data):
        if number == 2 and isinstance(value, int):
            node.id = value
        elif number in readers and isinstance(value, bytes):
            readers[number](node, value)
    return node


_CONSTANTS = {1: "null", 2: "bool", 3: "int", 4: "uint", 5: "double", 6: "string", 7: "bytes"}


def _const(node: Node, data: bytes) -> None:
    node.kind = "const"
    for number, _, value in _fields(data):
        node.value = _CONSTANTS.get(number, "")
        if number == 6 and isinstance(value, bytes):
            node.text = value.decode()


def _ident(node: Node, data: bytes) -> None:
    node.kind = "ident"
    node.name = "".join(value.decode() for _, _, value in _fields(data) if isinstance(value, bytes))


def _select(node: Node, data: bytes) -> None:
    node.kind = "select"
    for number, _, value in _fields(data):
        if number == 1 and isinstance(value, bytes):
            node.target = _expression(value)
        elif number == 2 and isinstance(value, bytes):
            node.name = value.decode()
        elif number == 3:
            node.test = bool(value)


def _call(node: Node, data: bytes) -> None:
    node.kind = "call"
    for number, _, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            node.target = _expression(value)
        elif number == 2:
            node.name = value.decode()
        elif number == 3:
            node.args.append(_expression(value))


def _list(node: Node, data: bytes) -> None:
    node.kind = "list"
    node.args = [
        _expression(value) for number, _, value in _fields(data) if number == 1 and isinstance(value, bytes)
    ]


def _struct(node: Node, data: bytes) -> None:
    node.kind = "struct"
    for number, _, value in _fields(data):
        if number == 2 and isinstance(value, bytes):
            node.args += [
                _expression(each) for key, _, each in _fields(value) if key == 4 and isinstance(each, bytes)
            ]


_PARTS = {2: "range", 4: "init", 5: "condition", 6: "step", 7: "result"}


def _comprehension(node: Node, data: bytes) -> None:
    node.kind = "comprehension"
    for number, _, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            node.name = value.decode()
        elif number == 3:
            node.accumulator = value.decode()
        elif number in _PARTS:
            node.parts[_PARTS[number]] = _expression(value)
