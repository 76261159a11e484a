"""Leases and the candidates for them. Source: k8s.io/kubernetes, pkg/apis/coordination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.rules import nonnegative, unsupported

__all__ = ["LeaseCandidateStrategy", "LeaseStrategy"]


class LeaseStrategy(BuiltinStrategy):
    """Lease: who holds it, since when and for how long."""

    standard_finalizers = False
    allow_create_on_update = True
    allow_unconditional_update = False

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})

    def prepare_for_create(self, obj: Object) -> None:
        _drop_coordination(obj, {})

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        _drop_coordination(obj, old.get("spec") or {})

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        seconds = spec.get("leaseDurationSeconds")
        if seconds is not None and seconds <= 0:
            errors.append(FieldError.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
        errors += nonnegative(spec, "spec", "leaseTransitions")
        strategy = spec.get("strategy")
        if strategy is not None:
            errors += (
                unsupported(strategy, "spec.strategy", ("OldestEmulationVersion",))
                if "/" not in strategy
                else []
            )
        if spec.get("preferredHolder") and not strategy:
            errors.append(
                FieldError.forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined")
            )
        return errors


def _drop_coordination(obj: Object, before: Mapping[str, Any]) -> None:
    """Leader election that the server coordinates is off, and with it the fields for it."""
    names = [name for name in ("strategy", "preferredHolder") if before.get(name) is None]
    obj["spec"] = {name: value for name, value in obj["spec"].items() if name not in names}


class LeaseCandidateStrategy(BuiltinStrategy):
    """LeaseCandidate."""

    allow_create_on_update = True
    allow_unconditional_update = False

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        return [
            FieldError.required(f"spec.{name}")
            for name in ("leaseName", "binaryVersion", "strategy")
            if not spec.get(name)
        ]
