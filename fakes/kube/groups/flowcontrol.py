"""FlowSchemas and PriorityLevelConfigurations."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["FlowSchemaStrategy", "PriorityLevelStrategy"]


class FlowSchemaStrategy(Strategy):
    """FlowSchema."""

    has_generation = True
    has_status = True


class PriorityLevelStrategy(Strategy):
    """PriorityLevelConfiguration."""

    has_generation = True
    has_status = True
