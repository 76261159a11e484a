"""The targets of a HorizontalPodAutoscaler as one cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["format_metrics"]

_SHOWN = 2
_SOURCES = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def format_metrics(autoscaler: Mapping[str, Any]) -> str:
    """``cpu: 12%/80%``: what is measured against what is wanted, of the first two metrics."""
    spec, status = autoscaler.get("spec") or {}, autoscaler.get("status") or {}
    metrics = spec.get("metrics") or _of_v1(spec)
    if not metrics:
        return "<none>"
    measured = status.get("currentMetrics") or _measured_v1(status)
    texts = [_metric(metric, measured[i] if i < len(measured) else {}) for i, metric in enumerate(metrics)]
    shown = ", ".join(texts[:_SHOWN])
    return f"{shown} + {len(texts) - _SHOWN} more..." if len(texts) > _SHOWN else shown


def _of_v1(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    percent = spec.get("targetCPUUtilizationPercentage")
    if percent is None:
        return []
    return [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": percent}}}]


def _measured_v1(status: Mapping[str, Any]) -> list[dict[str, Any]]:
    percent = status.get("currentCPUUtilizationPercentage")
    return [] if percent is None else [{"resource": {"current": {"averageUtilization": percent}}}]


def _metric(metric: Mapping[str, Any], measured: Mapping[str, Any]) -> str:
    kind = metric.get("type", "")
    if kind not in _SOURCES:
        return "<unknown type>"
    source = metric.get(_SOURCES[kind]) or {}
    target, current = source.get("target") or {}, (measured.get(_SOURCES[kind]) or {}).get("current") or {}
    average = target.get("averageValue")
    if kind in ("Resource", "ContainerResource"):
        if average is not None:
            return f"{source.get('name', '')}: {current.get('averageValue', '<unknown>')}/{average}"
        wanted = target.get("averageUtilization")
        found = current.get("averageUtilization")
        shown = "<unknown>" if found is None else f"{found}%"
        return f"{source.get('name', '')}: {shown}/{'<auto>' if wanted is None else f'{wanted}%'}"
    if average is not None:
        suffix = "" if kind == "Pods" else " (avg)"
        return f"{current.get('averageValue', '<unknown>')}/{average}{suffix}"
    return f"{current.get('value', '<unknown>')}/{target.get('value', '0')}"
