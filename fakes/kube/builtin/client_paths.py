"""The operations of the API, read from the source text of the package ``kubernetes``.

Importing its API modules costs seconds and a hundred megabytes; finding the paths in their text costs some twenty
milliseconds. Each operation ends in a call that names its method and path; the kind stands before it, in the description
of the parameter ``name`` or in the type of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Operation", "operations"]

_MODULE = re.compile(
    r"\w+_v\d+_api\.py"
)  # versions that are generally available: the others are off by default
_PATH = re.compile(
    r"/(?:api|apis/(?P<group>[^/]+))/(?P<version>v\d+)/(?P<namespaced>namespaces/\{namespace\}/)?"
    r"(?P<resource>[a-z]+)(?P<name>/\{name\})?(?:/(?P<subresource>[a-z]+))?"
)
_CALL = re.compile(rb"method='(?P<method>[A-Z]+)',\s+resource_path='(?P<path>[^']+)'")
_MODEL = re.compile(r"(?:[A-Z][a-z]+)?V\d+(?P<kind>[A-Z]\w+)")
_NAMED = b'name: Annotated[StrictStr, Field(description="name of the '
_ANSWER = b"'20"


class Operation(NamedTuple):
    """A method of a path: ``kind`` is what is sent to it or comes from it."""

    group: str
    version: str
    resource: str
    subresource: str
    kind: str
    namespaced: bool
    named: bool
    method: str


def operations(client: Path) -> Iterator[Operation]:
    """Every operation of the stable API versions; ``client`` is the folder of the package ``kubernetes``."""
    for module in sorted((client / "client" / "api").iterdir()):
        if _MODULE.fullmatch(module.name):
            yield from _operations(module.read_bytes())


def _operations(text: bytes) -> Iterator[Operation]:
    start = position = 0
    while (position := text.find(b"resource_path='", position)) >= 0:
        call = _CALL.search(text, position - 60)
        if call is None:
            raise ValueError("the source of the package kubernetes has a shape that is not known here")
        position = call.end()
        if path := _PATH.fullmatch(call["path"].decode()):
            yield Operation(
                group=path["group"] or "",
                version=path["version"],
                resource=path["resource"],
                subresource=path["subresource"] or "",
                kind=_kind(text, start, position, named=bool(path["name"])),
                namespaced=bool(path["namespaced"]),
                named=bool(path["name"]),
                method=call["method"].decode(),
            )
        start = position


def _kind(text: bytes, start: int, end: int, *, named: bool) -> str:
    if named:
        begin = text.index(_NAMED, start, end) + len(_NAMED)
        return text[begin : text.index(b'"', begin)].decode()
    begin = text.index(b'"', text.index(_ANSWER, start, end)) + 1
    model = _MODEL.fullmatch(text[begin : text.index(b'"', begin)].decode())
    return model["kind"] if model else ""
