"""A whole document, or what a client still wants of it: by its entity tag, its age, a range of bytes, compressed.

Source: Go's ``http.ServeContent``. Not here: several ranges at once, which are answered with everything.
"""

from __future__ import annotations

import gzip
import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import Final

from fakes.apiserver.endpoints.http import Request, Response, text_response

__all__ = ["Header", "compressed", "serve_content"]

Header = tuple[bytes, bytes]

_RANGES: Final = (b"accept-ranges", b"bytes")
_RANGE: Final = re.compile(r"bytes=\s*(?P<first>\d*)\s*-\s*(?P<last>\d*)\s*")
_GZIP: Final = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?P<quality>[0-9.]+)\s*)?(?:,|$)")
_OF_CONTENT: Final = (b"content-type", b"content-encoding")


def serve_content(request: Request, body: bytes, headers: list[Header], modified: datetime) -> Response:
    """The document; 304, 412, 206 or 416 if the request has conditions. ``headers`` may hold its ``etag``."""
    tag = next((value.decode() for name, value in headers if name == b"etag"), "")
    since = (b"last-modified", format_datetime(modified, usegmt=True).encode())
    if not _still_the_one(request, tag, modified):
        return Response(412, b"", [*headers, since])
    if _known(request, tag, modified):
        if request.method not in ("GET", "HEAD"):
            return Response(412, b"", [*headers, since])
        kept = [header for header in headers if header[0] not in _OF_CONTENT]
        return Response(304, b"", kept if tag else [*kept, since])
    complete = [*headers, since, _RANGES]
    asked = request.header(b"range")
    if not asked or "," in asked:
        return Response(200, body, complete)
    span = _span(asked, len(body))
    if span is None:
        refusal = text_response(416, "invalid range\n")
        refusal.headers.extend(header for header in headers if header[0] == b"vary")
        return refusal
    first, last = span
    place = (b"content-range", b"bytes %d-%d/%d" % (first, last, len(body)))
    return Response(206, body[first : last + 1], [*complete, place])


def compressed(request: Request, response: Response) -> Response:
    """The answer as gzip, for a client that accepts it; caches are told that it depends on that."""
    response.headers = [(b"vary", b"Accept-Encoding"), *response.headers]
    accepted = _GZIP.search(request.header(b"accept-encoding"))
    if accepted is None or response.status != 200 or accepted["quality"] in ("0", "0.0", "0.00", "0.000"):
        return response
    response.body = _gzip(response.body)
    response.headers.append((b"content-encoding", b"gzip"))
    return response


@lru_cache(maxsize=4)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _still_the_one(request: Request, tag: str, modified: datetime) -> bool:
    """Whether the document is the one that the client wants no other than."""
    if tags := request.header(b"if-match"):
        return "*" in tags or (bool(tag) and tag in [each.strip() for each in tags.split(",")])
    until = _moment(request.header(b"if-unmodified-since"))
    return until is None or modified.replace(microsecond=0) <= until


def _known(request: Request, tag: str, modified: datetime) -> bool:
    """Whether the client has the document already."""
    if tags := request.header(b"if-none-match"):
        if tags.strip() == "*":
            return True
        return bool(tag) and tag in [each.strip().removeprefix("W/") for each in tags.split(",")]
    if request.method not in ("GET", "HEAD"):
        return False
    since = _moment(request.header(b"if-modified-since"))
    return since is not None and modified.replace(microsecond=0) <= since


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """The first and last byte of a range, or None if it is none of this document."""
    found = _RANGE.fullmatch(asked)
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        wanted = min(int(found["last"]), size)
        return (size - wanted, size - 1) if wanted else None
    first = int(found["first"])
    last = min(int(found["last"]), size - 1) if found["last"] else size - 1
    return (first, last) if first < size and first <= last else None
