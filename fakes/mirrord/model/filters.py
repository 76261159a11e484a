"""HTTP filters as values: what a client asks to steal or mirror, and the text that shows it.

There is no negation; it is written as look-around in a regular expression. How filters are matched is in ``matching``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "METHODS",
    "BodyFilter",
    "CompositeFilter",
    "HeaderFilter",
    "HeaderJqFilter",
    "HttpFilter",
    "MethodFilter",
    "PathFilter",
    "header_patterns",
    "needs_body",
]

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
"""The methods that are known by name; any other is kept as it is written."""


@dataclass(frozen=True, slots=True)
class HeaderFilter:
    """A regular expression that is searched in each ``name: value`` line."""

    pattern: str

    def __str__(self) -> str:
        return f"header={self.pattern}"


@dataclass(frozen=True, slots=True)
class PathFilter:
    """A regular expression that is searched in the path, then in the path with its query."""

    pattern: str

    def __str__(self) -> str:
        return f"path={self.pattern}"


@dataclass(frozen=True, slots=True)
class MethodFilter:
    """A method, compared without regard to case."""

    method: str

    def __post_init__(self) -> None:
        if self.method.upper() in METHODS:
            object.__setattr__(self, "method", self.method.upper())

    def __str__(self) -> str:
        return f"method={self.method}"


@dataclass(frozen=True, slots=True)
class BodyFilter:
    """A JSONPath into a JSON body, and a regular expression that one of the found nodes must match."""

    query: str
    matches: str

    def __str__(self) -> str:
        return "body=Json"


@dataclass(frozen=True, slots=True)
class HeaderJqFilter:
    """A jq program that is run on each ``name: value`` line."""

    program: str

    def __str__(self) -> str:
        return f"header_jq={self.program}"


@dataclass(frozen=True, slots=True)
class CompositeFilter:
    """Filters of which all, or any, must match. None at all is true for all and false for any."""

    all_of: bool
    filters: tuple[HttpFilter, ...]

    def __str__(self) -> str:
        inner = ", ".join(f"({child})" for child in self.filters)
        return f"{'all' if self.all_of else 'any'} of {inner}"


HttpFilter: TypeAlias = (
    HeaderFilter | PathFilter | MethodFilter | BodyFilter | HeaderJqFilter | CompositeFilter
)


def needs_body(filter_: HttpFilter) -> bool:
    """Whether a request must be read to its end before it can be matched."""
    match filter_:
        case BodyFilter():
            return True
        case CompositeFilter(filters=children):
            return any(needs_body(child) for child in children)
        case _:
            return False


def header_patterns(filter_: HttpFilter) -> tuple[str, ...]:
    """Every header pattern in a filter, at any depth: what a policy may demand."""
    match filter_:
        case HeaderFilter(pattern=pattern):
            return (pattern,)
        case CompositeFilter(filters=children):
            return tuple(pattern for child in children for pattern in header_patterns(child))
        case _:
            return ()
