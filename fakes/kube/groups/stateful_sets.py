"""StatefulSets: Pods with names and claims of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.claims import validate_claim_spec
from fakes.kube.groups.pod_defaults import default_pod_template
from fakes.kube.groups.pod_warnings import template_warnings
from fakes.kube.groups.rollout import validate_stateful_set_strategy
from fakes.kube.groups.rules import named, nonnegative, unsupported
from fakes.kube.groups.volume_defaults import default_claim_spec
from fakes.kube.groups.workload_validation import counts_within, validate_selector, validate_template

__all__ = ["StatefulSetStrategy"]

_COUNTS = (
    "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration",
    "collisionCount",
)  # fmt: skip
_WITHIN = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
_CHANGEABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)  # fmt: skip
_FORBIDDEN = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


_ALL_REVISIONS = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"


class StatefulSetStrategy(BuiltinStrategy):
    """StatefulSet, most of whose spec may not change."""

    has_generation = True
    has_status = True
    validate_name = staticmethod(dns1123_label)
    zero_status: ClassVar[Mapping[str, Any] | None] = {"replicas": 0, "availableReplicas": 0}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        spec["podManagementPolicy"] = spec.get("podManagementPolicy") or "OrderedReady"
        strategy = spec["updateStrategy"] = spec.get("updateStrategy") or {}
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            fill(strategy, {"rollingUpdate": {}})
            fill(strategy["rollingUpdate"], {"partition": 0})
        fill(spec, {"persistentVolumeClaimRetentionPolicy": {}, "replicas": 1, "revisionHistoryLimit": 10})
        policy = spec["persistentVolumeClaimRetentionPolicy"]
        for name in ("whenDeleted", "whenScaled"):
            policy[name] = policy.get(name) or "Retain"
        for claim in spec.get("volumeClaimTemplates") or ():
            claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
            default_claim_spec(claim.setdefault("spec", {}))
            fill(claim, {"status": {}})
            fill(claim["status"], {"phase": "Pending"})
        super().default(obj)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        limit = obj["spec"].get("revisionHistoryLimit")
        warnings = template_warnings(obj, old, named=False)
        return [*warnings, _ALL_REVISIONS] if limit is not None and limit < 0 else warnings

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        if (policy := spec.get("podManagementPolicy")) not in ("OrderedReady", "Parallel"):
            detail = "must be 'OrderedReady' or 'Parallel'"
            errors.append(FieldError.invalid("spec.podManagementPolicy", policy, detail))
        errors += validate_stateful_set_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
        retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
        for name in ("whenDeleted", "whenScaled"):
            where = f"spec.persistentVolumeClaimRetentionPolicy.{name}"
            errors += unsupported(retention.get(name, "Retain"), where, ("Retain", "Delete"))
        errors += nonnegative(spec, "spec", "replicas", "minReadySeconds")
        errors += nonnegative(spec.get("ordinals") or {}, "spec.ordinals", "start")
        if service := spec.get("serviceName"):
            errors += named(dns1123_label, service, "spec.serviceName")
        errors += validate_selector(spec, "statefulset")
        claims = spec.get("volumeClaimTemplates") or ()
        errors += validate_template(spec, "StatefulSet", claims=claims)
        for position, claim in enumerate(claims):
            errors += validate_claim_spec(
                claim.get("spec") or {}, f"spec.volumeClaimTemplates[{position}].spec"
            )
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        if _fixed(new) != _fixed(before):
            errors.append(FieldError.forbidden("spec", _FORBIDDEN))
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return counts_within(obj.get("status") or {}, _COUNTS, _WITHIN, ready="status.readyReplicas")


def _fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in _CHANGEABLE}
