"""Events of both groups, which are one and the same object. Source: k8s.io/kubernetes, pkg/apis/core/validation/events.go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apiserver.registry.strategy import Object
from fakes.kube.groups.builtin import fill
from fakes.kube.groups.rules import unsupported
from fakes.kube.groups.selectable import SelectableStrategy, text_at

__all__ = ["CoreEventStrategy", "EventStrategy"]

_REFERENCE = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_CLUSTER_KINDS = frozenset(
    {"Node", "Namespace", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass"}
)


class CoreEventStrategy(SelectableStrategy):
    """Event of the core group."""

    allow_create_on_update = True
    field_labels: ClassVar[Mapping[str, str]] = {
        **{f"involvedObject.{name}": "" for name in _REFERENCE},
        "reason": "",
        "reportingComponent": "",
        "source": "",
        "type": "",
    }

    def default(self, obj: Object) -> None:
        fill(obj, {"source": {}, "reportingComponent": "", "reportingInstance": "", "involvedObject": {}})
        for name in ("firstTimestamp", "lastTimestamp", "eventTime"):
            obj.setdefault(name, None)

    def validate(self, obj: Object) -> list[FieldError]:
        namespace = obj["metadata"].get("namespace", "")
        reference = obj.get("involvedObject") or {}
        return (
            _namespace(reference, namespace)
            if obj.get("eventTime") is None
            else _new_style(obj, reference, namespace)
        )

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        fields = dict(super().selectable_fields(obj))
        fields["source"] = text_at(obj, "source.component") or obj.get("reportingComponent", "")
        return fields


def _namespace(reference: Mapping[str, str], namespace: str) -> list[FieldError]:
    """Namespaced things are reported where they are; what is in no namespace, in the default one."""
    named = reference.get("namespace", "")
    if named:
        if named == namespace:
            return []
    elif namespace == "default" or reference.get("kind") not in _CLUSTER_KINDS:
        if namespace in ("", "default") or not reference.get("kind"):
            return []
        return []
    return [FieldError.invalid("involvedObject.namespace", named, "does not match event.namespace")]


def _new_style(obj: Object, reference: Mapping[str, str], namespace: str) -> list[FieldError]:
    errors = _namespace(reference, namespace)
    for name, where in (
        ("reportingComponent", "reportingController"),
        ("reportingInstance", "reportingInstance"),
        ("action", "action"),
        ("reason", "reason"),
    ):
        if not obj.get(name):
            errors.append(FieldError.required(where))
    errors += (
        unsupported(obj.get("type", ""), "type", ("Normal", "Warning"))
        if obj.get("type")
        else [FieldError.invalid("type", "", "has invalid value: ")]
    )
    return errors


class EventStrategy(SelectableStrategy):
    """Event of events.k8s.io."""

    allow_create_on_update = True
    field_labels: ClassVar[Mapping[str, str]] = {
        **{f"regarding.{name}": "" for name in _REFERENCE},
        "reason": "",
        "reportingController": "",
        "type": "",
    }

    def default(self, obj: Object) -> None:
        obj.setdefault("eventTime", None)

    def validate(self, obj: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        if obj.get("eventTime") is None:
            errors.append(FieldError.required("eventTime"))
        errors += [
            FieldError.required(name)
            for name in ("reportingController", "reportingInstance", "action", "reason")
            if not obj.get(name)
        ]
        if obj.get("type") not in ("Normal", "Warning"):
            errors.append(FieldError.invalid("type", "", f"has invalid value: {obj.get('type', '')}"))
        return errors
