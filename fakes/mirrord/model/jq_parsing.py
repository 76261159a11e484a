"""The grammar of the little jq: text in, nested tuples out, of which the first item names the node."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, TypeAlias

__all__ = ["InvalidProgramError", "Node", "UnsupportedProgramError", "parse"]

Node: TypeAlias = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:\\.|[^"\\])*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[a-z_][a-z0-9_]*)"""
    r"""|(?P<operator>\?//|//|==|!=|<=|>=|[-+*/%<>|,()\[\].:;?$@{}=]))"""
)
_ARITIES = {
    "startswith": {1},
    "endswith": {1},
    "contains": {1},
    "test": {1, 2},
    "split": {1},
    "ltrimstr": {1},
    "rtrimstr": {1},
    "ascii_downcase": {0},
    "ascii_upcase": {0},
    "length": {0},
    "tonumber": {0},
    "tostring": {0},
    "select": {1},
    "any": {0, 1},
    "all": {0, 1},
    "first": {0},
    "last": {0},
    "empty": {0},
    "not": {0},
}
_LITERALS = {"true": True, "false": False, "null": None}
_UNKNOWN = {
    "as",
    "def",
    "reduce",
    "foreach",
    "label",
    "try",
    "$",
    "@",
    "{",
    "}",
    "?",
    "?//",
    "-",
    "*",
    "/",
    "%",
    "=",
}
_KEYWORDS = {"and", "or", "if", "then", "elif", "else", "end"}


class InvalidProgramError(ValueError):
    """A program that is wrong."""

    def __init__(self, program: str, detail: str) -> None:
        super().__init__(f"error compiling jq expression: {detail}")
        self.program = program


class UnsupportedProgramError(InvalidProgramError):
    """A program that may be right and cannot be simulated."""

    def __init__(self, program: str, construct: str) -> None:
        ValueError.__init__(
            self, f"jq program {program!r} cannot be simulated: {construct!r} is not supported here"
        )
        self.program = program


@lru_cache(maxsize=1024)
def parse(program: str) -> Node:
    """Read a program.

    Raises:
        UnsupportedProgramError: it uses what is unknown here.
        InvalidProgramError: it is wrong.
    """
    parser = _Parser(program)
    node = parser.pipe()
    parser.expect("")
    return node


class _Parser:
    def __init__(self, program: str) -> None:
        self.program = program
        self.tokens = self._tokens()
        self.position = 0

    def _tokens(self) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        position = 0
        text = self.program.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise InvalidProgramError(self.program, f"unexpected {text[position:].strip()[:10]!r}")
            tokens.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
            position = found.end()
        return [*tokens, ("end", "")]

    @property
    def next(self) -> str:
        return self.tokens[self.position][1]

    def take(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1][1]

    def taken(self, *texts: str) -> str | None:
        return self.take() if self.next in texts and self.tokens[self.position][0] != "string" else None

    def expect(self, text: str) -> None:
        if self.next != text:
            if self.next in _UNKNOWN:
                raise UnsupportedProgramError(self.program, self.next)
            raise InvalidProgramError(self.program, f"expected {text or 'the end'!r}, found {self.next!r}")
        self.position += 1

    def pipe(self) -> Node:
        left = self.comma()
        return ("pipe", left, self.pipe()) if self.taken("|") else left

    def comma(self) -> Node:
        left = self.alternative()
        while self.taken(","):
            left = ("comma", left, self.alternative())
        return left

    def alternative(self) -> Node:
        left = self.disjunction()
        return ("alternative", left, self.alternative()) if self.taken("//") else left

    def disjunction(self) -> Node:
        left = self.conjunction()
        while self.taken("or"):
            left = ("logic", "or", left, self.conjunction())
        return left

    def conjunction(self) -> Node:
        left = self.comparison()
        while self.taken("and"):
            left = ("logic", "and", left, self.comparison())
        return left

    def comparison(self) -> Node:
        left = self.sum()
        operator = self.taken("==", "!=", "<=", ">=", "<", ">")
        return ("binary", operator, left, self.sum()) if operator else left

    def sum(self) -> Node:
        left = self.postfix()
        while self.taken("+"):
            left = ("binary", "+", left, self.postfix())
        return left

    def postfix(self) -> Node:
        node = self.term()
        while self.next in ("[", ".") and self.tokens[self.position][0] == "operator":
            if self.taken("."):
                if self.next != "[":
                    raise UnsupportedProgramError(self.program, "." + self.next)
                continue
            self.take()
            node = self.bracket(node)
        return node

    def bracket(self, subject: Node) -> Node:
        if self.taken("]"):
            return ("iterate", subject)
        start = None if self.next == ":" else self.pipe()
        if not self.taken(":"):
            self.expect("]")
            return ("index", subject, start)
        end = None if self.next == "]" else self.pipe()
        self.expect("]")
        return ("slice", subject, self.whole(start), self.whole(end))

    def whole(self, node: Node | None) -> int | None:
        if node is None:
            return None
        if node[0] != "literal" or not isinstance(node[1], int):
            raise UnsupportedProgramError(self.program, "a computed slice")
        return node[1]

    def term(self) -> Node:
        kind, text = self.tokens[self.position]
        self.position += 1
        if kind == "string":
            if "\\(" in text:
                raise UnsupportedProgramError(self.program, "\\(")
            return ("literal", json.loads(text))
        if kind == "number":
            return ("literal", float(text) if "." in text else int(text))
        if kind == "name":
            return self.named(text)
        if text == "(":
            node = self.pipe()
            self.expect(")")
            return node
        if text == ".":
            if self.tokens[self.position][0] in ("name", "string"):
                raise UnsupportedProgramError(self.program, "." + self.next)
            return ("identity",)
        if text in ("", ")", "]", "|", ",", ";", ":"):
            raise InvalidProgramError(self.program, f"unexpected {text or 'end'!r}")
        raise UnsupportedProgramError(self.program, text)

    def named(self, name: str) -> Node:
        if name in _LITERALS:
            return ("literal", _LITERALS[name])
        if name == "if":
            return self.condition()
        if name in _KEYWORDS:
            raise InvalidProgramError(self.program, f"unexpected {name!r}")
        arguments: list[Node] = []
        if self.taken("("):
            arguments.append(self.pipe())
            while self.taken(";"):
                arguments.append(self.pipe())
            self.expect(")")
        if len(arguments) not in _ARITIES.get(name, ()):
            raise UnsupportedProgramError(self.program, f"{name}/{len(arguments)}")
        return ("call", name, arguments)

    def condition(self) -> Node:
        condition = self.pipe()
        self.expect("then")
        consequence = self.pipe()
        if self.taken("elif"):
            return ("if", condition, consequence, self.condition())
        otherwise: Node = self.pipe() if self.taken("else") else ("identity",)
        self.expect("end")
        return ("if", condition, consequence, otherwise)
