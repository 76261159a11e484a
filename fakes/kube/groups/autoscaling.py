"""HorizontalPodAutoscalers of both versions. Source: k8s.io/kubernetes, pkg/apis/autoscaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.rules import named

__all__ = ["HorizontalPodAutoscalerStrategy", "HorizontalPodAutoscalerV1Strategy"]

_CPU = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}


class _AutoscalerStrategy(BuiltinStrategy):
    has_status = True

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        lowest, highest = spec.get("minReplicas"), spec.get("maxReplicas", 0)
        errors: list[FieldError] = []
        if lowest is not None and lowest < 1:
            errors.append(
                FieldError.invalid("spec.minReplicas", lowest, "must be greater than or equal to 1")
            )
        if highest < 1:
            errors.append(FieldError.invalid("spec.maxReplicas", highest, "must be greater than 0"))
        if lowest is not None and highest < lowest:
            detail = "must be greater than or equal to `minReplicas`"
            errors.append(FieldError.invalid("spec.maxReplicas", highest, detail))
        errors += _target(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
        return errors + self._metrics(spec)

    def _metrics(self, spec: Mapping[str, Any]) -> list[FieldError]:
        errors: list[FieldError] = []
        for position, metric in enumerate(spec.get("metrics") or ()):
            errors += _metric(metric, f"spec.metrics[{position}]")
        return errors


def _target(reference: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("kind", "name"):
        value = reference.get(name, "")
        errors += (
            named(path_segment_name, value, f"{path}.{name}")
            if value
            else [FieldError.required(f"{path}.{name}")]
        )
    return errors


def _metric(metric: Mapping[str, Any], path: str) -> list[FieldError]:
    kind = metric.get("type", "")
    sources = {
        "Resource": "resource",
        "Pods": "pods",
        "Object": "object",
        "External": "external",
        "ContainerResource": "containerResource",
    }
    if not kind:
        return [FieldError.required(f"{path}.type", "must specify a metric source type")]
    if kind not in sources:
        supported = ("ContainerResource", "External", "Object", "Pods", "Resource")
        return [FieldError.not_supported(f"{path}.type", kind, supported)]
    source = metric.get(sources[kind])
    if source is None:
        detail = "must populate information for the given metric source"
        return [FieldError.required(f"{path}.{sources[kind]}", detail)]
    if kind in ("Resource", "ContainerResource") and not source.get("name"):
        return [FieldError.required(f"{path}.{sources[kind]}.name", "must specify a resource name")]
    return []


class HorizontalPodAutoscalerStrategy(_AutoscalerStrategy):
    """HorizontalPodAutoscaler of autoscaling/v2."""

    zero_status: ClassVar[Mapping[str, Any] | None] = {"desiredReplicas": 0}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        fill(spec, {"minReplicas": 1})
        if not spec.get("metrics"):
            fill(spec, {"metrics": [_CPU]})
        if not spec["metrics"]:
            spec["metrics"] = [_CPU]
        if (behavior := spec.get("behavior")) is not None:
            _default_behavior(behavior)
        super().default(obj)
        obj["status"].setdefault("currentMetrics", None)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        obj["status"]["currentMetrics"] = None


def _default_behavior(behavior: dict[str, Any]) -> None:
    up = [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ]
    down = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
    for name, seconds, policies in (("scaleUp", 0, up), ("scaleDown", None, down)):
        rules = behavior[name] = behavior.get(name) or {}
        fill(rules, {"selectPolicy": "Max", "policies": policies})
        if seconds is not None:
            fill(rules, {"stabilizationWindowSeconds": seconds})


class HorizontalPodAutoscalerV1Strategy(_AutoscalerStrategy):
    """HorizontalPodAutoscaler of autoscaling/v1."""

    zero_status: ClassVar[Mapping[str, Any] | None] = {"currentReplicas": 0, "desiredReplicas": 0}

    def default(self, obj: Object) -> None:
        fill(obj.setdefault("spec", {}), {"minReplicas": 1, "targetCPUUtilizationPercentage": 80})
        super().default(obj)
