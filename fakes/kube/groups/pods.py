"""Pods and PodTemplates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.objects import restore
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.pod_defaults import default_pod, default_pod_template
from fakes.kube.groups.pod_update import validate_pod_change, validate_pod_status
from fakes.kube.groups.pod_validation import validate_pod_spec, validate_pod_template
from fakes.kube.groups.pod_warnings import name_warnings, pod_spec_warnings, template_warnings
from fakes.kube.groups.resources import qos_class
from fakes.kube.groups.selectable import SelectableStrategy, text_at

__all__ = ["PodStrategy", "PodTemplateStrategy"]

_GATED = {
    "type": "PodScheduled",
    "status": "False",
    "lastProbeTime": None,
    "lastTransitionTime": None,
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
}
_STATUS_LISTS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


class PodStrategy(SelectableStrategy):
    """Pod. The spec is all but immutable; deletion waits for the node if there is one."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_generation = True
    has_status = True
    returns_deleted_object = True
    graceful = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "": ("status",),
        "status": ("spec", "metadata.deletionTimestamp", "metadata.ownerReferences"),
    }
    field_labels: ClassVar[Mapping[str, str]] = {
        "spec.nodeName": "",
        "spec.restartPolicy": "",
        "spec.schedulerName": "",
        "spec.serviceAccountName": "",
        "spec.hostNetwork": "false",
        "status.phase": "",
        "status.podIP": "",
        "status.podIPs": "",
        "status.nominatedNodeName": "",
    }
    field_label_aliases: ClassVar[Mapping[str, str]] = {"spec.host": "spec.nodeName"}

    def default(self, obj: Object) -> None:
        default_pod(obj.setdefault("spec", {}))
        status = obj.setdefault("status", {})
        _default_status(status)

    def prepare_for_create(self, obj: Object) -> None:
        spec = obj["spec"]
        if spec.get("terminationGracePeriodSeconds", 0) < 0:
            spec["terminationGracePeriodSeconds"] = 1
        status: dict[str, Any] = {"phase": "Pending", "qosClass": qos_class(spec)}
        if spec.get("schedulingGates"):
            since = obj["metadata"].get("creationTimestamp")
            status["conditions"] = [{**_GATED, "lastTransitionTime": since}]
        obj["status"] = status

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = [*validate_pod_spec(spec, "spec", pod=True), *_trimmed_images(spec)]
        if spec.get("ephemeralContainers"):
            errors.append(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"))
        if spec.get("nodeName") and spec.get("schedulingGates"):
            detail = "cannot be set until all schedulingGates have been cleared"
            errors.append(FieldError.forbidden("spec.nodeName", detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        if new == before:
            return []
        return [
            *validate_pod_spec(new, "spec", pod=True),
            *_trimmed_images(new),
            *validate_pod_change(new, before),
        ]

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        if old is not None and obj["spec"] == old["spec"]:
            return []
        of_name = name_warnings(obj["metadata"].get("name", ""), "the Pod's hostname") if old is None else []
        return of_name + pod_spec_warnings(obj["spec"], "spec")

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        restore(obj["metadata"], old["metadata"], "deletionTimestamp")
        restore(obj["metadata"], old["metadata"], "ownerReferences")
        _keep_observed(obj.get("status") or {}, old.get("status") or {})
        status = obj.setdefault("status", {})
        if not status.get("qosClass"):
            status["qosClass"] = (old.get("status") or {}).get("qosClass") or qos_class(obj.get("spec") or {})

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_pod_status(obj, old)

    def grace_period(self, obj: Object, requested: int | None) -> int:
        """As requested, else as the spec says; nobody waits for a Pod that is on no node or has ended."""
        spec, phase = obj.get("spec") or {}, text_at(obj, "status.phase")
        if not spec.get("nodeName") or phase in ("Succeeded", "Failed"):
            return 0
        period = requested if requested is not None else spec.get("terminationGracePeriodSeconds", 30)
        return 1 if period < 0 else int(period)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        fields = dict(super().selectable_fields(obj))
        fields["status.podIPs"] = ""  # a known label, which no Pod has a value for
        return fields


def _keep_observed(status: dict[str, Any], before: Mapping[str, Any]) -> None:
    """What a status and its conditions have observed cannot be taken back."""
    if not status.get("observedGeneration") and (seen := before.get("observedGeneration")):
        status["observedGeneration"] = seen
    known: dict[str, list[Any]] = {}
    for each in before.get("conditions") or ():
        known.setdefault(each.get("type", ""), []).append(each.get("observedGeneration"))
    for each in status.get("conditions") or ():
        seen = known[each["type"]].pop(0) if known.get(each.get("type", "")) else None
        if seen and not each.get("observedGeneration"):
            each["observedGeneration"] = seen


def _trimmed_images(spec: Mapping[str, Any]) -> list[FieldError]:
    detail = "must not have leading or trailing whitespace"
    return [
        FieldError.invalid(f"spec.{name}[{position}].image", image, detail)
        for name in ("containers", "initContainers")
        for position, container in enumerate(spec.get(name) or ())
        if (image := container.get("image", "")) != image.strip()
    ]


def _default_status(status: dict[str, Any]) -> None:
    """What has no ``omitempty`` in the parts of a status, and addresses in both of their forms."""
    for condition in status.get("conditions") or ():
        condition.setdefault("lastProbeTime", None)
        condition.setdefault("lastTransitionTime", None)
    for name in _STATUS_LISTS:
        for each in status.get(name) or ():
            for field, value in (("ready", False), ("restartCount", 0), ("image", ""), ("imageID", "")):
                each.setdefault(field, value)
            for field in ("state", "lastState"):
                state = each.setdefault(field, {})
                if (running := state.get("running")) is not None:
                    running.setdefault("startedAt", None)
                if (ended := state.get("terminated")) is not None:
                    for moment in ("startedAt", "finishedAt"):
                        ended.setdefault(moment, None)
                    ended.setdefault("exitCode", 0)
    address, addresses = status.get("podIP"), status.get("podIPs")
    if address and (not addresses or addresses[0].get("ip") != address):
        status["podIPs"] = [{"ip": address}]
    elif addresses and not address:
        status["podIP"] = addresses[0].get("ip", "")


class PodTemplateStrategy(BuiltinStrategy):
    """PodTemplate."""

    has_generation = True
    returns_deleted_object = True

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old, "template", named=False)

    def default(self, obj: Object) -> None:
        default_pod_template(obj.setdefault("template", {}))

    def validate(self, obj: Object) -> list[FieldError]:
        return validate_pod_template(obj.get("template") or {}, "template")
