"""A connection pool of the official client that says what passes: who asks is added, and writes are reported.

A real API server learns of roles and bindings by watching, a few milliseconds after they were written; whoever asks as
somebody else right afterwards has to wait for that, and only a pool sees all that a client does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import urllib3

__all__ = ["ObservedPool"]

_READS = frozenset({"GET", "HEAD"})


class ObservedPool:
    """What ``urllib3.PoolManager`` is for a client.

    Args:
        headers: sent with every request; names may repeat.
        before: called with every method and path before the request is sent.
        after: called with the method and path of every write that succeeded.
    """

    def __init__(
        self,
        inner: Any,
        *,
        headers: Sequence[tuple[str, str]] = (),
        before: Callable[[str, str], None],
        after: Callable[[str, str], None],
    ) -> None:
        self._inner = inner
        self._headers = headers
        self._before = before
        self._after = after

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Any:
        sent = urllib3.HTTPHeaderDict(headers or {})
        for name, value in self._headers:
            sent.add(name, value)
        path = urlsplit(url).path
        self._before(method, path)
        response = self._inner.request(method, url, headers=sent, **options)
        if method not in _READS and response.status < 300:
            self._after(method, path)
        return response

    def clear(self) -> None:
        """Close the connections."""
        self._inner.clear()
