"""Nodes."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["NodeStrategy"]


class NodeStrategy(Strategy):
    """Node."""

    has_status = True
