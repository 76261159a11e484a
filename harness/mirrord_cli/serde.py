"""What the product's JSON decoder (serde_json) says of a document that is not what was asked for, and where it is wrong.

Decoding itself is msgspec's; this reads the document again, only to complain. Not done: doubled keys, numbers that no
JSON reader takes, and what is checked beyond types, except for versions and dates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from msgspec import inspect

from harness.mirrord_cli.dates import date_problem
from harness.mirrord_cli.semver import version_problem

__all__ = ["SEMVER", "complaint"]

SEMVER = "semver"
"""The format, in the metadata of a type, of text that has to be a semantic version. Others: "enum" for a name, one of the
variants or any, "date", "usize" for a number that the product calls so."""

_NUMBER = re.compile(rb"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_SPACE = re.compile(rb"[ \t\n\r]*")
_STRING = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\.)*"')
_CONTROL = re.compile(rb'"(?:[^"\\\x00-\x1f]|\\.)*[\x00-\x1f]')
_WORDS = {b"null": "null", b"true": "boolean `true`", b"false": "boolean `false`"}
_BITS = {"u16": 16, "u32": 32, "u64": 64, "usize": 64}
_UNSIGNED = {2**16 - 1: "u16", 2**32 - 1: "u32", None: "u64"}


class _ComplaintError(Exception):
    pass


class _UnplacedError(_ComplaintError):
    """It is placed where the list or object around it ends."""


class _Token(NamedTuple):
    unexpected: str
    value: Any


def complaint(body: bytes, kind: Any) -> str | None:
    """The problem, with its place; None where nothing is wrong that is looked at."""
    reader = _Reader(body)
    try:
        reader.read(inspect.type_info(kind))
        reader.end()
    except _ComplaintError as problem:
        return str(problem)
    return None


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def end(self) -> None:
        if self._peek():
            self._fail_here("trailing characters")

    def read(self, kind: inspect.Type) -> None:
        """Read one value, which has to be of the kind."""
        match kind:
            case inspect.Metadata(type=inner, extra_json_schema=extra):
                self._read_special(inner, extra or {})
            case inspect.UnionType():
                self._read_union(kind)
            case inspect.StructType():
                self._read_struct(kind)
            case inspect.ListType(item_type=item):
                self._read_items(lambda: self.read(item))
            case inspect.TupleType(item_types=items):
                self._read_tuple(items)
            case inspect.DictType(value_type=value):
                self._read_map(lambda _: self.read(value), "a map")
            case inspect.LiteralType(values=values):
                self._read_variant(lambda text: _unknown_variant(text, [str(value) for value in values]))
            case inspect.StrType():
                self._read_text(lambda _: None)
            case inspect.IntType(le=highest):
                self._read_integer(_UNSIGNED[highest])
            case inspect.BoolType():
                token = self._token("a boolean")
                if not isinstance(token.value, bool):
                    self._fail(f"invalid type: {token.unexpected}, expected a boolean")
            case _:
                self._skip()

    def _read_special(self, kind: inspect.Type, extra: dict[str, Any]) -> None:
        match extra.get("format"):
            case "semver":
                self._read_text(version_problem, "semver version")
            case "enum":
                known = extra.get("variants")
                self._read_variant(lambda text: _unknown_variant(text, known) if known else None)
            case "date":
                self._read_text(date_problem, "a formatted date string")
            case "usize":
                self._read_integer("usize")
            case _:
                self.read(kind)

    def _read_variant(self, problem: Callable[[str], str | None]) -> None:
        character = self._peek()
        if character == b"{":
            self._at += 1
            character = self._peek()
        if character != b'"':
            self._fail_here("expected value")
        self._read_text(problem)

    def _read_union(self, kind: inspect.UnionType) -> None:
        others = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        if len(others) < len(kind.types) and self._peek() == b"n":
            self._token("null")
        elif len(others) == 1:
            self.read(others[0])
        else:
            self._read_any_of(others)

    def _read_any_of(self, kinds: list[inspect.Type]) -> None:
        """One of several shapes: what fits none is not said to be wrong anywhere in particular."""
        start = self._at
        for kind in kinds:
            self._at = start
            try:
                self.read(kind)
            except _ComplaintError:
                continue
            return
        self._at = start
        self._skip()
        known = [_rust_name(kind.cls) for kind in kinds if isinstance(kind, inspect.StructType)]
        name = f"{known[0]}Compat" if known else "Content"
        raise _UnplacedError(f"data did not match any variant of untagged enum {name}")

    def _read_tuple(self, kinds: tuple[inspect.Type, ...]) -> None:
        remaining = list(kinds)

        def read_next() -> None:
            if not remaining:
                raise _UnplacedError("too many elements")
            self.read(remaining.pop(0))

        self._read_items(read_next)
        if remaining:
            self._fail("too few elements")

    def _read_text(self, problem: Callable[[str], str | None], expected: str = "a string") -> None:
        token = self._token(expected)
        if not isinstance(token.value, str):
            self._fail(f"invalid type: {token.unexpected}, expected {expected}")
        found = problem(token.value)
        if found:
            self._fail(found)

    def _read_integer(self, expected: str) -> None:
        token = self._token(expected)
        if type(token.value) is not int:
            self._fail(f"invalid type: {token.unexpected}, expected {expected}")
        if not 0 <= token.value < 2 ** _BITS[expected]:
            self._fail(f"invalid value: {token.unexpected}, expected {expected}")

    def _read_struct(self, kind: inspect.StructType) -> None:
        name = _rust_name(kind.cls)
        fields = {field.encode_name: field for field in kind.fields}
        if self._peek() == b"[" and name != "ObjectMeta":
            self._skip()
            self._fail(f"invalid length 0, expected struct {name} with {len(fields)} elements")
        seen = set()

        def read_field(key: str) -> None:
            seen.add(key)
            if key in fields:
                self.read(fields[key].type)
            elif kind.forbid_unknown_fields:
                names = ", ".join(f"`{known}`" for known in fields)
                self._fail(f"unknown field `{key}`, expected one of {names}")
            else:
                self._skip()

        def check() -> None:
            for key, field in fields.items():
                if field.required and key not in seen:
                    raise _UnplacedError(f"missing field `{key}`")

        expected = name if name == "ObjectMeta" else f"struct {name}"
        self._read_map(read_field, expected, check, before_colon=kind.forbid_unknown_fields)

    def _read_map(
        self,
        read_value: Callable[[str], None],
        expected: str,
        check: Callable[[], None] = lambda: None,
        *,
        before_colon: bool = False,
    ) -> None:
        if self._peek() != b"{":
            self._fail(f"invalid type: {self._token(expected).unexpected}, expected {expected}")
        self._at += 1
        try:
            first = True
            while (character := self._peek()) != b"}":
                if not first:
                    self._take_comma(character, b"}")
                    character = self._peek()
                    if not character:
                        self._fail_here("EOF while parsing a value")
                if character != b'"':
                    self._fail_here("key must be a string" if character else "EOF while parsing an object")
                key = self._token("a string").value
                if before_colon:
                    self._known(key, read_value)
                if self._peek() != b":":
                    self._fail_here("expected `:`" if self._peek() else "EOF while parsing an object")
                self._at += 1
                read_value(key)
                first = False
            check()
        except _UnplacedError as problem:
            if self._peek() == b"}":
                self._at += 1
            self._fail(str(problem))
        self._at += 1

    def _known(self, key: str, read_value: Callable[[str], None]) -> None:
        """Complain of an unknown key before its value is looked at: as serde does where none may be unknown."""
        at, body = self._at, self._body
        self._body = body[:at] + b" null"
        try:
            read_value(key)
        except _ComplaintError as problem:
            if str(problem).startswith("unknown field"):
                self._at = at
                raise
        finally:
            self._at, self._body = at, body

    def _read_items(self, read_item: Callable[[], None]) -> None:
        if self._peek() != b"[":
            self._fail(f"invalid type: {self._token('a sequence').unexpected}, expected a sequence")
        self._at += 1
        first = True
        while (character := self._peek()) != b"]":
            if not first:
                self._take_comma(character, b"]")
            if not self._peek():
                self._fail_here("EOF while parsing a list")
            try:
                read_item()
            except _UnplacedError as problem:
                ended = self._peek()
                self._at += len(ended)
                self._peek()
                self._fail(str(problem))
            first = False
        self._at += 1

    def _take_comma(self, character: bytes, closing: bytes) -> None:
        what = "a list" if closing == b"]" else "an object"
        if character != b",":
            expected = f"expected `,` or `{closing.decode()}`"
            self._fail_here(expected if character else f"EOF while parsing {what}")
        self._at += 1
        if self._peek() == closing:
            self._fail_here("trailing comma")

    def _skip(self) -> None:
        match self._peek():
            case b"[":
                self._read_items(self._skip)
            case b"{":
                self._read_map(lambda _: self._skip(), "a map")
            case _:
                self._token("a value")

    def _peek(self) -> bytes:
        found = _SPACE.match(self._body, self._at)
        self._at = found.end() if found else self._at
        return self._body[self._at : self._at + 1]

    def _token(self, expected: str) -> _Token:
        """A scalar; of what is none, its kind, without reading it."""
        character = self._peek()
        if character in (b"[", b"{"):
            kind = "sequence" if character == b"[" else "map"
            self._fail(f"invalid type: {kind}, expected {expected}")
        if character == b'"':
            return self._string()
        for word, unexpected in _WORDS.items():
            if character == word[:1]:
                self._take_word(word)
                return _Token(unexpected, json.loads(word))
        found = _NUMBER.match(self._body, self._at)
        if not found:
            self._fail_here("expected value" if character else "EOF while parsing a value")
        self._at = found.end()
        number = json.loads(found[0])
        if isinstance(number, int) and -(2**63) <= number < 2**64:
            return _Token(f"integer `{number}`", number)
        return _Token(f"floating point `{float(number)}`", float(number))

    def _take_word(self, word: bytes) -> None:
        for index in range(len(word)):
            if self._at + index == len(self._body):
                self._fail_at("EOF while parsing a value", len(self._body))
            if self._body[self._at + index] != word[index]:
                self._fail_at("expected ident", self._at + index + 1)
        self._at += len(word)

    def _string(self) -> _Token:
        found = _STRING.match(self._body, self._at)
        if not found:
            control = _CONTROL.match(self._body, self._at)
            self._at = control.end() - 1 if control else len(self._body)
            control_problem = "control character (\\u0000-\\u001F) found while parsing a string"
            self._fail(control_problem if control else "EOF while parsing a string")
        self._at = found.end()
        text = json.loads(found[0])
        return _Token(f"string {json.dumps(text, ensure_ascii=False)}", text)

    def _fail(self, problem: str) -> NoReturn:
        """Fail after what was read."""
        self._fail_at(problem, self._at)

    def _fail_here(self, problem: str) -> NoReturn:
        """Fail at the character that comes."""
        self._fail_at(problem, min(self._at + 1, len(self._body)))

    def _fail_at(self, problem: str, at: int) -> NoReturn:
        before = self._body[:at]
        line = before.count(b"\n") + 1
        column = at - (before.rfind(b"\n") + 1)
        raise _ComplaintError(f"{problem} at line {line} column {column}")


def _unknown_variant(text: str, known: list[str]) -> str | None:
    if text in known:
        return None
    names = (" or " if len(known) == 2 else ", ").join(f"`{name}`" for name in known)
    return f"unknown variant `{text}`, expected {'one of ' if len(known) > 2 else ''}{names}"


def _rust_name(kind: type) -> str:
    return str(getattr(kind, "rust_name", kind.__name__))
