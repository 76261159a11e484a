"""Built-in kinds that are served in more than one version or group, and how one becomes the other.

Objects are kept in one of them; most kinds have only that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.schema import GroupVersionKind
from fakes.kube.builtin.autoscalers import scaler_to_v1, scaler_to_v2

__all__ = ["Conversion", "conversion_of"]

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """From and to the stored form; None where there is nothing to do."""

    storage_group: str
    present: Callable[[Object], Object] | None = None
    store: Callable[[Object], Object] | None = None


def conversion_of(kind: GroupVersionKind) -> Conversion:
    """The conversion of a kind. Events are kept as the core group has them, autoscalers as ``autoscaling/v2``."""
    if kind.kind == "Event" and kind.group == "events.k8s.io":
        return Conversion(storage_group="", present=_event_to_new, store=_event_to_core)
    if kind == GroupVersionKind("autoscaling", "v1", "HorizontalPodAutoscaler"):
        return Conversion(storage_group="autoscaling", present=scaler_to_v1, store=scaler_to_v2)
    return Conversion(storage_group=kind.group)


_EVENT_NAMES = {
    "involvedObject": "regarding", "message": "note", "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp", "lastTimestamp": "deprecatedLastTimestamp", "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}  # fmt: skip
_OFTEN_EMPTY = ("reportingComponent", "reportingInstance")
_CORE_NAMES = {new: core for core, new in _EVENT_NAMES.items()}


def _event_to_new(obj: Object) -> Object:
    return {
        _EVENT_NAMES.get(name, name): value
        for name, value in obj.items()
        if value or name not in _OFTEN_EMPTY
    }


def _event_to_core(obj: Object) -> Object:
    return {_CORE_NAMES.get(name, name): value for name, value in obj.items()}
