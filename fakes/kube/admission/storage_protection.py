"""StorageObjectInUseProtection and DefaultStorageClass: what volumes and claims get that they did not ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["PROTECTED", "protect", "use_default_class"]

PROTECTED = {
    "PersistentVolume": "kubernetes.io/pv-protection",
    "PersistentVolumeClaim": "kubernetes.io/pvc-protection",
    "VolumeAttributesClass": "kubernetes.io/vac-protection",
}
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
_OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def protect(kind: str, obj: dict[str, Any]) -> None:
    """Put the finalizer on a new volume or claim that keeps it while it is used."""
    finalizer = PROTECTED[kind]
    metadata = obj["metadata"]
    given = metadata.get("finalizers") or []
    if finalizer not in given:
        metadata["finalizers"] = [*given, finalizer]


def use_default_class(claim: dict[str, Any], *, classes: Iterable[Mapping[str, Any]]) -> None:
    """Give a claim that names no class the default one, the newest if there are several."""
    spec, metadata = claim["spec"], claim["metadata"]
    if spec.get("storageClassName") is not None or _OLD_CLASS in (metadata.get("annotations") or {}):
        return
    defaults = [
        each["metadata"] for each in classes if _is_default(each["metadata"].get("annotations") or {})
    ]
    if defaults:
        newest = max(each.get("creationTimestamp", "") for each in defaults)
        spec["storageClassName"] = min(
            each["name"] for each in defaults if each.get("creationTimestamp", "") == newest
        )


def _is_default(annotations: Mapping[str, str]) -> bool:
    return any(annotations.get(name) == "true" for name in _DEFAULT)
