"""Workloads that keep a number of Pods: apps/v1, and the ReplicationController before it.

Source of defaults and rules: k8s.io/kubernetes, pkg/apis/apps and pkg/registry/apps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.pod_defaults import default_pod_template
from fakes.kube.groups.pod_validation import validate_pod_template
from fakes.kube.groups.pod_warnings import template_warnings
from fakes.kube.groups.rollout import (
    validate_daemon_set_strategy,
    validate_deployment_strategy,
)
from fakes.kube.groups.rules import immutable, nonnegative
from fakes.kube.groups.selectable import SelectableStrategy
from fakes.kube.groups.workload_validation import (
    counts_within,
    selector_matches,
    validate_forever,
    validate_selector,
    validate_template,
)

__all__ = [
    "ControllerRevisionStrategy",
    "DaemonSetStrategy",
    "DeploymentStrategy",
    "ReplicaSetStrategy",
    "ReplicationControllerStrategy",
]

_SET_COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")
_SET_WITHIN = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


class ControllerRevisionStrategy(BuiltinStrategy):
    """ControllerRevision: a state of a workload, kept."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")

    def default(self, obj: Object) -> None:
        obj.setdefault("revision", 0)

    def validate(self, obj: Object) -> list[FieldError]:
        data = obj.get("data")
        errors = [FieldError.required("data", "data is mandatory")] if data is None else []
        if data is not None and not isinstance(data, dict):
            errors = [FieldError.required("data", "data must be a valid JSON object")]
        return errors + nonnegative(obj, "", "revision")

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.validate(obj) + immutable(obj.get("data"), old.get("data"), "data")


class _TemplatedStrategy(BuiltinStrategy):
    has_generation = True
    has_status = True

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        return self.validate(obj) + immutable(new.get("selector"), before.get("selector"), "spec.selector")


class DeploymentStrategy(_TemplatedStrategy):
    """Deployment."""

    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata.labels")}

    def counted(self, obj: Object) -> Any:
        return obj.get("spec"), obj["metadata"].get("annotations")

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        labels = old["metadata"].get("labels")
        kept = {name: value for name, value in obj["metadata"].items() if name != "labels"}
        obj["metadata"] = {**kept, "labels": labels} if labels else kept

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        fill(spec, {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600})
        strategy = spec["strategy"] = spec.get("strategy") or {}
        strategy["type"] = strategy.get("type") or "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            fill(strategy, {"rollingUpdate": {}})
            fill(strategy["rollingUpdate"], {"maxUnavailable": "25%", "maxSurge": "25%"})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = nonnegative(spec, "spec", "replicas")
        errors += validate_selector(spec, "deployment")
        errors += validate_template(spec, "ReplicaSet")
        errors += validate_deployment_strategy(spec.get("strategy") or {}, "spec.strategy")
        errors += nonnegative(
            spec, "spec", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"
        )
        deadline = spec.get("progressDeadlineSeconds")
        if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
            detail = "must be greater than minReadySeconds"
            errors.append(FieldError.invalid("spec.progressDeadlineSeconds", deadline, detail))
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        counts = (
            "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas",
            "unavailableReplicas", "collisionCount",
        )  # fmt: skip
        status = obj.get("status") or {}
        errors = counts_within(status, counts, ("updatedReplicas", "readyReplicas", "availableReplicas"))
        return errors + _not_decremented(status, old.get("status") or {})


def _not_decremented(status: Mapping[str, Any], old: Mapping[str, Any]) -> list[FieldError]:
    new, before = status.get("collisionCount"), old.get("collisionCount")
    if before is None or (new is not None and new >= before):
        return []
    return [FieldError.invalid("status.collisionCount", new or 0, "cannot be decremented")]


class ReplicaSetStrategy(_TemplatedStrategy):
    """ReplicaSet."""

    zero_status: ClassVar[Mapping[str, Any] | None] = {"replicas": 0}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        fill(spec, {"replicas": 1})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = nonnegative(spec, "spec", "replicas", "minReadySeconds")
        return [*errors, *validate_selector(spec, "deployment"), *validate_template(spec, "ReplicaSet")]

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return counts_within(obj.get("status") or {}, _SET_COUNTS, _SET_WITHIN)


