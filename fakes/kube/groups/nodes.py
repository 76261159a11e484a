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

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
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
        super().default(obj)
        status = obj["status"]
        if (capacity := status.get("capacity")) is not None and status.get("allocatable") is None:
            status["allocatable"] = dict(capacity)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = _taints(spec)
        for position, value in enumerate(spec.get("podCIDRs") or ()):
            errors += cidr(value, f"spec.podCIDRs[{position}]")
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors: list[FieldError] = []
        if before.get("podCIDRs") and new.get("podCIDRs") != before["podCIDRs"]:
            errors.append(FieldError.forbidden("spec.podCIDRs", _ONCE.format("podCIDR")))
        if before.get("providerID") and new.get("providerID") != before["providerID"]:
            errors.append(FieldError.forbidden("spec.providerID", _ONCE.format("providerID")))
        return errors + _taints(new)


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
