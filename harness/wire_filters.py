"""HTTP filters from the text that people see to the values that the wire protocol carries."""

from __future__ import annotations

from typing import Any

from fakes.mirrord.protocol.filters import (
    CompositeFilter,
    HeaderFilter,
    HeaderJqFilter,
    HttpFilter,
    MethodFilter,
    PathFilter,
)
from harness.http_filters import filter_configuration

__all__ = ["wire_filter"]

_KINDS: dict[str, Any] = {
    "header": HeaderFilter,
    "header_filter": HeaderFilter,
    "path": PathFilter,
    "path_filter": PathFilter,
    "method": MethodFilter,
    "method_filter": MethodFilter,
    "query": HeaderJqFilter,
    "header_filter_jq": HeaderJqFilter,
}


def wire_filter(text: str) -> HttpFilter:
    """The filter that status shows as this text.

    Raises:
        ValueError: the text is no filter.
    """
    ((name, value),) = filter_configuration(text).items()
    if name in ("all_of", "any_of"):
        return CompositeFilter(name == "all_of", tuple(_single(part) for part in value))
    return _single({name: value})


def _single(part: dict[str, str]) -> HttpFilter:
    ((name, value),) = part.items()
    made: HttpFilter = _KINDS[name](value)
    return made
