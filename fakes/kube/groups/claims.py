"""PersistentVolumes and the claims to them. Source: k8s.io/kubernetes, pkg/apis/core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.validation import dns1123_subdomain
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_diff, internal_text
from fakes.kube.groups.affinity_validation import validate_node_selector
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.claim_specs import validate_access_modes, validate_claim_spec
from fakes.kube.groups.resources import positive_quantity
from fakes.kube.groups.rules import immutable, named, unsupported
from fakes.kube.groups.volume_defaults import default_claim_spec
from fakes.kube.groups.volume_validation import validate_volume_source

__all__ = ["PersistentVolumeClaimStrategy", "PersistentVolumeStrategy"]

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


def _handle(source: Mapping[str, Any], path: str) -> list[FieldError]:
    return [] if source.get("volumeHandle") else [FieldError.required(f"{path}.volumeHandle")]


_STABLE_LABELS = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
}


class PersistentVolumeStrategy(BuiltinStrategy):
    """PersistentVolume, cluster-wide storage."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "whole")
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
        errors += validate_access_modes(spec, "spec")
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
        if sources:
            errors += validate_volume_source(sources[0], spec[sources[0]], f"spec.{sources[0]}")
            if sources[0] == "csi":
                errors += _handle(spec["csi"], "spec.csi")
        if policy == "Recycle" and (spec.get("hostPath") or {}).get("path") == "/":
            detail = "may not be 'recycle' for a hostPath mount of '/'"
            errors.append(FieldError.forbidden("spec.persistentVolumeReclaimPolicy", detail))
        if "local" in sources and spec.get("nodeAffinity") is None:
            errors.append(FieldError.required("spec.nodeAffinity", "Local volume requires node affinity"))
        if name := spec.get("storageClassName"):
            errors += named(dns1123_subdomain, name, "spec.storageClassName")
        if (mode := spec.get("volumeMode")) is not None:
            errors += unsupported(mode, "spec.volumeMode", ("Block", "Filesystem"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj) + self.validate(obj)
        sources = [{name: spec[name] for name in spec if name not in _NOT_SOURCES} for spec in (new, before)]
        if sources[0] != sources[1]:
            difference = internal_diff("core.PersistentVolumeSource", sources[1], sources[0])
            detail = f"spec.persistentvolumesource is immutable after creation\n{difference}"
            errors.append(FieldError.forbidden("spec.persistentvolumesource", detail))
        errors += immutable(new.get("volumeMode"), before.get("volumeMode"), "volumeMode")
        nodes, was = new.get("nodeAffinity"), before.get("nodeAffinity")
        if was is not None and nodes != was and nodes != _with_stable_labels(was):
            shown = None if nodes is None else internal_text("core.VolumeNodeAffinity", nodes)
            detail = "field is immutable, except for updating from beta label to GA"
            errors.append(FieldError.invalid("nodeAffinity", shown, detail))
        return errors

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


def _with_stable_labels(value: Any) -> Any:
    """A selector of nodes that asks for labels by the names that they have since they are no beta."""
    if isinstance(value, dict):
        return {name: _with_stable_labels(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_stable_labels(each) for each in value]
    return _STABLE_LABELS.get(value, value)


class PersistentVolumeClaimStrategy(BuiltinStrategy):
    """PersistentVolumeClaim, whose spec hardly changes."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_status = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {"phase": "Pending"}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_claim_spec(spec)
        super().default(obj)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        obj["spec"] = _with_both_sources(_without_unknown_source(obj["spec"], {}))

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        obj["spec"] = _with_both_sources(_without_unknown_source(obj["spec"], old.get("spec") or {}))

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        return validate_claim_spec(spec, "spec")

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj)
        bound = (old.get("status") or {}).get("phase") == "Bound"
        munged = _munged(new, before, bound)
        if munged != before:
            difference = internal_diff("core.PersistentVolumeClaimSpec", before, munged)
            detail = (
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
                f"claims\n{difference}"
            )
            errors.append(FieldError.forbidden("spec", detail))
        sizes = [_storage(spec) for spec in (new, before)]
        granted = ((old.get("status") or {}).get("capacity") or {}).get("storage", "0")
        if sizes[0].value < sizes[1].value and sizes[0].value <= Quantity.parse(str(granted)).value:
            where = "spec.resources.requests.storage"
            errors.append(FieldError.forbidden(where, "field can not be less than status.capacity"))
        return errors + immutable(new.get("volumeMode"), before.get("volumeMode"), "volumeMode")


def _without_unknown_source(spec: dict[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The spec without a source of data that only the newer field may name."""
    source = spec.get("dataSource")
    if (
        source is None
        or spec.get("dataSourceRef") is not None
        or old.get("dataSource")
        or old.get("dataSourceRef")
    ):
        return spec
    group, kind = source.get("apiGroup") or "", source.get("kind")
    if (group, kind) in (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot")):
        return spec
    return {name: value for name, value in spec.items() if name != "dataSource"}


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


def _munged(new: Mapping[str, Any], old: Mapping[str, Any], bound: bool) -> dict[str, Any]:
    """The new spec with what may change as it was."""
    free = {"resources", "volumeAttributesClassName"} if bound else set()
    if not old.get("volumeName"):
        free.add("volumeName")
    if old.get("storageClassName") is None:
        free.add("storageClassName")
    kept = {name: value for name, value in new.items() if name not in free}
    return kept | {name: old[name] for name in free if name in old}
