"""Continue tokens: where a page of a list ended, and at which revision the list is read.

Source: k8s.io/apiserver, pkg/storage/continue.go.
"""

from __future__ import annotations

import base64
import json
import re
from typing import NamedTuple

from fakes.apimachinery.status import StatusError

__all__ = ["Position", "decode", "encode"]

_VERSION = "meta.k8s.io/v1"
_STRANGE = re.compile(r"[^A-Za-z0-9_-]").search


class Position(NamedTuple):
    """The revision of a list (-1: the newest), and the key from which it goes on, relative to the list's prefix."""

    revision: int
    start: str


def encode(position: Position) -> str:
    text = json.dumps(
        {"v": _VERSION, "rv": position.revision, "start": f"{position.start}\0"}, separators=(",", ":")
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(token: str) -> Position:
    """Read a token.

    Raises:
        StatusError: 400, it is not one of ours.
    """
    strange = _STRANGE(token)
    if strange is not None or len(token) % 4 == 1:
        place = strange.start() if strange is not None else len(token) - 1
        raise _invalid(f"illegal base64 data at input byte {place}")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise _invalid(_json_problem(raw)) from error
    if not isinstance(content, dict) or content.get("v") != _VERSION:
        version = content.get("v", "") if isinstance(content, dict) else ""
        raise _invalid(f"server does not recognize this encoded version {version}")
    revision, start = content.get("rv"), content.get("start")
    if not isinstance(revision, int) or revision == 0 or not isinstance(start, str) or not start:
        raise _invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    return Position(revision, start.removesuffix("\0"))


def _json_problem(raw: bytes) -> str:
    if not raw:
        return "unexpected end of JSON input"
    first = raw[:1].decode("latin-1")
    shown = first if first.isprintable() else f"\\u{ord(first):04x}"
    return f"invalid character '{shown}' looking for beginning of value"


def _invalid(message: str) -> StatusError:
    return StatusError.bad_request(
        f"invalid continue token: continue key is not valid: {message}"
        if message
        else "invalid continue token"
    )
