"""Devices, the claims to them and the slices that offer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_annotations, validate_labels
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.claim_validation import (
    default_requests,
    validate_allocation,
    validate_device_claim,
    validate_selectors,
    validate_slice,
)
from fakes.kube.groups.device_validation import validate_configuration
from fakes.kube.groups.resources import is_extended
from fakes.kube.groups.rules import immutable
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = [
    "DeviceClassStrategy",
    "DeviceTaintRuleStrategy",
    "ResourceClaimStrategy",
    "ResourceClaimTemplateStrategy",
    "ResourceSliceStrategy",
]


class DeviceClassStrategy(BuiltinStrategy):
    """DeviceClass."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    validates_generated_base = False
    has_generation = True
    returns_deleted_object = True

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = validate_selectors(spec.get("selectors") or (), "spec.selectors")
        for position, each in enumerate(spec.get("config") or ()):
            errors += validate_configuration(each, f"spec.config[{position}]")
        name = spec.get("extendedResourceName")
        if name is not None and not is_extended(name):
            detail = "must be a valid extended resource name"
            errors.append(FieldError.invalid("spec.extendedResourceName", name, detail))
        return errors


class DeviceTaintRuleStrategy(BuiltinStrategy):
    """DeviceTaintRule."""

    has_generation = True
    has_status = True
    status_keeps_metadata = True
    returns_deleted_object = True


class ResourceClaimStrategy(BuiltinStrategy):
    """ResourceClaim, whose spec does not change."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_status = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}

    def default(self, obj: Object) -> None:
        default_requests(obj.setdefault("spec", {}).setdefault("devices", {}))
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        return validate_device_claim((obj.get("spec") or {}).get("devices") or {}, "spec.devices")

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        shown = internal_text("resource.ResourceClaimSpec", obj.get("spec") or {})
        return immutable(obj.get("spec"), old.get("spec"), "spec", shown=shown)

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_allocation(obj.get("status") or {}, obj["spec"].get("devices") or {})


class ResourceClaimTemplateStrategy(BuiltinStrategy):
    """ResourceClaimTemplate."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    returns_deleted_object = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_requests(spec.setdefault("spec", {}).setdefault("devices", {}))

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        metadata = spec.get("metadata") or {}
        errors = validate_labels(metadata.get("labels") or {}, "spec.metadata.labels")
        errors += validate_annotations(metadata.get("annotations") or {}, "spec.metadata.annotations")
        return errors + validate_device_claim(
            (spec.get("spec") or {}).get("devices") or {}, "spec.spec.devices"
        )

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        shown = internal_text("resource.ResourceClaimTemplateSpec", obj.get("spec") or {})
        return self.validate(obj) + immutable(obj.get("spec"), old.get("spec"), "spec", shown=shown)


class ResourceSliceStrategy(SelectableStrategy):
    """ResourceSlice."""

    has_generation = True
    returns_deleted_object = True
    field_labels: ClassVar[Mapping[str, str]] = {"spec.nodeName": "", "spec.driver": ""}
    unknown_field_label = "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {label}"
    selectable_by_namespace = False

    def validate(self, obj: Object) -> list[FieldError]:
        return validate_slice(obj.get("spec") or {})

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_slice(obj.get("spec") or {}, old.get("spec") or {})
