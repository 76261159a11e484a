"""What a program that talks to an API server needs of it, whether over a socket or in process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

__all__ = ["Client"]


class Client(Protocol):
    """An authenticated connection to an API server.

    Both methods raise ``StatusError`` for anything that is not 2xx. Objects are plain dicts as decoded from JSON and
    belong to the caller.
    """

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Any:
        """One request; the decoded JSON body of the answer."""
        ...

    def watch(self, path: str, *, query: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, Any]]:
        """Events of a watch, ``{"type": ..., "object": ...}``, until the server ends it."""
        ...
