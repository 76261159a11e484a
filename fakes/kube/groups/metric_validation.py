"""What a HorizontalPodAutoscaler may scale by, and how fast. Source: k8s.io/kubernetes, pkg/apis/autoscaling/validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.validation import dns1123_label, path_segment_name
from fakes.kube.groups.resources import container_resource_name
from fakes.kube.groups.rules import named

__all__ = ["validate_behavior", "validate_metrics", "validate_reference"]

Spec = Mapping[str, Any]
_FIELDS = {
    "Object": "object", "External": "external", "Pods": "pods", "Resource": "resource",
    "ContainerResource": "containerResource",
}  # fmt: skip
_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_TARGETS = ("Utilization", "Value", "AverageValue")
_POPULATE = "must populate information for the given metric source"


def validate_reference(reference: Spec, path: str) -> list[FieldError]:
    """Errors of a reference to an object of a kind in some group."""
    errors: list[FieldError] = []
    for name in ("kind", "name"):
        value, at = reference.get(name, ""), f"{path}.{name}"
        errors += named(path_segment_name, value, at) if value else [FieldError.required(at)]
    return errors


def validate_metrics(metrics: Sequence[Spec], lowest: int | None, path: str) -> list[FieldError]:
    """Errors of the metrics; ``lowest`` is the least number of replicas."""
    errors: list[FieldError] = []
    for position, metric in enumerate(metrics):
        errors += _metric(metric, f"{path}[{position}]")
    if lowest == 0 and not {metric.get("type") for metric in metrics} & {"Object", "External"}:
        detail = "must specify at least one Object or External metric to support scaling to zero replicas"
        errors.append(FieldError.forbidden(path, detail))
    return errors


def _metric(metric: Spec, path: str) -> list[FieldError]:
    kind = metric.get("type", "")
    unknown = FieldError.not_supported(f"{path}.type", kind, _TYPES)
    errors = [] if kind else [FieldError.required(f"{path}.type", "must specify a metric source type")]
    errors += [] if kind in _FIELDS else [unknown]
    present = [field for field in _FIELDS.values() if metric.get(field) is not None]
    if present:
        errors += _SOURCES[present[0]](metric[present[0]], f"{path}.{present[0]}")
    expected = _FIELDS.get(kind)
    if expected is None:
        errors.append(unknown)
    elif metric.get(expected) is None:
        errors.append(FieldError.required(f"{path}.{expected}", _POPULATE))
    if len(present) != 1:
        detail = "must populate the given metric source only"
        errors += [FieldError.forbidden(f"{path}.{field}", detail) for field in present if field != expected]
    return errors


def _resource(source: Spec, path: str) -> list[FieldError]:
    errors = (
        [] if source.get("name") else [FieldError.required(f"{path}.name", "must specify a resource name")]
    )
    return errors + _resource_target(source, path)


def _container_resource(source: Spec, path: str) -> list[FieldError]:
    name = source.get("name", "")
    errors = (
        container_resource_name(name, f"{path}.name")
        if name
        else [FieldError.required(f"{path}.name", "must specify a resource name")]
    )
    container = source.get("container", "")
    if container:
        errors += named(dns1123_label, container, f"{path}.container")
    else:
        errors.append(FieldError.required(f"{path}.container", "must specify a container"))
    return errors + _resource_target(source, path)


def _resource_target(source: Spec, path: str) -> list[FieldError]:
    target = source.get("target") or {}
    errors = _target(target, f"{path}.target")
    given = [target.get(name) is not None for name in ("averageUtilization", "averageValue")]
    if not any(given):
        detail = "must set either a target raw value or a target utilization"
        errors.append(FieldError.required(f"{path}.target.averageUtilization", detail))
    if all(given):
        detail = "may not set both a target raw value and a target utilization"
        errors.append(FieldError.forbidden(f"{path}.target.averageValue", detail))
    return errors


def _described(source: Spec, path: str) -> list[FieldError]:
    name, at = (source.get("metric") or {}).get("name", ""), f"{path}.metric.name"
    errors = (
        named(path_segment_name, name, at)
        if name
        else [FieldError.required(at, "must specify a metric name")]
    )
    return errors + _target(source.get("target") or {}, f"{path}.target")


def _pods(source: Spec, path: str) -> list[FieldError]:
    errors = _described(source, path)
    if (source.get("target") or {}).get("averageValue") is None:
        detail = "must specify a positive target averageValue"
        errors.append(FieldError.required(f"{path}.target.averageValue", detail))
    return errors


def _external(source: Spec, path: str) -> list[FieldError]:
    errors, target = _described(source, path), source.get("target") or {}
    given = [target.get(name) is not None for name in ("value", "averageValue")]
    if not any(given):
        detail = "must set either a target value for metric or a per-pod target"
        errors.append(FieldError.required(f"{path}.target.averageValue", detail))
    if all(given):
        detail = "may not set both a target value for metric and a per-pod target"
        errors.append(FieldError.forbidden(f"{path}.target.value", detail))
    return errors


def _object(source: Spec, path: str) -> list[FieldError]:
    errors = validate_reference(source.get("describedObject") or {}, f"{path}.describedObject")
    errors += _described(source, path)
    target = source.get("target") or {}
    if target.get("value") is None and target.get("averageValue") is None:
        detail = "must set either a target value or averageValue"
        errors.append(FieldError.required(f"{path}.target.averageValue", detail))
    return errors


def _target(target: Spec, path: str) -> list[FieldError]:
    kind, where = target.get("type", ""), f"{path}.type"
    errors = [] if kind else [FieldError.required(where, "must specify a metric target type")]
    if kind not in _TARGETS:
        errors.append(FieldError.invalid(where, kind, "must be either Utilization, Value, or AverageValue"))
    errors += [
        FieldError.invalid(f"{path}.{name}", str(value), "must be positive")
        for name in ("value", "averageValue")
        if (value := target.get(name)) is not None and Quantity.parse(str(value)).value <= 0
    ]
    if (percent := target.get("averageUtilization")) is not None and percent < 1:
        errors.append(FieldError.invalid(f"{path}.averageUtilization", percent, "must be greater than 0"))
    return errors


_SOURCES: Mapping[str, Callable[[Spec, str], list[FieldError]]] = {
    "object": _object, "external": _external, "pods": _pods, "resource": _resource,
    "containerResource": _container_resource,
}  # fmt: skip


def validate_behavior(behavior: Spec, path: str) -> list[FieldError]:
    """Errors of the rules for scaling up and down."""
    errors: list[FieldError] = []
    for name in ("scaleUp", "scaleDown"):
        if (rules := behavior.get(name)) is not None:
            errors += _rules(rules, f"{path}.{name}")
    return errors


def _rules(rules: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seconds, where = rules.get("stabilizationWindowSeconds"), f"{path}.stabilizationWindowSeconds"
    if seconds is not None and seconds < 0:
        errors.append(FieldError.invalid(where, seconds, "must be greater than or equal to zero"))
    if seconds is not None and seconds > 3600:
        errors.append(FieldError.invalid(where, seconds, "must be less than or equal to 3600"))
    select, choices = rules.get("selectPolicy"), ("Disabled", "Max", "Min")
    if select is not None and select not in choices:
        errors.append(FieldError.not_supported(f"{path}.selectPolicy", select, choices))
    policies = rules.get("policies") or ()
    if not policies:
        errors.append(FieldError.required(f"{path}.policies", "must specify at least one Policy"))
    for position, policy in enumerate(policies):
        errors += _policy(policy, f"{path}.policies[{position}]")
    return errors


def _policy(policy: Spec, path: str) -> list[FieldError]:
    kind, kinds = policy.get("type", ""), ("Percent", "Pods")
    errors = [] if kind in kinds else [FieldError.not_supported(f"{path}.type", kind, kinds)]
    errors += [
        FieldError.invalid(f"{path}.{name}", value, "must be greater than zero")
        for name in ("value", "periodSeconds")
        if (value := policy.get(name, 0)) <= 0
    ]
    if (period := policy.get("periodSeconds", 0)) > 1800:
        errors.append(
            FieldError.invalid(f"{path}.periodSeconds", period, "must be less than or equal to 1800")
        )
    return errors
