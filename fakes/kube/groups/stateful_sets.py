"""StatefulSets: Pods with names and claims of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import json_text
from fakes.apimachinery.objectmeta import validate_labels
from fakes.apimachinery.validation import dns1123_label
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.claim_specs import validate_claim_spec
from fakes.kube.groups.pod_defaults import default_pod_template
from fakes.kube.groups.pod_validation import validate_pod_template
from fakes.kube.groups.pod_warnings import template_warnings
from fakes.kube.groups.rollout import validate_stateful_set_strategy
from fakes.kube.groups.rules import named, nonnegative, unsupported
from fakes.kube.groups.volume_defaults import default_claim_spec
from fakes.kube.groups.workload_validation import (
    counts_within,
    selector_matches,
    template_mismatch,
    validate_forever,
    validate_selector,
)

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
_NAMES = ("hostname", "subdomain")
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

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        _one_at_a_time(obj)

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        _one_at_a_time(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        return _stateful_set(obj.get("spec") or {}, new=True)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = _stateful_set(new, new=False)
        if _fixed(new) != _fixed(before):
            errors.append(FieldError.forbidden("spec", _FORBIDDEN))
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return counts_within(obj.get("status") or {}, _COUNTS, _WITHIN, ready="status.readyReplicas")


def _one_at_a_time(obj: Object) -> None:
    """How many Pods may be missing cannot be said without a feature that is off."""
    rolling = ((obj.get("spec") or {}).get("updateStrategy") or {}).get("rollingUpdate")
    if rolling and "maxUnavailable" in rolling:
        rolling = {name: value for name, value in rolling.items() if name != "maxUnavailable"}
        strategy = {**obj["spec"]["updateStrategy"], "rollingUpdate": rolling}
        obj["spec"] = {**obj["spec"], "updateStrategy": strategy}


def _stateful_set(spec: Mapping[str, Any], *, new: bool) -> list[FieldError]:
    """Errors of a spec; what cannot change is looked at once, when it is ``new``."""
    errors: list[FieldError] = []
    if (policy := spec.get("podManagementPolicy")) not in ("OrderedReady", "Parallel"):
        detail = "must be 'OrderedReady' or 'Parallel'"
        errors.append(FieldError.invalid("spec.podManagementPolicy", policy, detail))
    errors += validate_stateful_set_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
    retention = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for name in ("whenDeleted", "whenScaled"):
        where = f"spec.persistentVolumeClaimRetentionPolicy.{name}"
        errors += unsupported(retention.get(name, "Retain"), where, ("Retain", "Delete"))
    claims = spec.get("volumeClaimTemplates") or ()
    for position, claim in enumerate(claims if new else ()):
        errors += validate_claim_spec(claim.get("spec") or {}, f"spec.volumeClaimTemplates[{position}].spec")
    errors += nonnegative(spec, "spec", "replicas", "minReadySeconds")
    errors += nonnegative(spec.get("ordinals") or {}, "spec.ordinals", "start")
    if new and (service := spec.get("serviceName")):
        errors += named(dns1123_label, service, "spec.serviceName")
    errors += validate_selector(spec, "statefulset")
    return errors + _template(spec, claims)


def _template(spec: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Errors of the template with the names and the volumes that its Pods will have."""
    template = spec.get("template") or {}
    pod = {name: value for name, value in (template.get("spec") or {}).items() if name not in _NAMES}
    if claims:
        names = [(claim.get("metadata") or {}).get("name", "") for claim in claims]
        volumes = [
            {"name": name, "persistentVolumeClaim": {"claimName": "claim"}} for name in dict.fromkeys(names)
        ]
        kept = [each for each in pod.get("volumes") or () if each.get("name", "") not in names]
        pod = {**pod, "volumes": volumes + kept}
    labels = (template.get("metadata") or {}).get("labels") or {}
    matches = selector_matches(spec.get("selector"), labels)
    if matches is None:
        shown = json_text(spec.get("selector"))
        unreadable = FieldError(
            reason="FieldValueInvalid", path="spec.selector", body=f"Invalid value: {shown}"
        )
        return [unreadable, *validate_forever(template, "StatefulSet")]
    errors = [] if matches else [template_mismatch(template)]
    errors += validate_pod_template({**template, "spec": pod}, "spec.template")
    return (
        errors + validate_labels(labels, "spec.template.labels") + validate_forever(template, "StatefulSet")
    )


def _fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in _CHANGEABLE}
