"""Events of both groups, which are one and the same object with other names for its fields.

Source: k8s.io/kubernetes, pkg/apis/core/validation/events.go and pkg/apis/events/v1/conversion.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import path_segment_name, qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import fill
from fakes.kube.groups.rules import immutable, named
from fakes.kube.groups.selectable import SelectableStrategy, text_at

__all__ = ["CoreEventStrategy", "EventStrategy", "to_core", "to_events"]

_REFERENCE = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "reportingComponent": "reportingController",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
}
_CORE_NAMES = {name: core for core, name in _NAMES.items()}
_LIMITS = (("reportingInstance", 128), ("action", 128), ("reason", 128), ("message", 1024))
_FIXED = (
    "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "reason", "type",
    "eventTime", "action", "related", "reportingController", "reportingInstance",
)  # fmt: skip
_TEXTS = frozenset({"reason", "message", "type", "action", "reportingController", "reportingInstance"})
_REFERENCES = frozenset({"involvedObject", "related"})


def to_events(obj: Object) -> Object:
    """A core Event as events.k8s.io shows it."""
    return {**_renamed(obj, _NAMES), "apiVersion": "events.k8s.io/v1"}


def to_core(obj: Object) -> Object:
    """An Event of events.k8s.io as the core group shows it."""
    return {**_renamed(obj, _CORE_NAMES), "apiVersion": "v1"}


def _renamed(obj: Object, names: Mapping[str, str]) -> Object:
    return {names.get(name, name): value for name, value in obj.items()}


def _legacy(event: Mapping[str, Any], namespace: str) -> list[FieldError]:
    """Errors of an Event, with core names, that any version reports."""
    where = (event.get("involvedObject") or {}).get("namespace", "")
    mismatch = FieldError.invalid("involvedObject.namespace", where, "does not match event.namespace")
    if event.get("eventTime") is None:
        return [] if where == namespace or (not where and namespace in ("", "default")) else [mismatch]
    errors = [] if where or namespace in ("default", "kube-system") else [mismatch]
    controller = event.get("reportingComponent", "")
    if not controller:
        errors.append(FieldError.required("reportingController"))
    errors += named(qualified_name, controller, "reportingController")
    for name, limit in _LIMITS:
        text = event.get(name, "")
        if not text and name != "message":
            errors.append(FieldError.required(name))
        if len(text.encode()) > limit:
            errors.append(FieldError.invalid(name, "", f"can have at most {limit} characters"))
    return errors


def _series(event: Mapping[str, Any]) -> list[FieldError]:
    if (series := event.get("series")) is None:
        return []
    errors: list[FieldError] = []
    if series.get("count", 0) < 2:
        errors.append(FieldError.invalid("series.count", "", "should be at least 2"))
    if not series.get("lastObservedTime"):
        errors.append(FieldError.required("series.lastObservedTime"))
    return errors


class CoreEventStrategy(SelectableStrategy):
    """Event of the core group."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ()
    standard_finalizers = False
    validates_generated_base = False
    validate_name = staticmethod(path_segment_name)
    garbage_collected = False
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
        return _legacy(obj, obj["metadata"].get("namespace", ""))

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        fields = dict(super().selectable_fields(obj))
        fields["source"] = text_at(obj, "source.component") or obj.get("reportingComponent", "")
        return fields


class EventStrategy(SelectableStrategy):
    """Event of events.k8s.io, which asks for more."""

    garbage_collected = False
    allow_create_on_update = True
    field_labels: ClassVar[Mapping[str, str]] = {
        **{f"regarding.{name}": "" for name in _REFERENCE},
        "reason": "",
        "reportingController": "",
        "type": "",
    }

    def default(self, obj: Object) -> None:
        obj.setdefault("eventTime", None)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return super().selectable_fields(to_events(obj))

    def validate(self, obj: Object) -> list[FieldError]:
        event = to_core(obj)
        errors = _legacy(event, obj["metadata"].get("namespace", "")) + _series(event)
        if event.get("eventTime") is None:
            errors.append(FieldError.required("eventTime"))
        if (kind := event.get("type", "")) not in ("Normal", "Warning"):
            errors.append(FieldError.invalid("type", "", f"has invalid value: {kind}"))
        for name in ("firstTimestamp", "lastTimestamp", "count", "source"):
            if event.get(name):
                errors.append(FieldError.invalid(name, "", "needs to be unset"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = to_core(obj), to_core(old)
        errors = _legacy(new, obj["metadata"].get("namespace", ""))
        if new.get("series") != before.get("series"):
            errors += _series(new)
        for name in _FIXED:
            key, zero = _CORE_NAMES.get(name, name), "" if name in _TEXTS else None
            value, shown = new.get(key, zero), None
            if name in _REFERENCES and value is not None:
                shown = internal_text("core.ObjectReference", value)
            errors += immutable(value, before.get(key, zero), name, shown=shown)
        return errors
