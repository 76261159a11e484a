"""Namespaces: names are labels, and a finalizer of the cluster holds each one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = ["NamespaceStrategy"]

_LABEL = "kubernetes.io/metadata.name"
_FINALIZER = "kubernetes"


def standard_finalizer(name: str, path: str) -> list[FieldError]:
    """A finalizer without a domain is one of the cluster's own."""
    if "/" in name or name in (_FINALIZER, "orphan", "foregroundDeletion"):
        return []
    detail = "name is neither a standard finalizer name nor is it fully qualified"
    return [FieldError.invalid(path, name, detail)]


class NamespaceStrategy(SelectableStrategy):
    """Namespace. Its spec changes only through ``/finalize``."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    has_status = True
    returns_deleted_object = True
    validate_name = staticmethod(dns1123_label)
    zero_status: ClassVar[Mapping[str, Any] | None] = {"phase": "Active"}
    field_labels: ClassVar[Mapping[str, str]] = {"status.phase": ""}
    selectable_by_namespace = False

    def default(self, obj: Object) -> None:
        metadata = obj.setdefault("metadata", {})
        if name := metadata.get("name"):
            labels = metadata.get("labels") or {}
            if labels.get(_LABEL) != name:
                metadata["labels"] = {**labels, _LABEL: name}
        spec = obj.setdefault("spec", {})
        if spec.get("finalizers") == []:
            del spec["finalizers"]
        super().default(obj)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        spec = obj.setdefault("spec", {})
        finalizers = spec.get("finalizers") or []
        if _FINALIZER not in finalizers:
            spec["finalizers"] = [*finalizers, _FINALIZER]
        self.default(obj)

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        if old.get("spec", {}).get("finalizers"):
            obj.setdefault("spec", {})["finalizers"] = old["spec"]["finalizers"]
        else:
            obj.setdefault("spec", {}).pop("finalizers", None)
        obj["status"] = old.get("status") or {"phase": "Active"}

    def validate(self, obj: Object) -> list[FieldError]:
        finalizers = (obj.get("spec") or {}).get("finalizers") or ()
        errors: list[FieldError] = []
        for name in finalizers:
            found = [FieldError.invalid("spec.finalizers", name, text) for text in qualified_name(name)]
            if not found or "/" not in name:
                found += standard_finalizer(name, "spec.finalizers")
            errors += found
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return []

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        phase = (obj.get("status") or {}).get("phase", "")
        if obj["metadata"].get("deletionTimestamp"):
            expected, condition = "Terminating", "is not empty"
        else:
            expected, condition = "Active", "is empty"
        if phase == expected:
            return []
        detail = f"may only be '{expected}' if `deletionTimestamp` {condition}"
        return [FieldError.invalid("status.Phase", phase, detail)]
