"""Kinds of the core group in tables, other than Pods and workloads; and Events of both groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.apimachinery.duration import age
from fakes.kube.printers.columns import AGE, NAME, Object, Printer, age_of, column, name_of, wide
from fakes.kube.printers.nodes import NODE
from fakes.kube.printers.services import ENDPOINTS, SERVICE
from fakes.kube.printers.volumes import CLAIM, VOLUME

__all__ = ["PRINTERS"]


def _namespace(obj: Object, now: datetime) -> list[Any]:
    return [name_of(obj), (obj.get("status") or {}).get("phase", ""), age_of(obj, now)]


def _config_map(obj: Object, now: datetime) -> list[Any]:
    return [name_of(obj), len(obj.get("data") or {}) + len(obj.get("binaryData") or {}), age_of(obj, now)]


def _secret(obj: Object, now: datetime) -> list[Any]:
    return [name_of(obj), obj.get("type", ""), len(obj.get("data") or {}), age_of(obj, now)]


def _name_and_age(obj: Object, now: datetime) -> list[Any]:
    return [name_of(obj), age_of(obj, now)]


def _quota(obj: Object, now: datetime) -> list[Any]:
    status = obj.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    requests: list[str] = []
    limits: list[str] = []
    for name in sorted(hard):
        column_of = limits if name.startswith("limits.") else requests
        column_of.append(f"{name}: {used.get(name, 0)}/{hard[name]}")
    return [name_of(obj), ", ".join(requests), ", ".join(limits), age_of(obj, now)]


def _core_event(obj: Object, now: datetime) -> list[Any]:
    reference, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    first = age(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = age(obj.get("lastTimestamp"), now) if obj.get("lastTimestamp") else first
    count = obj.get("count") or 1
    if (series := obj.get("series")) is not None:
        last, count = age(series.get("lastObservedTime"), now), series.get("count", 0)
    kind, name = reference.get("kind", "").lower(), reference.get("name", "")
    component = source.get("component") or obj.get("reportingComponent", "")
    instance = source.get("host") or obj.get("reportingInstance", "")
    return [
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{kind}/{name}" if name else kind,
        reference.get("fieldPath", ""),
        f"{component}, {instance}" if instance else component,
        obj.get("message", "").strip(),
        first,
        count,
        name_of(obj),
    ]


_EVENT_COLUMNS = (
    column("Last Seen", doc="core.v1.Event.lastTimestamp"),
    column("Type", doc="core.v1.Event.type"),
    column(
        "Reason",
        doc="core.v1.Event.reason",
    ),
    column("Object", doc="core.v1.Event.involvedObject"),
    wide(
        "Subobject",
        doc="core.v1.ObjectReference.fieldPath",
    ),
    wide("Source", doc="core.v1.Event.source"),
    column("Message", doc="core.v1.Event.message"),
    wide(
        "First Seen",
        doc="core.v1.Event.firstTimestamp",
    ),
    wide("Count", doc="core.v1.Event.count"),
    wide("Name", NAME.description, form="name"),
)


def _component(obj: Object, now: datetime) -> list[Any]:  # noqa: ARG001 - it has no age
    healthy: Object = next((each for each in obj.get("conditions") or () if each["type"] == "Healthy"), {})
    status = {"True": "Healthy", "False": "Unhealthy"}.get(healthy.get("status", ""), "Unknown")
    return [name_of(obj), status, healthy.get("message", ""), healthy.get("error", "")]


PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("", "ConfigMap"): Printer(
        shown=(NAME, column("Data", doc="core.v1.ConfigMap.data"), AGE), row=_config_map
    ),
    ("", "Endpoints"): ENDPOINTS,
    ("", "ComponentStatus"): Printer(
        shown=(
            NAME,
            column("Status", "Status of the component conditions"),
            column("Message", "Message of the component conditions"),
            column("Error", "Error of the component conditions"),
        ),
        row=_component,
    ),
    ("", "Event"): Printer(shown=_EVENT_COLUMNS, row=_core_event),
    ("", "Namespace"): Printer(
        shown=(NAME, column("Status", "The status of the namespace"), AGE), row=_namespace
    ),
    ("", "Node"): NODE,
    ("", "PersistentVolume"): VOLUME,
    ("", "PersistentVolumeClaim"): CLAIM,
    ("", "ResourceQuota"): Printer(
        shown=(
            NAME,
            column(
                "Request", "Request represents a minimum amount of cpu/memory that a container may consume."
            ),
            column(
                "Limit",
                "Limits control the maximum amount of cpu/memory that a container may use independent of contention on "
                "the node.",
            ),
            AGE,
        ),
        row=_quota,
    ),
    ("", "Secret"): Printer(
        shown=(
            NAME,
            column("Type", doc="core.v1.Secret.type"),
            column("Data", doc="core.v1.Secret.data"),
            AGE,
        ),
        row=_secret,
    ),
    ("", "Service"): SERVICE,
    ("", "ServiceAccount"): Printer(shown=(NAME, AGE), row=_name_and_age),
    ("events.k8s.io", "Event"): Printer(shown=_EVENT_COLUMNS, row=_core_event),
}
