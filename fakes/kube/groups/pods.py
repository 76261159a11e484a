"""Pods and PodTemplates."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["PodStrategy", "PodTemplateStrategy"]


class PodStrategy(Strategy):
    """Pod."""

    has_generation = True
    has_status = True
    returns_deleted_object = True
    graceful = True


class PodTemplateStrategy(Strategy):
    """PodTemplate."""

    has_generation = True
    returns_deleted_object = True
