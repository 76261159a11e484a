"""Waiting for what a cluster does by itself, without knowing how long that takes or which cluster it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

__all__ = ["Pausing", "eventually"]

T = TypeVar("T")


class Pausing(Protocol):
    """Whatever can give its own work a moment: see ``Cluster.pause``."""

    def pause(self) -> bool: ...


def eventually(cluster: Pausing, check: Callable[[], T], attempts: int = 100) -> T:
    """Repeat the check until it passes; what the last attempt raised leaves, so a failure shows the last mismatch.

    A cluster in which nothing is under way is asked once.
    """
    for _ in range(attempts - 1):
        try:
            return check()
        except AssertionError:
            if not cluster.pause():
                raise
    return check()
