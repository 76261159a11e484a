"""Classes and drivers of storage. Source: k8s.io/kubernetes, pkg/apis/storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.rules import immutable, named, nonnegative, required_one_of, unsupported

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

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "change")

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
        errors += required_one_of(obj.get("volumeBindingMode"), "volumeBindingMode", modes)
        return errors + _topologies(obj.get("allowedTopologies") or ())

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors = self.validate(obj)
        for name in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
            errors += immutable(obj.get(name), old.get(name), name)
        return errors


def _driver_name(name: str, path: str) -> list[FieldError]:
    """The name of a driver, in which upper case is as good as lower."""
    errors = [FieldError.too_long(path, 63)] if len(name) > 63 else []
    return errors + [FieldError.invalid(path, name, text) for text in dns1123_subdomain(name.lower())]


def _topologies(terms: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Terms that do not say the same; one that says nothing says what none of them does."""
    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = [{} for _ in terms]
    for position, term in enumerate(terms):
        at = f"allowedTopologies[{position}].matchLabelExpressions"
        errors += _topology(term, at)
        said = {
            each.get("key", ""): set(each.get("values") or ())
            for each in term.get("matchLabelExpressions") or ()
        }
        errors += [FieldError.duplicate(at, "") for other in seen if other == said]
        seen.append(said)
    return errors


