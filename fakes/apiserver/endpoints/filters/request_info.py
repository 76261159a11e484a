"""Takes the request apart, before anybody asks who sent it; and refuses a ``timeout`` that is no duration."""

from __future__ import annotations

import re

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.golang import quote
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Handler, Request, Response, text_response
from fakes.apiserver.endpoints.request_info import RequestInfoError, request_info

__all__ = ["UnreadableRequestError", "with_request_info"]

_DURATION = re.compile(r"[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)")


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
    if not _DURATION.fullmatch(text):
        problem = "missing unit in duration" if text.isdigit() else "invalid duration"
        message = f"invalid timeout specified in the request URL - time: {problem} {quote(text)}"
        raise StatusError.bad_request(message)
