"""A little of jq: as much as filters of header lines have use for.

Known: ``.``, literals, ``.[n]``, ``.[n:m]``, pipes, commas, parentheses, ``== != < <= > >=``, ``+``, ``and``, ``or``, ``not``,
``//``, ``if then elif else end``, ``startswith endswith contains test split ltrimstr rtrimstr ascii_downcase ascii_upcase
length tonumber tostring select any all first last empty true false null``. Anything else is refused when the
program is compiled, with UnsupportedProgramError. Objects, variables, definitions, reduction and assignment are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from fakes.mirrord.model.jq_parsing import InvalidProgramError, Node, UnsupportedProgramError, parse
from fakes.mirrord.model.regexes import InvalidPatternError, compile_search

__all__ = ["InvalidProgramError", "UnsupportedProgramError", "compile_program", "run"]

Outputs: TypeAlias = Iterator[Any]


class _RunError(Exception):
    """A program that fails on its input."""


@lru_cache(maxsize=1024)
def compile_program(program: str) -> Callable[[str], bool]:
    """A test of header lines: the first boolean that the program puts out decides; failing is no.

    Raises:
        UnsupportedProgramError: the program uses what is unknown here.
        InvalidProgramError: the program is wrong.
    """
    node = parse(program)

    def decide(line: str) -> bool:
        try:
            return next((output for output in _evaluate(node, line) if isinstance(output, bool)), False)
        except _RunError:
            return False

    return decide


def run(program: str, value: Any) -> list[Any]:
    """All outputs of a program; those before a failure, if it fails."""
    outputs: list[Any] = []
    with suppress(_RunError):
        outputs.extend(_evaluate(parse(program), value))
    return outputs


def _evaluate(node: Node, value: Any) -> Outputs:
    kind, *parts = node
    match kind:
        case "identity":
            yield value
        case "literal":
            yield parts[0]
        case "pipe":
            for left in _evaluate(parts[0], value):
                yield from _evaluate(parts[1], left)
        case "comma":
            yield from _evaluate(parts[0], value)
            yield from _evaluate(parts[1], value)
        case "alternative":
            found = [
                output for output in _quietly(parts[0], value) if output is not None and output is not False
            ]
            yield from found or _evaluate(parts[1], value)
        case "binary":
            for right in _evaluate(parts[2], value):
                for left in _evaluate(parts[1], value):
                    yield _operate(parts[0], left, right)
        case "logic":
            yield from _logic(parts[0], parts[1], parts[2], value)
        case "if":
            for condition in _evaluate(parts[0], value):
                yield from _evaluate(parts[1] if _truth(condition) else parts[2], value)
        case "index":
            for subject in _evaluate(parts[0], value):
                for index in _evaluate(parts[1], value):
                    yield _index(subject, index)
        case "slice":
            for subject in _evaluate(parts[0], value):
                yield _slice(subject, parts[1], parts[2])
        case "iterate":
            for subject in _evaluate(parts[0], value):
                yield from _elements(subject)
        case "call":
            yield from _call(parts[0], parts[1], value)


def _quietly(node: Node, value: Any) -> Outputs:
    try:
        yield from _evaluate(node, value)
    except _RunError:
        return


def _logic(operator: str, left: Node, right: Node, value: Any) -> Outputs:
    for first in _evaluate(left, value):
        if _truth(first) is (operator == "or"):
            yield operator == "or"
        else:
            yield from (_truth(second) for second in _evaluate(right, value))


def _call(name: str, arguments: list[Node], value: Any) -> Outputs:
    match name, arguments:
        case "empty", []:
            return
        case "not", []:
            yield not _truth(value)
        case "select", [condition]:
            for output in _evaluate(condition, value):
                if _truth(output):
                    yield value
        case ("any" | "all") as quantifier, []:
            yield (any if quantifier == "any" else all)(_truth(element) for element in _elements(value))
        case ("any" | "all") as quantifier, [condition]:
            outputs = (
                _truth(output) for element in _elements(value) for output in _evaluate(condition, element)
            )
            yield (any if quantifier == "any" else all)(outputs)
        case _, []:
            yield _unary(name, value)
        case _, [argument]:
            for given in _evaluate(argument, value):
                yield _with_argument(name, value, given, "")
        case _, [argument, flags]:
            for given in _evaluate(argument, value):
                for flag in _evaluate(flags, value):
                    yield _with_argument(name, value, given, flag)


def _unary(name: str, value: Any) -> Any:
    match name:
        case "ascii_downcase" | "ascii_upcase":
            text = _string(value)
            lower = name == "ascii_downcase"
            return "".join((c.lower() if lower else c.upper()) if c.isascii() else c for c in text)
        case "length":
            if value is None:
                return 0
            if isinstance(value, bool):
                raise _RunError
            return abs(value) if isinstance(value, int | float) else len(value)
        case "tonumber":
            return _number(value)
        case "tostring":
            return value if isinstance(value, str) else _json(value)
        case "first" | "last":
            return _index(value, 0 if name == "first" else -1)
    raise _RunError


def _with_argument(name: str, value: Any, given: Any, flags: Any) -> Any:
    if name in ("ltrimstr", "rtrimstr"):
        if not (isinstance(value, str) and isinstance(given, str)):
            return value
        return value.removeprefix(given) if name == "ltrimstr" else value.removesuffix(given)
    if name == "contains" and isinstance(value, list) and isinstance(given, list):
        return all(any(_contained(wanted, element) for element in value) for wanted in given)
    text, argument = _string(value), _string(given)
    match name:
        case "startswith":
            return text.startswith(argument)
        case "endswith":
            return text.endswith(argument)
        case "contains":
            return argument in text
        case "split":
            return text.split(argument) if argument else list(text)
        case "test":
            try:
                return compile_search(argument, ignore_case="i" in (flags or ""))(text)
            except InvalidPatternError as error:
                raise _RunError from error
    raise _RunError


def _contained(wanted: Any, element: Any) -> bool:
    if isinstance(wanted, str) and isinstance(element, str):
        return wanted in element
    return bool(wanted == element)


def _operate(operator: str, left: Any, right: Any) -> Any:
    if operator == "+":
        return _add(left, right)
    first, second = _order(left), _order(right)
    match operator:
        case "==":
            return first == second
        case "!=":
            return first != second
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case _:
            return first >= second


def _add(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, bool) or isinstance(right, bool):
        raise _RunError
    match left, right:
        case (str(), str()) | (list(), list()) | (int() | float(), int() | float()):
            return left + right
    raise _RunError


def _order(value: Any) -> tuple[int, Any]:
    """Where a value stands among all: null, false, true, numbers, strings, arrays."""
    match value:
        case None:
            return (0, 0)
        case bool():
            return (2 if value else 1, 0)
        case int() | float():
            return (3, value)
        case str():
            return (4, value)
        case _:
            return (5, [_order(element) for element in value])


def _index(subject: Any, index: Any) -> Any:
    if subject is None:
        return None
    if isinstance(subject, list) and isinstance(index, int | float) and not isinstance(index, bool):
        position = int(index)
        return subject[position] if -len(subject) <= position < len(subject) else None
    raise _RunError


def _slice(subject: Any, start: int | None, end: int | None) -> Any:
    if subject is None:
        return None
    if isinstance(subject, list | str):
        return subject[start:end]
    raise _RunError


def _elements(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _RunError


def _truth(value: Any) -> bool:
    return value is not None and value is not False


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _RunError


def _number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        text = _string(value).strip()
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError as error:
        raise _RunError from error


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
