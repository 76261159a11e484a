"""Jobs and CronJobs."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["CronJobStrategy", "JobStrategy"]


class CronJobStrategy(Strategy):
    """CronJob."""

    has_generation = True
    has_status = True


class JobStrategy(Strategy):
    """Job."""

    has_generation = True
    has_status = True
    default_propagation = "Orphan"
