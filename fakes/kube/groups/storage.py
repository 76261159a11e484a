"""Classes and drivers of storage. Source: k8s.io/kubernetes, pkg/apis/storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_subdomain, qualified_name
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.rules import immutable, named, required_one_of, unsupported

__all__ = [
    "CSIDriverStrategy",
    "CSINodeStrategy",
    "CSIStorageCapacityStrategy",
    "StorageClassStrategy",
    "VolumeAttachmentStrategy",
    "VolumeAttributesClassStrategy",
]


_TOKENS_IN_ATTRIBUTES = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
    "logging of tokens in volume attributes"
)


class _StorageStrategy(BuiltinStrategy):
    returns_deleted_object = True


class StorageClassStrategy(_StorageStrategy):
    """StorageClass."""

    def default(self, obj: Object) -> None:
        obj["reclaimPolicy"] = obj.get("reclaimPolicy") or "Delete"
        obj["volumeBindingMode"] = obj.get("volumeBindingMode") or "Immediate"

    def validate(self, obj: Object) -> list[FieldError]:
        provisioner = obj.get("provisioner", "")
        errors = [FieldError.required("provisioner")] if not provisioner else []
        if provisioner:
            errors += named(qualified_name, provisioner.lower(), "provisioner")
        errors += [
            FieldError.invalid("parameters", key, "field can not be empty.")
            for key in obj.get("parameters") or {}
            if not key
        ]
        errors += unsupported(obj.get("reclaimPolicy"), "reclaimPolicy", ("Delete", "Retain"))
        modes = ("Immediate", "WaitForFirstConsumer")
        return errors + required_one_of(obj.get("volumeBindingMode"), "volumeBindingMode", modes)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        if (obj.get("parameters") or {}) != (old.get("parameters") or {}):
            errors.append(FieldError.forbidden("parameters", "updates to parameters are forbidden."))
        if obj.get("provisioner") != old.get("provisioner"):
            errors.append(FieldError.forbidden("provisioner", "updates to provisioner are forbidden."))
        if obj.get("reclaimPolicy") != old.get("reclaimPolicy"):
            errors.append(FieldError.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."))
        return errors + immutable(
            obj.get("volumeBindingMode"), old.get("volumeBindingMode"), "volumeBindingMode"
        )


class CSIDriverStrategy(_StorageStrategy):
    """CSIDriver."""

    has_generation = True
    first_generation: ClassVar[int | None] = None
    allow_unconditional_update = False

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        fill(
            spec,
            {
                "attachRequired": True,
                "podInfoOnMount": False,
                "storageCapacity": False,
                "requiresRepublish": False,
            },
        )
        fill(spec, {"fsGroupPolicy": "ReadWriteOnceWithFSType", "seLinuxMount": False})
        spec["volumeLifecycleModes"] = spec.get("volumeLifecycleModes") or ["Persistent"]

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        for mode in spec.get("volumeLifecycleModes") or ():
            errors += unsupported(mode, "spec.volumeLifecycleModes", ("Ephemeral", "Persistent"))
        policies = ("File", "None", "ReadWriteOnceWithFSType")
        return errors + unsupported(spec.get("fsGroupPolicy"), "spec.fsGroupPolicy", policies)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec, before = obj.get("spec") or {}, (old or {}).get("spec") or {}
        if spec.get("tokenRequests") == before.get("tokenRequests"):
            return []
        if spec.get("tokenRequests") and spec.get("serviceAccountTokenInSecrets") is None:
            return [_TOKENS_IN_ATTRIBUTES]
        return []


class CSINodeStrategy(_StorageStrategy):
    """CSINode."""

    allow_unconditional_update = False

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {}).setdefault("drivers", None)


class CSIStorageCapacityStrategy(BuiltinStrategy):
    """CSIStorageCapacity."""

    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[FieldError]:
        return named(dns1123_subdomain, obj.get("storageClassName", ""), "storageClassName")


class VolumeAttachmentStrategy(_StorageStrategy):
    """VolumeAttachment."""

    has_status = True
    allow_unconditional_update = False
    zero_status: ClassVar[Mapping[str, Any] | None] = {"attached": False}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = [
            FieldError.required(f"spec.{name}") for name in ("attacher", "nodeName") if not spec.get(name)
        ]
        source = spec.get("source") or {}
        names = ("inlineVolumeSpec", "persistentVolumeName")
        if not any(source.get(name) is not None for name in names):
            errors.append(
                FieldError.required(
                    "spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
                )
            )
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.validate(obj) + immutable(obj.get("spec"), old.get("spec"), "spec")


class VolumeAttributesClassStrategy(_StorageStrategy):
    """VolumeAttributesClass."""

    def validate(self, obj: Object) -> list[FieldError]:
        errors = [] if obj.get("driverName") else [FieldError.required("driverName")]
        if not obj.get("parameters"):
            errors.append(FieldError.required("parameters", "must contain at least one key/value pair"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return [
            FieldError.forbidden(name, f"updates to {name} are forbidden.")
            for name in ("driverName", "parameters")
            if obj.get(name) != old.get(name)
        ]
