"""Tag expressions, as Cucumber and behave know them: ``@kill and not (@destructive or @wip)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from fnmatch import fnmatchcase

__all__ = ["TagExpression", "TagExpressionError", "parse_tag_expression"]

TagExpression = Callable[[Collection[str]], bool]

_TOKEN = re.compile(r"\s*(?:(?P<punctuation>[()])|(?P<word>[^\s()]+))")


class TagExpressionError(ValueError):
    """The text is no tag expression; says where and what was expected."""


def parse_tag_expression(text: str) -> TagExpression:
    """A predicate on a scenario's tags (without ``@``). ``*`` in a tag stands for anything."""
    parser = _Parser(text)
    expression = parser.disjunction()
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [
            (match.start(match.lastgroup or 0), match[0].strip()) for match in _TOKEN.finditer(text)
        ]
        self.position = 0

    def disjunction(self) -> TagExpression:
        terms = [self.conjunction()]
        while self.accept("or"):
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else lambda tags: any(term(tags) for term in terms)

    def conjunction(self) -> TagExpression:
        terms = [self.negation()]
        while self.accept("and"):
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else lambda tags: all(term(tags) for term in terms)

    def negation(self) -> TagExpression:
        if self.accept("not"):
            inner = self.negation()
            return lambda tags: not inner(tags)
        if self.accept("("):
            inner = self.disjunction()
            if not self.accept(")"):
                raise self.error("expected ')'")
            return inner
        return self.tag()

    def tag(self) -> TagExpression:
        token = self.peek()
        if token in ("", "and", "or", ")"):
            raise self.error("expected a tag")
        self.position += 1
        name = token.removeprefix("@")
        if "*" in name:
            return lambda tags: any(fnmatchcase(tag, name) for tag in tags)
        return lambda tags: name in tags

    def peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.position += 1
        return True

    def expect_end(self) -> None:
        if self.peek():
            raise self.error("expected 'and', 'or' or the end")

    def error(self, message: str) -> TagExpressionError:
        column = self.tokens[self.position][0] if self.position < len(self.tokens) else len(self.text)
        return TagExpressionError(f"tag expression {self.text!r}: {message} at column {column + 1}")
