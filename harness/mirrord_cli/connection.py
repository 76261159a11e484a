"""Requests of the product's Kubernetes client: the extra headers on each, tries again, and answers decoded or raised.

A 429, 503 or 504 is tried again, with growing waits or the server's own Retry-After: 15 times by the Kubernetes client
itself, and all that again as the configuration says. The product adds jitter to its waits, this does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from harness.mirrord_cli.kube_errors import DecodeError, ServiceError, Status, decode_refusal
from harness.mirrord_cli.serde import complaint
from harness.mirrord_cli.transport import Answer, Api, TransportError

__all__ = ["Connection", "RetryPolicy"]

T = TypeVar("T")

_RETRIED = frozenset({429, 503, 504})
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently a request is tried again; ``startup_retry`` of the configuration."""

    min_ms: int = 500
    max_ms: int = 5000
    max_retries: int = 2

    @property
    def is_invalid(self) -> bool:
        return self.min_ms > self.max_ms or self.max_ms == 0

    def delay(self, attempt: int, headers: Mapping[str, str]) -> float:
        """Seconds to wait after the attempt (from 0) that was answered with these headers."""
        backoff = min(self.min_ms << attempt, self.max_ms) / 1000
        retry_after = headers.get("retry-after", "")
        return max(backoff, float(retry_after)) if retry_after.isdecimal() else backoff


_OF_CLIENT = RetryPolicy(min_ms=5, max_ms=1_000_000, max_retries=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An API together with the headers that every request carries."""

    api: Api
    headers: Mapping[str, str]
    sleep: Callable[[float], None]
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def with_header(self, name: str, value: str) -> Connection:
        return replace(self, headers={**self.headers, name: value})

    def get(self, target: str, kind: type[T]) -> T:
        """The decoded object.

        Raises:
            KubeError: refused, undecodable, or no answer.
        """
        return _decode(self._send("GET", target, None), kind)

    def post(self, target: str, body: bytes, kind: type[T]) -> T:
        """The decoded answer to a body that is sent as it is, under the name of JSON."""
        return _decode(self._send("POST", target, body), kind)

    def delete(self, target: str, body: bytes | None, kind: type[Any]) -> Status | None:
        """The Status that a deletion was answered with, or None where it was the object, or list, deleted."""
        answer = self._send("DELETE", target, body)
        content = _decode(answer, object)
        if isinstance(content, dict) and content.get("kind") == "Status":
            return _decode(answer, Status)
        _decode(answer, kind)
        return None

    def _send(self, method: str, target: str, body: bytes | None) -> bytes:
        headers = self.headers if method == "GET" else {**self.headers, **_JSON}

        def once() -> Answer:
            return self._try(method, target, headers, body)

        answer = self._persistently(self.retry, lambda: self._persistently(_OF_CLIENT, once))
        if answer.status >= 400:
            raise decode_refusal(answer.status, answer.body)
        return answer.body

    def _persistently(self, policy: RetryPolicy, attempt: Callable[[], Answer]) -> Answer:
        answer = attempt()
        for number in range(policy.max_retries):
            if answer.status not in _RETRIED:
                break
            self.sleep(policy.delay(number, answer.headers))
            answer = attempt()
        return answer

    def _try(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        try:
            return self.api.send(method, target, headers=headers, body=body)
        except TransportError as error:
            raise ServiceError(error) from error


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DecodeError(complaint(body, kind) or error) from error
