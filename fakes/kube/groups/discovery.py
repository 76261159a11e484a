"""EndpointSlices."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["EndpointSliceStrategy"]


class EndpointSliceStrategy(Strategy):
    """EndpointSlice."""

    has_generation = True
