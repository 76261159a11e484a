"""Events of both groups."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["CoreEventStrategy", "EventStrategy"]


class CoreEventStrategy(Strategy):
    """Event of the core group."""

    allow_create_on_update = True


class EventStrategy(Strategy):
    """Event of events.k8s.io."""

    allow_create_on_update = True
