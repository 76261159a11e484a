"""HorizontalPodAutoscalers of autoscaling/v1: what that version has no fields for travels in annotations.

Source: k8s.io/kubernetes, pkg/apis/autoscaling/v1/conversion.go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fakes.apimachinery import golang

__all__ = ["scaler_to_v1", "scaler_to_v2"]

Object = dict[str, Any]
_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _CURRENT = _PREFIX + "metrics", _PREFIX + "current-metrics"
_CONDITIONS, _BEHAVIOR = _PREFIX + "conditions", _PREFIX + "behavior"
_ANNOTATIONS = (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)
_SOURCES = {
    "Object": "object", "Pods": "pods", "Resource": "resource", "ContainerResource": "containerResource",
    "External": "external",
}  # fmt: skip
_RULES = ("StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance")


def scaler_to_v1(obj: Object) -> Object:
    """An autoscaler of v2 as v1 shows it."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    metrics, behavior = spec.pop("metrics", None) or [], spec.pop("behavior", None)
    current, conditions = status.pop("currentMetrics", None) or [], status.pop("conditions", None)
    for metric in metrics:
        if (found := _cpu_utilization(metric, "target")) is not None:
            spec["targetCPUUtilizationPercentage"] = found
    for metric in current:
        if (found := _cpu_utilization(metric, "current")) is not None:
            status["currentCPUUtilizationPercentage"] = found
    others = [_old_metric(each, "target") for each in metrics if _cpu_utilization(each, "target") is None]
    saved = {
        _METRICS: others, _CURRENT: [_old_metric(each, "current") for each in current], _BEHAVIOR: _internal_behavior(behavior),
        _CONDITIONS: conditions,
    }  # fmt: skip
    annotations = _others(obj) | {name: _compact(value) for name, value in saved.items() if value}
    counts = {"currentReplicas": 0, "desiredReplicas": 0}
    return {**obj, "metadata": _annotated(obj, annotations), "spec": spec, "status": {**counts, **status}}


