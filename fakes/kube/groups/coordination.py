"""Leases and the candidates for them."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["LeaseCandidateStrategy", "LeaseStrategy"]


class LeaseStrategy(Strategy):
    """Lease."""

    allow_create_on_update = True
    allow_unconditional_update = False


class LeaseCandidateStrategy(Strategy):
    """LeaseCandidate."""

    allow_create_on_update = True
    allow_unconditional_update = False
