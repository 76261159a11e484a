"""The text of a label selector, read token by token: which sentence refuses a text depends on where reading stopped.

Source: k8s.io/apimachinery, pkg/labels/selector.go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fakes.apimachinery.field import FieldError, aggregate
from fakes.apimachinery.validation import label_value, qualified_name

__all__ = ["Operator", "Requirement", "SelectorError", "new_requirement", "parse_requirements"]

Operator = Literal["in", "notin", "=", "==", "!=", "gt", "lt", "exists", "!"]
_OPERATORS: Mapping[str, Operator] = {
    "in": "in", "notin": "notin", "=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt",
}  # fmt: skip
_END = "end"
_IDENTIFIER = "identifier"
_integer = re.compile("[+-]?[0-9]+").fullmatch
_token = re.compile(r"[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^=!(),<> \t\r\n\0]+))").match


class SelectorError(ValueError):
    """A selector that does not parse; the message is the server's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a selector asks of one label. ``values`` are sorted."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        match self.operator:
            case "=" | "==" | "in":
                return value is not None and value in self.values
            case "!=" | "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        if value is None or not _is_int64(value):
            return False
        actual, wanted = int(value), int(self.values[0])
        return actual > wanted if self.operator == "gt" else actual < wanted

    def __str__(self) -> str:
        joined = ",".join(self.values)
        match self.operator:
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case "in" | "notin":
                return f"{self.key} {self.operator} ({joined})"
            case "gt":
                return f"{self.key}>{joined}"
            case "lt":
                return f"{self.key}<{joined}"
        return f"{self.key}{self.operator}{joined}"


def _is_int64(text: str) -> bool:
    return _integer(text) is not None and -(1 << 63) <= int(text) < 1 << 63


def new_requirement(key: str, operator: Operator, values: Sequence[str]) -> Requirement:
    """A requirement with a valid key and values.

    Raises:
        SelectorError: it is not valid; errors are those of fields ``key`` and ``values``.
    """
    errors: list[FieldError] = []
    if texts := qualified_name(key):
        errors.append(FieldError.invalid("key", key, "; ".join(texts)))
    if detail := _wrong_count(operator, len(values)):
        errors.append(FieldError.invalid("values", list(values), detail))
    if operator in ("gt", "lt"):
        detail = "for 'Gt', 'Lt' operators, the value must be an integer"
        errors += [
            FieldError.invalid(f"values[{position}]", value, detail)
            for position, value in enumerate(values)
            if not _is_int64(value)
        ]
    for position, value in enumerate(values):
        if texts := label_value(value):
            errors.append(FieldError.invalid(f"values[{position}][{key}]", value, "; ".join(texts)))
    if errors:
        raise SelectorError(aggregate(errors))
    return Requirement(key=key, operator=operator, values=tuple(sorted(values)))


def _wrong_count(operator: Operator, count: int) -> str:
    match operator:
        case "in" | "notin":
            return "" if count else "for 'in', 'notin' operators, values set can't be empty"
        case "=" | "==" | "!=":
            return "" if count == 1 else "exact-match compatibility requires one single value"
        case "exists" | "!":
            return "values set must be empty for exists and does not exist" if count else ""
    return "" if count == 1 else "for 'Gt', 'Lt' operators, exactly one value is required"


class _Token(NamedTuple):
    kind: str
    """The text of a symbol or keyword; ``identifier`` or ``end`` otherwise."""
    text: str


def _scan(text: str) -> list[_Token]:
    tokens = []
    position = 0
    while found := _token(text, position):
        symbol, word = found.groups()
        position = found.end()
        literal = symbol or word
        tokens.append(_Token(literal if symbol or word in ("in", "notin") else _IDENTIFIER, literal))
    tokens.append(_Token(_END, ""))
    return tokens


class _Parser:
    """One pass over the tokens; where a value is expected, ``in`` and ``notin`` are identifiers."""

    def __init__(self, text: str) -> None:
        self._tokens = _scan(text)
        self._position = 0

    def _peek(self, *, keywords: bool = False) -> _Token:
        token = self._tokens[self._position]
        if not keywords and token.kind in ("in", "notin"):
            return _Token(_IDENTIFIER, token.text)
        return token

    def _next(self, *, keywords: bool = False) -> _Token:
        token = self._peek(keywords=keywords)
        self._position += 1
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        token = self._peek()
        if token.kind == _END:
            return found
        if token.kind not in (_IDENTIFIER, "!"):
            raise SelectorError(f"found '{token.text}', expected: !, identifier, or 'end of string'")
        while True:
            try:
                found.append(self._requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from error
            token = self._next()
            if token.kind == _END:
                return found
            if token.kind != ",":
                raise SelectorError(f"found '{token.text}', expected: ',' or 'end of string'")
            token = self._peek()
            if token.kind not in (_IDENTIFIER, "!"):
                raise SelectorError(f"found '{token.text}', expected: identifier after ','")

    def _requirement(self) -> Requirement:
        token = self._next()
        absent = token.kind == "!"
        if absent:
            token = self._next()
        if token.kind != _IDENTIFIER:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        key = token.text
        if texts := qualified_name(key):
            raise SelectorError(FieldError.invalid("", key, "; ".join(texts)).message)
        if absent or self._peek().kind in (_END, ","):
            return new_requirement(key, "!" if absent else "exists", ())
        operator = self._operator()
        values = self._values() if operator in ("in", "notin") else self._exact_value()
        return new_requirement(key, operator, sorted(values))

    def _operator(self) -> Operator:
        token = self._next(keywords=True)
        if operator := _OPERATORS.get(token.kind):
            return operator
        raise SelectorError(f"found '{token.text}', expected: in, notin, =, ==, !=, gt, lt")

    def _exact_value(self) -> set[str]:
        if self._peek().kind in (_END, ","):
            return {""}
        token = self._next()
        if token.kind == _IDENTIFIER:
            return {token.text}
        raise SelectorError(f"found '{token.text}', expected: identifier")

    def _values(self) -> set[str]:
        token = self._next()
        if token.kind != "(":
            raise SelectorError(f"found '{token.text}' expected: '('")
        token = self._peek()
        if token.kind == ")":
            self._next()
            return {""}
        if token.kind not in (_IDENTIFIER, ","):
            raise SelectorError(f"found '{token.text}', expected: ',', ')' or identifier")
        values = self._value_list()
        self._next()
        return values

    def _value_list(self) -> set[str]:
        """Up to the closing parenthesis; an empty place between commas is an empty value."""
        values: set[str] = set()
        while True:
            token = self._next()
            after = self._peek() if token.kind in (_IDENTIFIER, ",") else token
            if token.kind == _IDENTIFIER:
                values.add(token.text)
                if after.kind == ")":
                    return values
                if after.kind != ",":
                    raise SelectorError(f"found '{after.text}', expected: ',' or ')'")
            elif token.kind == ",":
                if not values or after.kind in (")", ","):
                    values.add("")
                if after.kind == ")":
                    return values
            else:
                raise SelectorError(f"found '{token.text}', expected: ',', or identifier")


def parse_requirements(text: str) -> tuple[Requirement, ...]:
    """The requirements of a selector, sorted by key.

    Raises:
        SelectorError: the text is no selector.
    """
    return tuple(sorted(_Parser(text).requirements(), key=lambda requirement: requirement.key))
