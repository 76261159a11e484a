"""RuntimeClasses. Source: k8s.io/kubernetes, pkg/apis/node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_labels
from fakes.apimachinery.validation import dns1123_label
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.affinity_validation import validate_tolerations
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.resources import validate_requirements
from fakes.kube.groups.rules import immutable, named

__all__ = ["RuntimeClassStrategy"]

_TOLERATION = ("key", "operator", "value", "effect")


class RuntimeClassStrategy(BuiltinStrategy):
    """RuntimeClass."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "change")
    standard_finalizers = False
    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[FieldError]:
        handler = obj.get("handler", "")
        errors = named(dns1123_label, handler, "handler") if handler else [FieldError.required("handler")]
        if (overhead := obj.get("overhead")) is not None:
            errors += validate_requirements({"limits": overhead.get("podFixed")}, "overhead")
        if (scheduling := obj.get("scheduling")) is not None:
            errors += validate_labels(scheduling.get("nodeSelector") or {}, "scheduling.nodeSelector")
            tolerations = scheduling.get("tolerations") or ()
            errors += validate_tolerations(tolerations, "scheduling.tolerations")
            errors += _doubled(tolerations, "scheduling.tolerations")
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.validate(obj) + immutable(obj.get("handler", ""), old.get("handler", ""), "handler")


def _doubled(tolerations: Sequence[Mapping[str, Any]], path: str) -> list[FieldError]:
    keys = [tuple(each.get(name) or "" for name in _TOLERATION) for each in tolerations]
    return [
        FieldError.duplicate(f"{path}[{position}]", internal_text("core.Toleration", tolerations[position]))
        for position, key in enumerate(keys)
        if key in keys[:position]
    ]
