"""JSONPath into the body of a request: RFC 9535, with the product's function ``typeof``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.filter import UNDEFINED
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.match import NodeList

__all__ = ["InvalidPathError", "compile_path", "find_texts"]


class InvalidPathError(ValueError):
    """A query that is no JSONPath."""

    def __init__(self, query: str, detail: str) -> None:
        super().__init__(f"error compiling jsonpath query: {detail}")
        self.query = query
        self.detail = detail


class _TypeOf(FilterFunction):
    """The type that all nodes have; nothing if there are none, or they differ."""

    arg_types = [ExpressionType.NODES]
    return_type = ExpressionType.VALUE

    def __call__(self, nodes: Any) -> Any:
        if not isinstance(
            nodes, NodeList
        ):  # ``@`` alone, where it is no list or object, comes as the value itself
            return _type(nodes)
        types = {_type(node.obj) for node in nodes}
        return types.pop() if len(types) == 1 else UNDEFINED


@lru_cache(maxsize=1024)
def compile_path(query: str) -> Any:
    """Compile a query.

    Raises:
        InvalidPathError: it is not one.
    """
    environment = JSONPathEnvironment(strict=True)
    environment.function_extensions["typeof"] = _TypeOf()
    try:
        return environment.compile(query)
    except JSONPathError as error:
        raise InvalidPathError(query, str(error.args[0])) from error


def find_texts(query: str, document: Any) -> Iterator[str]:
    """What a query finds: strings as they are, everything else as compact JSON."""
    source = msgspec.json.encode(document).decode() if isinstance(document, str) else document
    for match in compile_path(query).finditer(source):
        found = match.obj
        yield found if isinstance(found, str) else msgspec.json.encode(found).decode()


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"
