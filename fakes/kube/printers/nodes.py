"""Nodes in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fakes.kube.printers.columns import AGE, NAME, Object, Printer, age_of, column, name_of, wide

__all__ = ["NODE"]

_ROLE_PREFIX = "node-role.kubernetes.io/"


def _status(obj: Object) -> str:
    ready = [
        each for each in (obj.get("status") or {}).get("conditions") or () if each.get("type") == "Ready"
    ]
    words = ["Unknown"]
    if ready:
        words = ["Ready" if ready[-1].get("status") == "True" else "NotReady"]
    if (obj.get("spec") or {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(labels: Mapping[str, str]) -> str:
    roles = {label.removeprefix(_ROLE_PREFIX) for label in labels if label.startswith(_ROLE_PREFIX)}
    roles.add(labels.get("kubernetes.io/role", ""))
    return ",".join(sorted(roles - {""})) or "<none>"


def _address(status: Mapping[str, Any], kind: str) -> str:
    found = (each.get("address", "") for each in status.get("addresses") or () if each.get("type") == kind)
    return next(found, "<none>")


def _row(obj: Object, now: datetime) -> list[Any]:
    status = obj.get("status") or {}
    info = status.get("nodeInfo") or {}
    return [
        name_of(obj),
        _status(obj),
        _roles(obj.get("metadata", {}).get("labels") or {}),
        age_of(obj, now),
        info.get("kubeletVersion", ""),
        _address(status, "InternalIP"),
        _address(status, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        (info.get("kernelVersion") or "<unknown>")
        + (f" ({info['architecture']})" if info.get("architecture") else ""),
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


NODE = Printer(
    shown=(
        NAME,
        column("Status", "The status of the node"),
        column("Roles", "The roles of the node"),
        AGE,
        column("Version", doc="core.v1.NodeSystemInfo.kubeletVersion"),
        wide("Internal-IP", doc="core.v1.NodeStatus.addresses"),
        wide("External-IP", doc="core.v1.NodeStatus.addresses"),
        wide("OS-Image", doc="core.v1.NodeSystemInfo.osImage"),
        wide("Kernel-Version", doc="core.v1.NodeSystemInfo.kernelVersion"),
        wide("Container-Runtime", doc="core.v1.NodeSystemInfo.containerRuntimeVersion"),
    ),
    row=_row,
)
