"""RuntimeClasses. Source: k8s.io/kubernetes, pkg/apis/node."""

from __future__ import annotations

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.rules import immutable, named

__all__ = ["RuntimeClassStrategy"]


class RuntimeClassStrategy(BuiltinStrategy):
    """RuntimeClass."""

    allow_create_on_update = True
    allow_unconditional_update = False

    def validate(self, obj: Object) -> list[FieldError]:
        return named(dns1123_label, obj.get("handler", ""), "handler")

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return immutable(obj.get("handler", ""), old.get("handler", ""), "handler")
