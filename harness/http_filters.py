"""HTTP filters from the text that people see to the configuration that mirrord reads.

Status shows ``header=X-PG-Tenant: Avi.+`` or ``all of (header=a: b), (path=^/c)``; mirrord.json has ``header_filter``,
``all_of`` and so on. A body filter cannot be read back, as its text does not say what it matches.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["filter_configuration"]

_KINDS = {"header": "header", "path": "path", "method": "method", "header_jq": "query"}
_SINGLE = {
    "header": "header_filter",
    "path": "path_filter",
    "method": "method_filter",
    "header_jq": "header_filter_jq",
}
_COMPOSITE = re.compile(r"(all|any) of \((.*)\)", re.DOTALL)


def filter_configuration(text: str) -> dict[str, Any]:
    """The ``http_filter`` section of a mirrord configuration.

    Raises:
        ValueError: the text is no filter.
    """
    if (composite := _COMPOSITE.fullmatch(text)) is not None:
        parts = [_part(part) for part in re.split(r"\), \((?=\w+=)", composite[2])]
        return {f"{composite[1]}_of": [{_KINDS[kind]: value} for kind, value in parts]}
    kind, value = _part(text)
    return {_SINGLE[kind]: value}


def _part(text: str) -> tuple[str, str]:
    kind, equals, value = text.partition("=")
    if not equals or kind not in _KINDS:
        known = ", ".join(f"{name}=..." for name in _KINDS)
        raise ValueError(f"{text!r} is no filter; write {known}, or `all of (...), (...)`")
    return kind, value
