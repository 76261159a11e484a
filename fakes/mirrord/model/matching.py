"""Which of many HTTP filters match a request.

The filters of a port are compiled together: every regular expression in them has a bit, and each header line is asked
once for the bits that match it, and remembered. So a request costs about as much for fifty sessions as for one.

- A header pattern is searched in each ``name: value`` line, regardless of case; several values are several lines.
- A path pattern is searched in the path, then in the path with its query; regardless of case, undecoded.
- A pattern for a body is searched with regard to case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

import msgspec

from fakes.mirrord.model.body_paths import compile_path, find_texts
from fakes.mirrord.model.filters import (
    BodyFilter,
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from fakes.mirrord.model.jq import compile_program
from fakes.mirrord.model.regexes import Search, compile_search
from fakes.mirrord.model.requests import Request

__all__ = ["FilterSet", "check", "matches"]

K = TypeVar("K")

_REMEMBERED = 8192


class _Subject:
    """A request, and which bits of a filter set are true of it."""

    __slots__ = ("_document", "headers", "lines", "paths", "request")

    def __init__(self, request: Request, lines: list[str], headers: int, paths: int) -> None:
        self.request = request
        self.lines = lines
        self.headers = headers
        self.paths = paths
        self._document: list[object] | None = None

    @property
    def document(self) -> list[object]:
        """The JSON of the body, alone in a list; an empty list if there is none."""
        if self._document is None:
            try:
                self._document = [msgspec.json.decode(self.request.body or b"")]
            except (msgspec.DecodeError, UnicodeDecodeError):
                self._document = []
        return self._document


_Test: TypeAlias = Callable[[_Subject], bool]


class FilterSet(Generic[K]):
    """Filters by whatever identifies them, compiled.

    Raises:
        ValueError: a pattern, path or program in them is wrong, or cannot be simulated.
    """

    def __init__(self, filters: Mapping[K, HttpFilter]) -> None:
        self._headers: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._tests = [(key, *self._compiled(filter_)) for key, filter_ in filters.items()]
        self._header_searches = _searches(self._headers)
        self._path_searches = _searches(self._paths)
        self._lines: dict[str, int] = {}
        self._seen_paths: dict[str | None, int] = {}

    def matching(self, request: Request) -> list[K]:
        """Those that match, in the order in which they were given."""
        lines = request.lines
        headers = 0
        for line in lines:
            found = self._lines.get(line)
            headers |= self._line(line) if found is None else found
        path = request.path_and_query
        paths = self._seen_paths.get(path)
        subject = _Subject(request, lines, headers, self._path(path) if paths is None else paths)
        return [key for key, bit, test in self._tests if (headers & bit if bit else test(subject))]

    def _line(self, line: str) -> int:
        return _remember(self._lines, line, _bits(self._header_searches, line))

    def _path(self, path: str | None) -> int:
        if path is None:
            return _remember(self._seen_paths, path, 0)
        bits = _bits(self._path_searches, path.partition("?")[0]) | _bits(self._path_searches, path)
        return _remember(self._seen_paths, path, bits)

    def _compiled(self, filter_: HttpFilter) -> tuple[int, _Test]:
        """A test, and the bit that can be asked instead of it if there is one."""
        test = self._compile(filter_)
        return (self._headers[filter_.pattern] if isinstance(filter_, HeaderFilter) else 0), test

    def _compile(self, filter_: HttpFilter) -> _Test:
        match filter_:
            case HeaderFilter(pattern=pattern):
                bit = _bit(self._headers, pattern)
                return lambda subject: subject.headers & bit != 0
            case PathFilter(pattern=pattern):
                bit = _bit(self._paths, pattern)
                return lambda subject: subject.paths & bit != 0
            case MethodFilter(method=method):
                wanted = method.upper()
                return lambda subject: subject.request.method.upper() == wanted
            case BodyFilter(query=query, matches=pattern):
                return _body_test(query, compile_search(pattern))
            case HeaderJqFilter(program=program):
                decide = compile_program(program)
                return lambda subject: any(decide(line) for line in subject.lines)
            case CompositeFilter(all_of=all_of, filters=children):
                tests = [self._compile(child) for child in children]
                if all_of:
                    return lambda subject: all(test(subject) for test in tests)
                return lambda subject: any(test(subject) for test in tests)


def matches(filter_: HttpFilter, request: Request) -> bool:
    """Whether one filter matches a request."""
    return bool(_alone(filter_).matching(request))


def check(filter_: HttpFilter) -> None:
    """Compile a filter and forget it.

    Raises:
        ValueError: something in it is wrong, or cannot be simulated.
    """
    _alone(filter_)


@lru_cache(maxsize=1024)
def _alone(filter_: HttpFilter) -> FilterSet[None]:
    return FilterSet({None: filter_})


def _bit(bits: dict[str, int], pattern: str) -> int:
    compile_search(pattern, ignore_case=True)
    return bits.setdefault(pattern, 1 << len(bits))


def _searches(bits: Mapping[str, int]) -> list[tuple[int, Search]]:
    return [(bit, compile_search(pattern, ignore_case=True)) for pattern, bit in bits.items()]


def _bits(searches: list[tuple[int, Search]], text: str) -> int:
    found = 0
    for bit, search in searches:
        if search(text):
            found |= bit
    return found


def _remember(memory: dict[K, int], key: K, bits: int) -> int:
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = bits
    return bits


def _body_test(query: str, search: Search) -> _Test:
    compile_path(query)
    return lambda subject: any(
        search(text) for found in subject.document for text in find_texts(query, found)
    )