def scaler_to_v2(obj: Object) -> Object:
    """An autoscaler of v1 as it is kept."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    saved = _saved(obj)
    target, now = (
        spec.pop("targetCPUUtilizationPercentage", None),
        status.pop("currentCPUUtilizationPercentage", None),
    )
    metrics = [_new_metric(each, "target") for each in saved.get(_METRICS) or ()]
    if target is not None:
        metrics.append(_cpu("target", {"type": "Utilization", "averageUtilization": target}))
    spec["metrics"] = metrics or [_cpu("target", {"type": "Utilization", "averageUtilization": 80})]
    if behavior := saved.get(_BEHAVIOR):
        spec["behavior"] = _external_behavior(behavior)
    current = [_new_metric(each, "current") for each in saved.get(_CURRENT) or ()]
    if not current and now is not None:
        current = [_cpu("current", {"averageUtilization": now})]
    if conditions := saved.get(_CONDITIONS):
        status["conditions"] = conditions
    status["currentMetrics"] = current or None
    return {**obj, "metadata": _annotated(obj, _others(obj)), "spec": spec, "status": status}


def _cpu(side: str, value: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", side: value}}


def _cpu_utilization(metric: Mapping[str, Any], side: str) -> int | None:
    resource = metric.get("resource") or {}
    found: int | None = (resource.get(side) or {}).get("averageUtilization")
    return found if resource.get("name") == "cpu" else None


def _others(obj: Object) -> dict[str, str]:
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    return {name: value for name, value in annotations.items() if name not in _ANNOTATIONS}


def _annotated(obj: Object, annotations: Mapping[str, str]) -> Object:
    metadata = {name: value for name, value in (obj.get("metadata") or {}).items() if name != "annotations"}
    if annotations:
        metadata["annotations"] = dict(sorted(annotations.items()))
    return metadata


def _saved(obj: Object) -> dict[str, Any]:
    """What the annotations say; one that cannot be read says nothing."""
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    saved: dict[str, Any] = {}
    for name in _ANNOTATIONS:
        if name in annotations:
            try:
                saved[name] = json.loads(annotations[name])
            except ValueError:
                continue
    return saved


def _compact(value: Any) -> str:
    if isinstance(value, Mapping):  # not sorted: the order is that of the struct
        return json.dumps(value, separators=(",", ":"))
    return golang.json_text(value)


def _old_metric(metric: Mapping[str, Any], side: str) -> Object:
    kind = metric.get("type", "")
    name = _SOURCES.get(kind, "")
    source = metric.get(name) or {}
    value, described = source.get(side) or {}, source.get("metric") or {}
    average, prefix = value.get("averageValue"), "target" if side == "target" else "current"
    total = value.get("value", "0")
    match kind:
        case "Resource" | "ContainerResource":
            old = {
                "name": source.get("name", ""), f"{prefix}AverageUtilization": value.get("averageUtilization"),
                f"{prefix}AverageValue": average if side == "target" else average or "0", "container": source.get("container"),
            }  # fmt: skip
        case "Pods":
            old = {
                "metricName": described.get("name", ""), f"{prefix}AverageValue": average or "0",
                "selector": described.get("selector"),
            }  # fmt: skip
        case "Object":
            old = {
                "target": source.get("describedObject") or {}, "metricName": described.get("name", ""), f"{prefix}Value": total,
                "selector": described.get("selector"), "averageValue": average,
            }  # fmt: skip
        case _:
            shown = value.get("value") if side == "target" else total
            old = {
                "metricName": described.get("name", ""), "metricSelector": described.get("selector"), f"{prefix}Value": shown,
                f"{prefix}AverageValue": average,
            }  # fmt: skip
    return {"type": kind, name: {field: each for field, each in old.items() if each is not None}}


def _new_metric(metric: Mapping[str, Any], side: str) -> Object:
    kind = metric.get("type", "")
    name = _SOURCES.get(kind, "")
    old = metric.get(name) or {}
    prefix = "target" if side == "target" else "current"
    value = {
        "averageUtilization": old.get(f"{prefix}AverageUtilization"), "value": old.get(f"{prefix}Value"),
        "averageValue": old.get("averageValue", old.get(f"{prefix}AverageValue")),
    }  # fmt: skip
    value = {field: each for field, each in value.items() if each is not None}
    if side == "target":
        kinds = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}
        value = {"type": next((kinds[field] for field in kinds if field in value), ""), **value}
    if kind in ("Resource", "ContainerResource"):
        found = {"name": old.get("name", ""), side: value, "container": old.get("container")}
    else:
        described = {
            "name": old.get("metricName", ""),
            "selector": old.get("selector", old.get("metricSelector")),
        }
        found = {
            "describedObject": old.get("target"), "metric": {each: what for each, what in described.items() if what is not None},
            side: value,
        }  # fmt: skip
    return {"type": kind, name: {field: each for field, each in found.items() if each is not None}}


def _internal_behavior(behavior: Mapping[str, Any] | None) -> Object | None:
    if behavior is None:
        return None
    return {
        side: _internal_rules(behavior.get(side[0].lower() + side[1:])) for side in ("ScaleUp", "ScaleDown")
    }


def _internal_rules(rules: Mapping[str, Any] | None) -> Object | None:
    if rules is None:
        return None
    policies = [
        {
            "Type": each.get("type", ""),
            "Value": each.get("value", 0),
            "PeriodSeconds": each.get("periodSeconds", 0),
        }
        for each in rules.get("policies") or ()
    ]
    found = {name: rules.get(name[0].lower() + name[1:]) for name in _RULES}
    return {**found, "Policies": policies or None}


def _external_behavior(behavior: Any) -> Any:
    """Names as v2 has them, without what was not said."""
    if isinstance(behavior, dict):
        return {
            name[0].lower() + name[1:]: _external_behavior(value)
            for name, value in behavior.items()
            if value is not None
        }
    return [_external_behavior(each) for each in behavior] if isinstance(behavior, list) else behavior
