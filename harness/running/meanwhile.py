"""Something that happens while a command runs: between two of its requests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["with_meanwhile"]


class _Pool:
    """Sends requests, and does something else before the first that changes anything."""

    def __init__(self, pool: Any, action: Callable[[], object]) -> None:
        self._pool = pool
        self._action: Callable[[], object] | None = action

    def request(self, method: str, url: str, **options: Any) -> Any:
        action = self._action
        if method == "DELETE" and action is not None:
            self._action = None
            action()
        return self._pool.request(method, url, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)


def with_meanwhile(api_client: ApiClient, action: Callable[[], object]) -> ApiClient:
    """The same client, whose user looks away for a moment before they delete something."""
    other = copy.copy(api_client)
    other.rest_client = copy.copy(api_client.rest_client)
    pool: Any = _Pool(api_client.rest_client.pool_manager, action)
    other.rest_client.pool_manager = pool
    return other
