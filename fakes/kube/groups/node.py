"""RuntimeClasses."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["RuntimeClassStrategy"]


class RuntimeClassStrategy(Strategy):
    """RuntimeClass."""

    allow_create_on_update = True
    allow_unconditional_update = False
