"""PodDisruptionBudgets."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["PodDisruptionBudgetStrategy"]


class PodDisruptionBudgetStrategy(Strategy):
    """PodDisruptionBudget."""

    has_generation = True
    has_status = True
    allow_unconditional_update = False
