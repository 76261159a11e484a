"""HorizontalPodAutoscalers of both versions. Source: k8s.io/kubernetes, pkg/apis/autoscaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.metric_validation import validate_behavior, validate_metrics, validate_reference

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
        if highest == 0:
            errors.append(FieldError.required("spec.maxReplicas", "must be set and greater than 0"))
        elif highest < 0:
            detail = "must be greater than or equal to 1"
            errors.append(FieldError.invalid("spec.maxReplicas", highest, detail))
        if lowest is not None and highest < lowest:
            detail = "must be greater than or equal to `minReplicas`"
            errors.append(FieldError.invalid("spec.maxReplicas", highest, detail))
        errors += _target(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
        errors += validate_metrics(self._metrics(spec), lowest, "spec.metrics")
        return errors + validate_behavior(spec.get("behavior") or {}, "spec.behavior")

    def _metrics(self, spec: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        metrics: Sequence[Mapping[str, Any]] = spec.get("metrics") or ()
        return metrics


def _target(reference: Mapping[str, Any], path: str) -> list[FieldError]:
    """What is scaled: the group is needed, but for the one kind that is older than groups."""
    errors = validate_reference(reference, path)
    version, at = reference.get("apiVersion", ""), f"{path}.apiVersion"
    if version.count("/") > 1:
        errors.append(FieldError.invalid(at, version, f"unexpected GroupVersion string: {version}"))
    elif "/" not in version and (version or "v1", reference.get("kind")) != ("v1", "ReplicationController"):
        errors.append(FieldError.invalid(at, version, "apiVersion must specify API group"))
    return errors


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
        fill(obj.setdefault("spec", {}), {"minReplicas": 1})
        super().default(obj)
