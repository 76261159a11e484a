"""Kinds that a field selector can select by more than name and namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apiserver.registry.strategy import FieldLabelError, Object
from fakes.kube.groups.builtin import BuiltinStrategy

__all__ = ["SelectableStrategy", "text_at"]


def text_at(obj: Object, label: str, absent: str = "") -> str:
    """The value at a dotted path as a field selector compares it."""
    value: Any = obj
    for name in label.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    match value:
        case None:
            return absent
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


class SelectableStrategy(BuiltinStrategy):
    """A kind with field labels of its own.

    field_labels
        Each label to what it is where the object does not have the field.
    field_label_aliases
        Other names for some of them.
    unknown_field_label
        What the server says to any other label; ``{label}`` stands for it.

    Source of the labels: k8s.io/kubernetes, pkg/apis/*/conversion.go and pkg/registry.
    """

    field_labels: ClassVar[Mapping[str, str]] = {}
    field_label_aliases: ClassVar[Mapping[str, str]] = {}
    unknown_field_label: ClassVar[str] = "field label not supported: {label}"
    selectable_by_namespace: ClassVar[bool] = True

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        metadata = obj["metadata"]
        fields = {"metadata.name": metadata.get("name", "")}
        if self.selectable_by_namespace:
            fields["metadata.namespace"] = metadata.get("namespace", "")
        for label, absent in self.field_labels.items():
            fields[label] = text_at(obj, label, absent)
        return fields

    def check_field_label(self, label: str) -> str:
        label = self.field_label_aliases.get(label, label)
        if label in self.field_labels or label == "metadata.name":
            return label
        if label == "metadata.namespace" and self.selectable_by_namespace:
            return label
        raise FieldLabelError(self.unknown_field_label.format(label=label))