def _topology(term: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, expression in enumerate(term.get("matchLabelExpressions") or ()):
        at, key, values = f"{path}[{position}]", expression.get("key", ""), expression.get("values") or []
        if not values:
            errors.append(FieldError.required(f"{at}.values"))
        errors += [
            FieldError.duplicate(f"{at}.values[{number}]", value)
            for number, value in enumerate(values)
            if value in values[:number]
        ]
        errors += named(qualified_name, key, f"{at}.key")
        if key in seen:
            errors.append(FieldError.duplicate(f"{at}.key", key))
        seen.add(key)
    return errors


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
            errors += unsupported(mode, "spec.volumeLifecycleModes", ("Persistent", "Ephemeral"))
        policies = ("File", "None", "ReadWriteOnceWithFSType")
        errors += unsupported(spec.get("fsGroupPolicy"), "spec.fsGroupPolicy", policies)
        errors += _token_requests(spec.get("tokenRequests") or ())
        period = spec.get("nodeAllocatableUpdatePeriodSeconds")
        if period is not None and period < 10:
            where = "spec.nodeAllocatableUpdatePeriodSeconds"
            errors.append(FieldError.invalid(where, period, "must be greater than or equal to 10 seconds"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        for name, shown in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes",) * 2):
            errors += immutable(new.get(name), before.get(name), f"spec.{shown}")
        return errors

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        spec, before = obj.get("spec") or {}, (old or {}).get("spec") or {}
        if spec.get("tokenRequests") == before.get("tokenRequests"):
            return []
        if spec.get("tokenRequests") and spec.get("serviceAccountTokenInSecrets") is None:
            return [_TOKENS_IN_ATTRIBUTES]
        return []


def _token_requests(requests: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    errors: list[FieldError] = []
    audiences: set[str] = set()
    for position, request in enumerate(requests):
        at, audience, seconds = (
            f"spec.tokenRequests[{position}]", request.get("audience", ""), request.get("expirationSeconds"),
        )  # fmt: skip
        if audience in audiences:
            errors.append(FieldError.duplicate(f"{at}.audience", audience))
        audiences.add(audience)
        if seconds is not None and seconds < 600:
            detail = "may not specify a duration less than 10 minutes"
            errors.append(FieldError.invalid(f"{at}.expirationSeconds", seconds, detail))
    return errors


class CSINodeStrategy(_StorageStrategy):
    """CSINode."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        names: set[str] = set()
        for position, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
            at, name = f"spec.drivers[{position}]", driver.get("name", "")
            errors += _driver_name(name, f"{at}.name") if name else [FieldError.required(f"{at}.name")]
            if not driver.get("nodeID"):
                errors.append(FieldError.required(f"{at}.nodeID"))
            errors += nonnegative(driver.get("allocatable") or {}, f"{at}.allocatable", "count")
            keys = driver.get("topologyKeys") or []
            for number, key in enumerate(keys):
                if not key:
                    errors.append(FieldError.required(at))
                if key in keys[:number]:
                    errors.append(FieldError.duplicate(at, key))
                errors += named(qualified_name, key, at)
            if name in names:
                errors.append(FieldError.duplicate(f"{at}.name", name))
            names.add(name)
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors = self.validate(obj)
        for before in _drivers(old):
            for driver in _drivers(obj):
                if driver.get("name") == before.get("name"):
                    new, was = ({**each, "allocatable": None} for each in (driver, before))
                    shown = internal_text("storage.CSINodeDriver", new)
                    errors += immutable(new, was, "spec.drivers", shown=shown)
        return errors

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {}).setdefault("drivers", None)


def _drivers(obj: Object) -> Sequence[dict[str, Any]]:
    return (obj.get("spec") or {}).get("drivers") or ()


class CSIStorageCapacityStrategy(BuiltinStrategy):
    """CSIStorageCapacity."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "change")
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[FieldError]:
        errors = named(dns1123_subdomain, obj.get("storageClassName", ""), "storageClassName")
        if (topology := obj.get("nodeTopology")) is not None:
            errors += validate_label_selector(topology, "nodeTopology")
        for name in ("capacity", "maximumVolumeSize"):
            value = obj.get(name)
            if value is not None and Quantity.parse(str(value)).value < 0:
                detail = "must be greater than or equal to 0"
                return [*errors, FieldError.invalid(name, str(value), detail)]
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors = self.validate(obj) + immutable(
            obj.get("nodeTopology"), old.get("nodeTopology"), "nodeTopology"
        )
        new, before = (each.get("storageClassName", "") for each in (obj, old))
        return errors + immutable(new, before, "storageClassName")


class VolumeAttachmentStrategy(_StorageStrategy):
    """VolumeAttachment."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    status_metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ()
    has_status = True
    allow_unconditional_update = False
    zero_status: ClassVar[Mapping[str, Any] | None] = {"attached": False}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    status_keeps_metadata = True

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        attacher, source = spec.get("attacher", ""), spec.get("source") or {}
        errors = _driver_name(attacher, "spec.attacher") if attacher else []
        errors += [] if attacher else [FieldError.required("spec.attacher")]
        volume, at = source.get("persistentVolumeName"), "spec.source.persistentVolumeName"
        if volume is None and source.get("inlineVolumeSpec") is None:
            detail = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            errors.append(FieldError.required("spec.source", detail))
        if volume == "":
            errors.append(FieldError.required(at, "must specify non empty persistentVolumeName"))
        errors += named(dns1123_subdomain, spec.get("nodeName", ""), "spec.nodeName")
        return errors + (named(dns1123_subdomain, volume, at) if volume is not None else [])

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.validate(obj) + immutable(
            obj.get("spec"),
            old.get("spec"),
            "spec",
            shown=internal_text("storage.VolumeAttachmentSpec", obj.get("spec")),
        )


class VolumeAttributesClassStrategy(_StorageStrategy):
    """VolumeAttributesClass."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")

    def validate(self, obj: Object) -> list[FieldError]:
        driver = obj.get("driverName", "")
        errors = (
            named(qualified_name, driver.lower(), "driverName")
            if driver
            else [FieldError.required("driverName")]
        )
        errors += [
            FieldError.invalid("parameters", key, "field can not be empty.")
            for key in obj.get("parameters") or {}
            if not key
        ]
        if not obj.get("parameters"):
            errors.append(FieldError.required("parameters", "must contain at least one key/value pair"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        changed = [
            FieldError.forbidden(name, f"updates to {name} are forbidden.")
            for name in ("driverName", "parameters")
            if obj.get(name) != old.get(name)
        ]
        return changed + self.validate(obj)
