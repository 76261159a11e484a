"""Takes the request apart, before anybody asks who sent it; and refuses a ``timeout`` that is no duration."""

from __future__ import annotations

import re

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.golang import quote
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Handler, Request, Response, text_response
from fakes.apiserver.endpoints.request_info import RequestInfoError, request_info

__all__ = ["with_request_info"]

_DURATION = re.compile(r"[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)")


def with_request_info(handler: Handler, clock: Clock) -> Handler:
    async def filtered(request: Request) -> Response:
        request.started = clock.now()
        try:
            request.info = request_info(request.method, request.path, request.raw_query)
        except RequestInfoError as error:
            where = quote(request.path)
            return text_response(
                500, f"Internal Server Error: {where}: failed to create RequestInfo: {error}\n"
            )
        if request.raw_query and b"timeout=" in request.raw_query:
            _check_timeout(request)
        return await handler(request)

    return filtered


def _check_timeout(request: Request) -> None:
    text = request.query.get("timeout")
    if not text or request.info.verb in ("watch", "proxy"):
        return
    if not _DURATION.fullmatch(text):
        problem = "missing unit in duration" if text.isdigit() else "invalid duration"
        message = f"invalid timeout specified in the request URL - time: {problem} {quote(text)}"
        raise StatusError.bad_request(message)
