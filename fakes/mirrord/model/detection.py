"""Whether the first bytes of a connection are HTTP.

Only the preface of HTTP/2 or the first line of an HTTP/1 request is looked at. A connection that is still undecided when
its peer stops or falls silent is taken for something else.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

__all__ = ["Detected", "detect"]

Detected: TypeAlias = Literal["http/1", "http/2", "tcp", "undecided"]

_PREFACE = b"PRI * HTTP/2.0"
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
_LINE = re.compile(rb"(?:\r?\n)*" + _TOKEN + rb"+ +[!-~\x80-\xff]+ +HTTP/1\.[01]\r?\n")
_PARTIAL_VERSION = rb"(?:H|HT|HTT|HTTP|HTTP/|HTTP/1|HTTP/1\.|HTTP/1\.[01]\r?)?"
_PARTIAL = re.compile(
    rb"(?:\r?\n)*\r?(?:" + _TOKEN + rb"+(?: +(?:[!-~\x80-\xff]+(?: +" + _PARTIAL_VERSION + rb")?)?)?)?"
)


def detect(start: bytes, *, final: bool = False) -> Detected:
    """What a connection speaks. ``final``: nothing more came in time."""
    if start[: len(_PREFACE)] == _PREFACE:
        return "http/2"
    if _LINE.match(start):
        return "http/1"
    if not final and (_PREFACE.startswith(start) or _PARTIAL.fullmatch(start)):
        return "undecided"
    return "tcp"
