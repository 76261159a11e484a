"""PriorityClasses."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["PriorityClassStrategy"]


class PriorityClassStrategy(Strategy):
    """PriorityClass."""

    has_generation = True
