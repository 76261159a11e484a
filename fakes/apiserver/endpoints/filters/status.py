"""The outermost filter: what is raised further in becomes a Status, in the form that the client accepts.

What is no StatusError is a bug: the client gets 500, and whoever runs the server in process gets the exception.
"""

from __future__ import annotations

from collections.abc import Callable

from fakes.apimachinery.golang import quote
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.filters.request_info import UnreadableRequestError
from fakes.apiserver.endpoints.http import Handler, Handover, Request, Response, text_response
from fakes.apiserver.endpoints.output import status_response

__all__ = ["with_status"]

_NO_CACHE = (b"cache-control", b"no-cache, private")
_PANIC = "This request caused apiserver to panic. Look in the logs for details."


def with_status(handler: Handler, on_bug: Callable[[Request, Exception], None]) -> Handler:
    """Wrap a handler; ``on_bug`` is told of exceptions that are no refusals, and may raise them on."""

    async def filtered(request: Request) -> Response:
        try:
            response = await handler(request)
        except UnreadableRequestError as error:
            return error.response
        except StatusError as error:
            response = status_response(request, error)
        except Exception as error:
            on_bug(request, error)
            response = text_response(500, _PANIC)
        if isinstance(response, Handover):
            return response
        headers = response.headers
        response.headers = [*headers, *_warnings(request)] if request.warnings else list(headers)
        for name, _ in headers:
            if name == b"cache-control":
                return response
        response.headers.append(_NO_CACHE)
        return response

    return filtered


def _warnings(request: Request) -> list[tuple[bytes, bytes]]:
    texts = dict.fromkeys(request.warnings)
    return [(b"warning", f"299 - {quote(text)}".encode("utf-8", "replace")) for text in texts]
