"""PriorityClasses. Source: k8s.io/kubernetes, pkg/apis/scheduling."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.rules import unsupported

__all__ = ["PriorityClassStrategy"]

_HIGHEST = 1_000_000_000


class PriorityClassStrategy(BuiltinStrategy):
    """PriorityClass, whose value may not change."""

    has_generation = True

    def counted(self, obj: Object) -> Any:
        return None

    def default(self, obj: Object) -> None:
        obj.setdefault("value", 0)
        obj["preemptionPolicy"] = obj.get("preemptionPolicy") or "PreemptLowerPriority"

    def validate(self, obj: Object) -> list[FieldError]:
        name = obj["metadata"].get("name", "")
        errors: list[FieldError] = []
        if name.startswith("system-") and name not in ("system-cluster-critical", "system-node-critical"):
            detail = "priority class names with 'system-' prefix are reserved for system use only. error: "
            detail += f"{name} is not a known system priority class"
            errors.append(FieldError.forbidden("metadata.name", detail))
        elif not name.startswith("system-") and obj.get("value", 0) > _HIGHEST:
            detail = f"maximum allowed value of a user defined priority is {_HIGHEST}"
            errors.append(FieldError.forbidden("value", detail))
        return errors + unsupported(
            obj.get("preemptionPolicy"), "preemptionPolicy", ("PreemptLowerPriority", "Never")
        )

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        if obj.get("value", 0) != old.get("value", 0):
            errors.append(FieldError.forbidden("value", "may not be changed in an update."))
        new, before = obj.get("preemptionPolicy"), old.get("preemptionPolicy")
        if new != before:
            errors.append(FieldError.invalid("preemptionPolicy", new, "field is immutable"))
        return errors
