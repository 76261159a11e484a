"""Takes the request apart, before anybody asks who sent it; and refuses a ``timeout`` that is no duration."""

from __future__ import annotations

import re
from typing import Final

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.golang import quote
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Handler, Request, Response, text_response
from fakes.apiserver.endpoints.request_info import RequestInfoError, request_info

__all__ = ["UnreadableRequestError", "with_request_info"]

_PART: Final = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d*)(?P<unit>[^.0-9]*)")
_UNITS: Final = {"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 6e10, "h": 3.6e12}
_LONGEST: Final = float(1 << 63)


class UnreadableRequestError(Exception):
    """Nothing can be said of a request; ``response`` answers it, and has every header that it is to have."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body.decode())
        self.response = response


def with_request_info(handler: Handler, clock: Clock, names: Names) -> Handler:
    async def filtered(request: Request) -> Response:
        request.started = clock.now()
        try:
            request.info = request_info(request.method, request.path, request.raw_query)
        except RequestInfoError as error:
            raise _unreadable(request, error, names) from error
        if request.raw_query and b"timeout=" in request.raw_query:
            _check_timeout(request)
        return await handler(request)

    return filtered


def _unreadable(request: Request, error: RequestInfoError, names: Names) -> UnreadableRequestError:
    audit_id = request.header(b"audit-id") or names.uid()
    message = f"Internal Server Error: {quote(request.path)}: failed to create RequestInfo: {error}\n"
    return UnreadableRequestError(
        text_response(500, message, (b"audit-id", audit_id.encode("latin-1", "replace")))
    )


def _check_timeout(request: Request) -> None:
    text = request.query.get("timeout")
    if not text or request.info.verb in ("watch", "proxy"):
        return
    problem = _duration_problem(text)
    if problem:
        message = f"invalid timeout specified in the request URL - time: {problem} {quote(text)}"
        raise StatusError.bad_request(message)


def _duration_problem(text: str) -> str:
    """What Go says of a text that is no duration; nothing of one that is."""
    rest = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    if rest == "0":
        return ""
    total, parts = 0.0, list(_PART.finditer(rest))
    if not parts or "".join(part[0] for part in parts) != rest:
        return "invalid duration"
    for part in parts:
        if part["number"] == ".":
            return "invalid duration"
        if not part["unit"]:
            return "missing unit in duration"
        if part["unit"] not in _UNITS:
            return f"unknown unit {quote(part['unit'])} in duration"
        total += float(part["number"]) * _UNITS[part["unit"]]
    return "invalid duration" if total > _LONGEST else ""
