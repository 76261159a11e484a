"""Checking an expression against a schema, which the interpreter cannot do for objects: fields that do not exist,
and operators between types that have none.

What is not known for sure is of type ``dyn`` and fits everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fakes.kube.custom_resources.cel_syntax import Node, read_expression
from fakes.kube.custom_resources.patterns import PatternError, check_pattern
from fakes.kube.custom_resources.structural import Structural

__all__ = ["FORMATS", "RESERVED", "Checked", "SelfType", "check_scope", "check_types", "escape"]

RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
"""Words that no name in an expression may be. Source: the specification of CEL."""
_OPERATORS = frozenset({"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_", "_*_", "_/_", "_%_"})
_LOGICAL = frozenset({"_&&_", "_||_", "!_", "@not_strictly_false"})
_NUMBERS = frozenset({"int", "uint", "double"})
_ARITHMETIC: Mapping[str, frozenset[str]] = {
    "_+_": frozenset({"int", "uint", "double", "string", "bytes"}),
    "_-_": _NUMBERS,
    "_*_": _NUMBERS,
    "_/_": _NUMBERS,
    "_%_": frozenset({"int", "uint"}),
}
_identifier = re.compile("[A-Za-z_][A-Za-z0-9_]*").fullmatch


@dataclass(frozen=True, slots=True)
class SelfType:
    """What ``self`` is: the node of a schema, and whether it is the root of a resource."""

    schema: Structural
    root: bool = False


def escape(name: str) -> str:
    """The name by which an expression reads a property; empty if it cannot."""
    if name in RESERVED:
        return f"__{name}__"
    parts = {".": "__dot__", "-": "__dash__", "/": "__slash__"}
    text = name.replace("__", "__underscores__")
    text = "".join(parts.get(character, character) for character in text)
    return text if _identifier(text) else ""


@dataclass(frozen=True, slots=True)
class _Type:
    name: str
    schema: Structural | None = None
    root: bool = False
    inner: _Type | None = None


_DYN = _Type("dyn")
_NAMES = {"string": "string", "integer": "int", "number": "double", "boolean": "bool"}
FORMATS: Mapping[str, str] = {
    "byte": "bytes",
    "date": "timestamp",
    "date-time": "timestamp",
    "datetime": "timestamp",
    "duration": "duration",
}


def _of(schema: Structural | None, *, root: bool = False) -> _Type:
    if schema is None or schema.nullable:
        return _DYN
    if schema.type == "array":
        return _Type("list", schema)
    if schema.type == "object" or root:
        return _Type(
            "map" if schema.open and not schema.properties else "object", schema, root or schema.embedded
        )
    if schema.type == "string" and schema.format in FORMATS:
        return _Type(FORMATS[schema.format], schema)
    return _Type(_NAMES.get(schema.type, "dyn"))


class Checked(NamedTuple):
    """What is known of an expression: the name of the type of the whole, empty if unknown; errors with their places in
    the text; the text as it must be run over texts, with times read where they are used."""

    type_name: str
    errors: list[str]
    text: str


def check_types(text: str, serialized: bytes, self_type: SelfType, *, optional_old: bool = False) -> Checked:
    """Check an expression against what is known of ``self``."""
    root, positions = read_expression(serialized)
    checker = _Checker(text, positions)
    own = _of(self_type.schema, root=self_type.root)
    old = _Type("optional_type", inner=own) if optional_old else own
    found = checker.type_of(root, {"self": own, "oldSelf": old})
    return Checked("" if found.name == "dyn" else found.name, checker.errors, checker.timed())


def check_scope(text: str, serialized: bytes, scope: Mapping[str, Structural]) -> Checked:
    """Check an expression against what is known of its variables."""
    root, positions = read_expression(serialized)
    checker = _Checker(text, positions)
    found = checker.type_of(root, {name: _of(schema) for name, schema in scope.items()})
    return Checked("" if found.name == "dyn" else found.name, checker.errors, text)


class _Checker:
    def __init__(self, text: str, positions: Mapping[int, int]) -> None:
        self.text = text
        self.positions = positions
        self.errors: list[str] = []
        self._times: dict[int, tuple[int, str]] = {}

    def timed(self) -> str:
        """The text with every time that an object holds read from its text."""
        text = self.text
        for start, (end, read) in sorted(self._times.items(), reverse=True):
            text = text[:start] + read.format(text[start:end]) + text[end:]
        return text

    def _time(self, node: Node, found: _Type) -> _Type:
        """Remember where a time is read, if it is read by a plain path."""
        if found.schema is None or found.name not in ("timestamp", "duration"):
            return found
        end = self.positions.get(node.id, 0) + len(node.name) + (node.kind == "select")
        start: Node | None = node
        while start is not None and start.kind == "select":
            start = start.target
        if start is not None and start.kind == "ident":
            day = found.schema.format == "date"
            read = (
                "duration({})"
                if found.name == "duration"
                else "timestamp({} + 'T00:00:00Z')"
                if day
                else "timestamp({})"
            )
            self._times[self.positions.get(start.id, 0)] = (end, read)
        return found

    def type_of(self, node: Node, scope: Mapping[str, _Type]) -> _Type:
        match node.kind:
            case "const":
                return _Type(node.value)
            case "ident":
                return self._time(node, scope.get(node.name, _DYN))
            case "list":
                return self._list(node, scope)
            case "select" if node.target is not None:
                return self._select(node, self.type_of(node.target, scope))
            case "call":
                return self._call(node, scope)
            case "comprehension":
                return self._comprehension(node, scope)
        for argument in node.args:
            self.type_of(argument, scope)
        return _Type("list") if node.kind == "list" else _Type("map") if node.kind == "struct" else _DYN

    def _select(self, node: Node, target: _Type) -> _Type:
        found = self._field(node, target)
        return _Type("bool") if node.test else self._time(node, found)

    def _list(self, node: Node, scope: Mapping[str, _Type]) -> _Type:
        types = [self.type_of(each, scope) for each in node.args]
        first = next((each for each in types if each.name != "dyn"), None)
        for each, found in zip(node.args, types, strict=True):
            if first is not None and found.name not in ("dyn", first.name):
                self._report(each, f"expected type '{_shown(first)}' but found '{_shown(found)}'")
        return _Type("list")

    def _field(self, node: Node, target: _Type) -> _Type:
        schema = target.schema
        if target.name == "map" and schema is not None:
            return _of(schema.additional)
        if target.name == "object" and schema is not None:
            if target.root and node.name in ("apiVersion", "kind"):
                return _Type("string")
            if target.root and node.name == "metadata":
                return _Type("object", _METADATA)
            for name, below in schema.properties.items():
                if escape(name) == node.name and (below.type or below.int_or_string):
                    return _of(below)
            self._report(node, f"undefined field '{node.name}'")
        elif target.name in ("int", "uint", "double", "bool", "string", "bytes", "list"):
            shown = _shown(target)
            self._report(node, f"type '{shown}' does not support field selection")
        return _DYN

    def _call(self, node: Node, scope: Mapping[str, _Type]) -> _Type:
        target = _DYN if node.target is None else self.type_of(node.target, scope)
        if target.inner is not None and node.name in ("value", "orValue"):
            return target.inner
        if node.name == "matches" and (pattern := node.args[-1]).value == "string":
            self._pattern(pattern)
        arguments = [self.type_of(argument, scope) for argument in node.args]
        if node.name == "_?_:_":
            same = arguments[1].name == arguments[2].name
            return arguments[1] if same else _DYN
        if node.name == "_[_]":
            if arguments[0].name in _NOT_INDEXED:
                self._mismatch(node, arguments)
            return _item(arguments[0])
        if node.name in _LOGICAL:
            if any(each.name not in ("bool", "dyn") for each in arguments):
                self._mismatch(node, arguments)
            return _Type("bool")
        if node.name in _OPERATORS:
            return self._operator(node, arguments)
        return _RESULTS.get(node.name, _DYN)

    def _operator(self, node: Node, arguments: list[_Type]) -> _Type:
        left, right = (each.name for each in arguments)
        known = "dyn" not in (left, right)
        arithmetic = _ARITHMETIC.get(node.name)
        if arithmetic is not None and {left, right} <= _TIMES:
            return _Type(_DIFFERENCES.get((left, node.name, right), "dyn"))
        if "null" in (left, right) and {left, right} - {"null"} <= _NULLABLE:
            return _Type("bool") if arithmetic is None else _DYN
        if arithmetic is None:
            numbers = left in _NUMBERS and right in _NUMBERS and node.name not in ("_==_", "_!=_")
            if known and left != right and not numbers:
                self._mismatch(node, arguments)
            return _Type("bool")
        if not known or left in ("list", "map"):
            return _DYN
        if left != right or left not in arithmetic:
            self._mismatch(node, arguments)
            return _DYN
        return _Type(left)

    def _comprehension(self, node: Node, scope: Mapping[str, _Type]) -> _Type:
        ranged = self.type_of(node.parts["range"], scope)
        accumulator = self.type_of(node.parts["init"], scope) if "init" in node.parts else _DYN
        if accumulator.name == "list":
            accumulator = _DYN
        element = _Type("string") if ranged.name in ("map", "object") else _item(ranged)
        inner = {**scope, node.name: element, node.accumulator: accumulator}
        for part in ("condition", "step"):
            if part in node.parts:
                self.type_of(node.parts[part], inner)
        return self.type_of(node.parts["result"], inner) if "result" in node.parts else _DYN

    def _pattern(self, node: Node) -> None:
        try:
            check_pattern(node.text)
        except PatternError:
            self._report(node, "invalid matches argument")

    def _mismatch(self, node: Node, arguments: list[_Type]) -> None:
        shown = ", ".join(_shown(each) for each in arguments)
        self._report(node, f"found no matching overload for '{node.name}' applied to '({shown})'")

    def _report(self, node: Node, message: str) -> None:
        offset = self.positions.get(node.id, 0)
        before = self.text[:offset]
        line, column = before.count("\n"), offset - (before.rfind("\n") + 1)
        source = self.text.split("\n")[line]
        self.errors.append(
            f"ERROR: <input>:{line + 1}:{column + 1}: {message}\n | {source}\n | {'.' * column}^"
        )


_METADATA = Structural(
    types=("object",),
    properties={name: Structural(types=("string",)) for name in ("name", "generateName")},
)
_NOT_INDEXED = frozenset(
    {"object", "string", "bytes", "int", "uint", "double", "bool", "timestamp", "duration"}
)
_TIMES = frozenset({"timestamp", "duration"})
_NULLABLE = frozenset({"object", "timestamp", "duration", "dyn"})
_DIFFERENCES: Mapping[tuple[str, str, str], str] = {
    ("timestamp", "_-_", "timestamp"): "duration", ("timestamp", "_-_", "duration"): "timestamp",
    ("timestamp", "_+_", "duration"): "timestamp", ("duration", "_+_", "timestamp"): "timestamp",
    ("duration", "_+_", "duration"): "duration", ("duration", "_-_", "duration"): "duration",
}  # fmt: skip
_RESULTS: Mapping[str, _Type] = {
    "timestamp": _Type("timestamp"), "duration": _Type("duration"), "hasValue": _Type("bool"),
    "size": _Type("int"), "string": _Type("string"), "int": _Type("int"), "double": _Type("double"),
    "@in": _Type("bool"), "startsWith": _Type("bool"), "endsWith": _Type("bool"), "contains": _Type("bool"),
    "matches": _Type("bool"), "lowerAscii": _Type("string"), "upperAscii": _Type("string"), "join": _Type("string"),
}  # fmt: skip


def _item(container: _Type) -> _Type:
    if container.schema is None:
        return _DYN
    return _of(container.schema.items if container.name == "list" else container.schema.additional)


def _shown(found: _Type) -> str:
    if found.name == "list":
        return f"list({_shown(_item(found))})"
    if found.inner is not None:
        return f"optional_type({_shown(found.inner)})"
    if found.name == "map":
        return f"map(string, {_shown(_item(found))})"
    return found.name
