"""PersistentVolumes and claims in tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fakes.kube.printers.columns import AGE, NAME, Object, Printer, age_of, column, name_of, wide

__all__ = ["CLAIM", "VOLUME"]

_CLASS = "volume.beta.kubernetes.io/storage-class"
_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def _modes(modes: Sequence[str] | None) -> str:
    return ",".join(short for mode, short in _SHORT.items() if mode in (modes or ()))


def _phase(obj: Object) -> str:
    if obj.get("metadata", {}).get("deletionTimestamp"):
        return "Terminating"
    phase: str = (obj.get("status") or {}).get("phase", "")
    return phase


def _class(obj: Object) -> str:
    annotations = obj.get("metadata", {}).get("annotations") or {}
    name: str = annotations.get(_CLASS) or (obj.get("spec") or {}).get("storageClassName") or ""
    return name


def _volume(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    claim = spec.get("claimRef")
    return [
        name_of(obj),
        str((spec.get("capacity") or {}).get("storage", "0")),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        _class(obj),
        spec.get("volumeAttributesClassName", "<unset>"),
        (obj.get("status") or {}).get("reason", ""),
        age_of(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


def _claim(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    capacity = modes = ""
    if spec.get("volumeName"):
        capacity, modes = (
            str((status.get("capacity") or {}).get("storage", "0")),
            _modes(status.get("accessModes")),
        )
    return [
        name_of(obj),
        _phase(obj),
        spec.get("volumeName", ""),
        capacity,
        modes,
        _class(obj),
        spec.get("volumeAttributesClassName", "<unset>"),
        age_of(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


VOLUME = Printer(
    shown=(
        NAME,
        column("Capacity", doc="core.v1.PersistentVolumeSpec.capacity"),
        column("Access Modes", doc="core.v1.PersistentVolumeSpec.accessModes"),
        column("Reclaim Policy", doc="core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy"),
        column("Status", doc="core.v1.PersistentVolumeStatus.phase"),
        column("Claim", doc="core.v1.PersistentVolumeSpec.claimRef"),
        column("StorageClass", "StorageClass of the pv"),
        column("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
        column("Reason", doc="core.v1.PersistentVolumeStatus.reason"),
        AGE,
        wide("VolumeMode", doc="core.v1.PersistentVolumeSpec.volumeMode"),
    ),
    row=_volume,
)
CLAIM = Printer(
    shown=(
        NAME,
        column("Status", doc="core.v1.PersistentVolumeClaimStatus.phase"),
        column("Volume", doc="core.v1.PersistentVolumeClaimSpec.volumeName"),
        column("Capacity", doc="core.v1.PersistentVolumeClaimStatus.capacity"),
        column("Access Modes", doc="core.v1.PersistentVolumeClaimStatus.accessModes"),
        column("StorageClass", "StorageClass of the pvc"),
        column("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
        AGE,
        wide("VolumeMode", doc="core.v1.PersistentVolumeClaimSpec.volumeMode"),
    ),
    row=_claim,
)
