"""A connection pool of the official client through which everything passes that a client does.

Who asks is added. On a cluster that is not all ours, what is made is labelled, and what would harm others is refused. And a
real API server learns of roles and bindings by watching, a few milliseconds after they were written, so that whoever asks
as somebody else right afterwards has to wait: for that, writes are reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import urllib3

from harness.cluster import User
from harness.drivers.session_names import SessionNames

__all__ = ["ObservedPool", "Observer", "Seen"]

_READS = frozenset({"GET", "HEAD"})

Seen: TypeAlias = Callable[[User, str, str, int], None]
"""Told of each answer: who asked, the method, the URL, and the status code."""


class Observer(Protocol):
    """Whoever sees the requests of clients."""

    def before(self, user: User, method: str, path: str) -> None:
        """Called before a request is sent; what it raises leaves the client."""
        ...

    def rewrite(self, method: str, path: str, body: Any) -> Any:
        """The body to send."""
        ...

    def after(self, method: str, path: str, answer: bytes) -> None:
        """Called after a write that succeeded."""
        ...


class ObservedPool:
    """What ``urllib3.PoolManager`` is for a client.

    Args:
        headers: sent with every request; names may repeat.
        seen: told of each answer.
        names: what sessions are called by whoever uses the client.
    """

    def __init__(
        self, inner: Any, user: User, headers: Sequence[tuple[str, str]], observer: Observer | None,
        seen: Seen | None = None, names: SessionNames | None = None,
    ) -> None:  # fmt: skip
        self._inner = inner
        self._user = user
        self._headers = headers
        self._observer = observer
        self._seen = seen
        self._names = names

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        **options: Any,
    ) -> Any:
        sent = urllib3.HTTPHeaderDict(headers or {})
        for name, value in self._headers:
            sent.add(name, value)
        said, observer, names = url, self._observer, self._names
        if names is not None and names.translates:
            parts = urlsplit(url)
            url = parts._replace(path=names.path(parts.path)).geturl()
        path = urlsplit(url).path
        if observer is not None:
            observer.before(self._user, method, path)
            body = observer.rewrite(method, path, body)
        response = self._inner.request(method, url, headers=sent, body=body, **options)
        if self._seen is not None:
            self._seen(self._user, method, said, response.status)
        if observer is not None and method not in _READS and response.status < 300:
            observer.after(method, path, response.data)
        return response if names is None or not names.translates else _Named(response, names)

    def clear(self) -> None:
        """Close the connections."""
        self._inner.clear()


class _Named:
    """An answer with the names of sessions in it; what is read as it comes, as a watch is, has none."""

    def __init__(self, response: Any, names: SessionNames) -> None:
        self._response = response
        self._names = names

    @property
    def data(self) -> bytes:
        raw: bytes = self._response.data
        return self._names.text(raw.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)
