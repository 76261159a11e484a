"""PersistentVolumes and the claims to them. Source: k8s.io/kubernetes, pkg/apis/core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.affinity_validation import validate_node_selector
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.resources import positive_quantity
from fakes.kube.groups.rules import immutable, named, unsupported
from fakes.kube.groups.volume_defaults import default_claim_spec

__all__ = ["PersistentVolumeClaimStrategy", "PersistentVolumeStrategy"]

_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_NOT_SOURCES = frozenset(
    {
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
        "storageClassName", "volumeAttributesClassName", "volumeMode",
    }
)  # fmt: skip


_RECYCLING = (
    "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is "
    "to use dynamic provisioning."
)


def _access_modes(spec: Mapping[str, Any]) -> list[FieldError]:
    modes = spec.get("accessModes") or ()
    where = "spec.accessModes"
    errors = [error for mode in modes for error in unsupported(mode, where, _ACCESS_MODES)]
    if "ReadWriteOncePod" in modes and set(modes) & set(_ACCESS_MODES[:3]):
        errors.append(FieldError.forbidden(where, "may not use ReadWriteOncePod with other access modes"))
    return errors


class PersistentVolumeStrategy(BuiltinStrategy):
    """PersistentVolume, cluster-wide storage."""

    has_status = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {"phase": "Pending"}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec["persistentVolumeReclaimPolicy"] = spec.get("persistentVolumeReclaimPolicy") or "Retain"
        spec["volumeMode"] = spec.get("volumeMode") or "Filesystem"
        if (host := spec.get("hostPath")) is not None and host.get("type") is None:
            host["type"] = ""
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = [] if spec.get("accessModes") else [FieldError.required("spec.accessModes")]
        errors += _access_modes(spec)
        capacity = spec.get("capacity") or {}
        if not capacity:
            errors.append(FieldError.required("spec.capacity"))
        if set(capacity) != {"storage"}:
            errors.append(FieldError.not_supported("spec.capacity", capacity or None, ("storage",)))
        for name, value in capacity.items():
            errors += positive_quantity(value, f"spec.capacity[{name}]")
        policy = spec.get("persistentVolumeReclaimPolicy")
        errors += unsupported(policy, "spec.persistentVolumeReclaimPolicy", ("Delete", "Recycle", "Retain"))
        if (affinity := spec.get("nodeAffinity")) is not None:
            if (required := affinity.get("required")) is None:
                detail = "must specify required node constraints"
                errors.append(FieldError.required("spec.nodeAffinity.required", detail))
            else:
                errors += validate_node_selector(required, "spec.nodeAffinity.required")
        sources = [name for name in spec if name not in _NOT_SOURCES and spec[name] is not None]
        if not sources:
            errors.append(FieldError.required("spec", "must specify a volume type"))
        errors += [
            FieldError.forbidden(f"spec.{name}", "may not specify more than 1 volume type")
            for name in sources[1:]
        ]
        if (host := spec.get("hostPath")) is not None and not host.get("path"):
            errors.append(FieldError.required("spec.hostPath.path"))
        if "local" in sources and spec.get("nodeAffinity") is None:
            errors.append(FieldError.required("spec.nodeAffinity", "Local volume requires node affinity"))
        if name := spec.get("storageClassName"):
            errors += named(dns1123_subdomain, name, "spec.storageClassName")
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        sources = [{name: spec[name] for name in spec if name not in _NOT_SOURCES} for spec in (new, before)]
        if sources[0] != sources[1]:
            detail = "spec.persistentvolumesource is immutable after creation"
            errors.append(FieldError.forbidden("spec.persistentvolumesource", detail))
        return errors + immutable(new.get("volumeMode"), before.get("volumeMode"), "volumeMode")

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        obj["status"]["lastPhaseTransitionTime"] = obj["metadata"].get("creationTimestamp")

    def stamp_status(self, obj: Object, old: Object, now: str) -> None:
        status, before = obj.setdefault("status", {}), old.get("status") or {}
        since, known = status.get("lastPhaseTransitionTime"), before.get("lastPhaseTransitionTime")
        if status.get("phase") == before.get("phase"):
            since = since or known
        elif since in (None, known):
            since = now
        if since is not None:
            obj["status"] = {**status, "lastPhaseTransitionTime": since}

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        policy = (obj.get("spec") or {}).get("persistentVolumeReclaimPolicy")
        return [_RECYCLING] if policy == "Recycle" else []


class PersistentVolumeClaimStrategy(BuiltinStrategy):
    """PersistentVolumeClaim, whose spec hardly changes."""

    has_status = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {"phase": "Pending"}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_claim_spec(spec)
        super().default(obj)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        obj["spec"] = _with_both_sources(obj["spec"])

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        obj["spec"] = _with_both_sources(obj["spec"])

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        if not spec.get("accessModes"):
            errors.append(FieldError.required("spec.accessModes", "at least 1 access mode is required"))
        if (selector := spec.get("selector")) is not None:
            errors += validate_label_selector(selector, "spec.selector")
        errors += _access_modes(spec)
        storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        where = "spec.resources[storage]"
        errors += [FieldError.required(where)] if storage is None else positive_quantity(storage, where)
        if name := spec.get("storageClassName"):
            errors += named(dns1123_subdomain, name, "spec.storageClassName")
        if (mode := spec.get("volumeMode")) is not None:
            errors += unsupported(mode, "spec.volumeMode", ("Block", "Filesystem"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        bound = (old.get("status") or {}).get("phase") == "Bound"
        if changed := _changed(new, before, bound):
            detail = (
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
                f"claims\n  changed: {', '.join(changed)}\n"
            )
            errors.append(FieldError.forbidden("spec", detail))
        sizes = [_storage(spec) for spec in (new, before)]
        granted = ((old.get("status") or {}).get("capacity") or {}).get("storage", "0")
        if sizes[0].value < sizes[1].value and sizes[0].value <= Quantity.parse(str(granted)).value:
            where = "spec.resources.requests.storage"
            errors.append(FieldError.forbidden(where, "field can not be less than status.capacity"))
        return errors + immutable(new.get("volumeMode"), before.get("volumeMode"), "volumeMode")


def _with_both_sources(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec in which either way to name a source of data says what the other says."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        return {**spec, "dataSourceRef": source}
    if reference is not None and source is None and not reference.get("namespace"):
        return {**spec, "dataSource": {name: reference[name] for name in reference if name != "namespace"}}
    return spec


def _storage(spec: Mapping[str, Any]) -> Quantity:
    return Quantity.parse(str(((spec.get("resources") or {}).get("requests") or {}).get("storage", "0")))


def _changed(new: Mapping[str, Any], old: Mapping[str, Any], bound: bool) -> list[str]:
    """Names of fields that changed and may not."""
    free = {"resources", "volumeAttributesClassName"} if bound else set()
    if not old.get("volumeName"):
        free.add("volumeName")
    if old.get("storageClassName") is None:
        free.add("storageClassName")
    return sorted(name for name in {**new, **old} if name not in free and new.get(name) != old.get(name))
