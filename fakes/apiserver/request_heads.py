"""What of a request's head a Go server reads otherwise than the parser here: any method, any bytes in a path, a Host that counts.

The parser knows some methods and refuses others; a Go server hands every token on, and it is the API that refuses. On the
other hand it refuses paths with half an escape, and requests without a Host.

Source: Go, net/http, server.go and request.go. Not here: lines that end without a carriage return and headers that are
continued on the next line, which the parser refuses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

__all__ = ["BAD_REQUEST", "RequestLine", "is_plain", "read_request_line", "refusal", "refusal_of_headers"]

_PLAIN: Final = re.compile(
    rb"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE) "
    rb'/[!-"$&->@-~]*(?:\?[!-"$-~]*)? HTTP/1\.[01]\r\n'
)
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION: Final = re.compile(rb"HTTP/(?P<major>\d)\.(?P<minor>\d)")
_ABSOLUTE: Final = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*:(?://(?:\[[^/?\]]*\])?[^/?\[\]]*|(?!//))(?P<rest>/.*)?", re.DOTALL
)
_ESCAPED: Final = re.compile(rb"%(?:[0-9A-Fa-f]{2})?")
_UNSEEN: Final = re.compile(rb"[\x00-\x20\x7f]")
_RAW: Final = re.compile(rb'[#"<>\\^`{|}\x80-\xff]')
_HOST: Final = re.compile(rb"[A-Za-z0-9!$%&'()*+,\-.:;=\[\]_~]*")
_STAND_IN: Final = b"PURGE"
"""A method that the parser knows, and nobody uses."""
BAD_REQUEST: Final = "400 Bad Request"
_ENCODING_REFUSED: Final = "501 Not Implemented"
_VERSION_REFUSED: Final = "505 HTTP Version Not Supported: unsupported protocol version"


class RequestLine(NamedTuple):
    """A first line as the parser takes it, and the method that it stands for."""

    line: bytes
    method: str


def is_plain(data: bytes) -> bool:
    """Whether a request begins with a line that the parser reads as a Go server does."""
    return _PLAIN.match(data) is not None


def read_request_line(line: bytes) -> RequestLine | str:
    """Take the first line of a request apart, without its end; the status with which it is refused, if it is."""
    method, _, rest = line.partition(b" ")
    target, separator, version = rest.partition(b" ")
    found = _VERSION.fullmatch(version)
    if not separator or found is None or _TOKEN.fullmatch(method) is None:
        return BAD_REQUEST
    path = _path(target)
    if path is None:
        return BAD_REQUEST
    if found["major"] != b"1":
        return _VERSION_REFUSED
    minor = b"0" if found["minor"] == b"0" else b"1"
    return RequestLine(b"%b %b HTTP/1.%b\r\n" % (_STAND_IN, path, minor), method.decode())


def _path(target: bytes) -> bytes | None:
    """Path and query, with escapes for what the parser takes for something else; None for what is no target."""
    if target == b"*":
        return target
    if not target.startswith(b"/"):
        found = _ABSOLUTE.fullmatch(target)
        if found is None:
            return None
        target = found["rest"] or b"/"
    path, separator, query = target.partition(b"?")
    if _UNSEEN.search(target) or any(len(each) < 3 for each in _ESCAPED.findall(path)):
        return None
    return _escaped(path) + separator + _escaped(query)


def _escaped(text: bytes) -> bytes:
    return _RAW.sub(lambda found: b"%%%02X" % found[0][0], text)


def refusal_of_headers(headers: Sequence[tuple[bytes, bytes]], version: str) -> str | None:
    """The status with which a request is refused for its headers; their names are in lower case."""
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
            if _HOST.fullmatch(value) is None:
                return f"{BAD_REQUEST}: malformed Host header"
        elif name == b"expect" and value and value.lower() != b"100-continue":
            return "417 Expectation Failed"
        elif name == b"transfer-encoding" and value.lower() != b"chunked":
            return _ENCODING_REFUSED
    if hosts == 1 or (hosts == 0 and version == "1.0"):
        return None
    return BAD_REQUEST if hosts else f"{BAD_REQUEST}: missing required Host header"


def refusal(status: str) -> bytes:
    """The answer to a request that is refused before anybody has seen it; its connection ends with it."""
    if status.startswith("417"):
        return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    return (head + ("Unsupported transfer encoding" if status == _ENCODING_REFUSED else status)).encode()