class ReplicationControllerStrategy(SelectableStrategy):
    """ReplicationController, whose selector is a map and comes from the template if it is not given."""

    validates_generated_base = False
    has_generation = True
    has_status = True
    default_propagation = "Orphan"
    zero_status: ClassVar[Mapping[str, Any] | None] = {"replicas": 0}
    field_labels: ClassVar[Mapping[str, str]] = {"status.replicas": "0"}

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old)

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if (template := spec.get("template")) is not None:
            default_pod_template(template)
            if labels := template["metadata"].get("labels"):
                spec["selector"] = spec.get("selector") or dict(labels)
                metadata = obj.setdefault("metadata", {})
                metadata["labels"] = metadata.get("labels") or dict(labels)
        fill(spec, {"replicas": 1})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = nonnegative(spec, "spec", "minReadySeconds")
        selector, template = spec.get("selector") or {}, spec.get("template")
        if not selector:
            errors.append(FieldError.required("spec.selector"))
        errors += nonnegative(spec, "spec", "replicas")
        if template is None:
            return [*errors, FieldError.required("spec.template")]
        labels = (template.get("metadata") or {}).get("labels")
        if selector and not selector.items() <= (labels or {}).items():
            detail = "`selector` does not match template `labels`"
            errors.append(FieldError.invalid("spec.template.metadata.labels", labels, detail))
        errors += validate_pod_template(template, "spec.template")
        return errors + validate_forever(template, "ReplicationController")

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return counts_within(obj.get("status") or {}, _SET_COUNTS, _SET_WITHIN)


class DaemonSetStrategy(_TemplatedStrategy):
    """DaemonSet. An annotation counts the changes of the template."""

    zero_status: ClassVar[Mapping[str, Any] | None] = {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    }

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old, named=False)

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        strategy = spec["updateStrategy"] = spec.get("updateStrategy") or {}
        strategy["type"] = strategy.get("type") or "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            fill(strategy, {"rollingUpdate": {}})
            fill(strategy["rollingUpdate"], {"maxUnavailable": 1, "maxSurge": 0})
        fill(spec, {"revisionHistoryLimit": 10})
        if _TEMPLATE_GENERATION not in (obj.setdefault("metadata", {}).get("annotations") or {}):
            _count_template(obj, "0")
        super().default(obj)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        count = obj["metadata"]["annotations"][_TEMPLATE_GENERATION]
        _count_template(obj, count if count.isdecimal() and count != "0" else "1")

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        annotations = old["metadata"].get("annotations") or {}
        count = annotations.get(_TEMPLATE_GENERATION, "1")
        changed = obj["spec"].get("template") != old["spec"].get("template")
        _count_template(obj, str(int(count) + 1) if changed and count.isdecimal() else count)

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        count = (old["metadata"].get("annotations") or {}).get(_TEMPLATE_GENERATION)
        if count is not None:
            _count_template(obj, count)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        selector, template = spec.get("selector"), spec.get("template") or {}
        labels = (template.get("metadata") or {}).get("labels")
        errors = [] if selector is None else validate_selector(spec, "daemonset")
        if selector_matches(selector, labels or {}) is False:
            detail = "`selector` does not match template `labels`"
            mismatch = FieldError.invalid("spec.template.metadata.labels", labels, detail)
            errors.insert(len(errors) - 1 if selector == {} else len(errors), mismatch)
        errors += [
            *validate_pod_template(template, "spec.template"),
            *validate_forever(template, "DaemonSet"),
        ]
        errors += nonnegative(spec, "spec", "minReadySeconds")
        errors += validate_daemon_set_strategy(spec.get("updateStrategy") or {}, "spec.updateStrategy")
        return errors + nonnegative(spec, "spec", "revisionHistoryLimit")

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        return immutable(new.get("selector"), before.get("selector"), "spec.selector") + self.validate(obj)

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        status = obj.get("status") or {}
        names = (
            "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady",
            "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
        )  # fmt: skip
        return nonnegative(status, "status", *names) + _not_decremented(status, old.get("status") or {})


def _count_template(obj: Object, count: str) -> None:
    metadata = obj.setdefault("metadata", {})
    metadata["annotations"] = {**(metadata.get("annotations") or {}), _TEMPLATE_GENERATION: count}
