"""PodDisruptionBudgets. Source: k8s.io/kubernetes, pkg/apis/policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.rollout import not_more_than_all
from fakes.kube.groups.rules import int_or_percent, nonnegative, unsupported

__all__ = ["PodDisruptionBudgetStrategy"]


class PodDisruptionBudgetStrategy(BuiltinStrategy):
    """PodDisruptionBudget."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ()
    standard_finalizers = False
    validate_name = staticmethod(path_segment_name)
    has_generation = True
    has_status = True
    allow_unconditional_update = False
    zero_status: ClassVar[Mapping[str, Any] | None] = {
        "disruptionsAllowed": 0,
        "currentHealthy": 0,
        "desiredHealthy": 0,
        "expectedPods": 0,
    }

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
            shown = internal_text("policy.PodDisruptionBudgetSpec", spec)
            errors.append(
                FieldError.invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set")
            )
        for name in ("minAvailable", "maxUnavailable"):
            if (value := spec.get(name)) is not None:
                errors += int_or_percent(value, f"spec.{name}") + not_more_than_all(value, f"spec.{name}")
        if (selector := spec.get("selector")) is not None:
            errors += validate_label_selector(selector, "spec.selector")
        if (eviction := spec.get("unhealthyPodEvictionPolicy")) is not None:
            errors += unsupported(
                eviction, "spec.unhealthyPodEvictionPolicy", ("AlwaysAllow", "IfHealthyBudget")
            )
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        names = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
        return nonnegative(obj.get("status") or {}, "status", *names)
