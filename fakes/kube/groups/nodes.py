"""Nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import label_value, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.affinity_validation import taint_effect
from fakes.kube.groups.rules import cidr, named
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = ["NodeStrategy"]

_INFO = (
    "machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion", "kubeletVersion",
    "kubeProxyVersion", "operatingSystem", "architecture",
)  # fmt: skip
_ONCE = 'node updates may not change {} except from "" to valid'


class NodeStrategy(SelectableStrategy):
    """Node. What may be created may say its own status, as kubelets do."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "change")
    has_status = True
    creates_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
        "nodeInfo": dict.fromkeys(_INFO, ""),
    }
    field_labels: ClassVar[Mapping[str, str]] = {"spec.unschedulable": "false"}
    selectable_by_namespace = False

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if (first := spec.get("podCIDR")) and (spec.get("podCIDRs") or [""])[0] != first:
            spec["podCIDRs"] = [first]
        elif spec.get("podCIDRs"):
            spec["podCIDR"] = spec["podCIDRs"][0]
        super().default(obj)
        status = obj["status"]
        if (capacity := status.get("capacity")) is not None and status.get("allocatable") is None:
            status["allocatable"] = dict(capacity)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        _without_source(obj)

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        _without_source(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = _taints(spec)
        ranges = spec.get("podCIDRs") or ()
        for position, value in enumerate(ranges):
            errors += cidr(value, f"spec.podCIDRs[{position}]")
        if len({":" in each for each in ranges}) < len(ranges):
            detail = "may specify no more than one CIDR for each IP family"
            errors.append(FieldError.invalid("spec.podCIDRs", ranges, detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        if before.get("podCIDRs") and new.get("podCIDRs") != before["podCIDRs"]:
            errors.append(FieldError.forbidden("spec.podCIDRs", _ONCE.format("podCIDR")))
        if before.get("providerID") and new.get("providerID") != before["providerID"]:
            errors.append(FieldError.forbidden("spec.providerID", _ONCE.format("providerID")))
        return errors + _taints(new)


def _without_source(obj: Object) -> None:
    """Nodes are not configured through the API any more."""
    if "configSource" in obj["spec"]:
        obj["spec"] = {name: value for name, value in obj["spec"].items() if name != "configSource"}


def _taints(spec: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for position, taint in enumerate(spec.get("taints") or ()):
        at = f"metadata.taints[{position}]"
        key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
        errors += named(qualified_name, key, f"{at}.key")
        if texts := label_value(value):
            errors.append(FieldError.invalid(f"{at}.value", value, ";".join(texts)))
        errors += taint_effect(effect, f"{at}.effect") if effect else [FieldError.required(f"{at}.effect")]
        if (key, effect) in seen:
            errors.append(_repeated(at, taint))
        seen.add((key, effect))
    return errors


def _repeated(path: str, taint: Mapping[str, Any]) -> FieldError:
    detail = "taints must be unique by key and effect pair"
    error = FieldError.duplicate(path, internal_text("core.Taint", taint))
    return replace(error, body=f"{error.body}: {detail}")
