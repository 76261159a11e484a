"""One HTTP exchange with the API server, through the official client or whatever stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import urllib3

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["Answer", "Api", "ApiClientTransport", "TransportError"]


class TransportError(Exception):
    """No answer came: the connection could not be made or broke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a request. Header names are lower-case."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Api(Protocol):
    """Where requests go. ``target`` is the path with its query; any status is an answer, not an error."""

    def send(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Send one request.

        Raises:
            TransportError: there was no answer.
        """
        ...


class ApiClientTransport:
    """The ``Api`` over an ``ApiClient``: its host, credentials, default headers and pool, but the body as it is.

    The client's own methods are passed by, as they encode bodies by content type; the legacy certificate request is
    PEM that calls itself JSON.
    """

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def send(self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        client = self._client
        sent = dict(client.default_headers)
        client.update_params_for_auth(sent, [], ["BearerToken"], target, method, body)
        sent.update(headers)
        try:
            response = client.rest_client.pool_manager.request(
                method,
                client.configuration.host + target,
                body=body,
                headers=sent,
                preload_content=False,
                retries=False,
            )
            content = response.data
        except urllib3.exceptions.HTTPError as error:
            raise TransportError(f"client error ({_stage(error)})") from error
        received = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status, body=content, headers=received)


def _stage(error: urllib3.exceptions.HTTPError) -> str:
    """How far the request came, in the words of the product's HTTP client."""
    came_to_nothing = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.SSLError,
        urllib3.exceptions.ProxyError,
    )
    return "Connect" if isinstance(error, came_to_nothing) else "SendRequest"
