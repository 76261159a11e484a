"""HorizontalPodAutoscalers of both versions."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = ["HorizontalPodAutoscalerStrategy", "HorizontalPodAutoscalerV1Strategy"]


class HorizontalPodAutoscalerStrategy(Strategy):
    """HorizontalPodAutoscaler of autoscaling/v2."""

    has_status = True


class HorizontalPodAutoscalerV1Strategy(Strategy):
    """HorizontalPodAutoscaler of autoscaling/v1."""

    has_status = True
