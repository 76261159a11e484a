"""References to fields of a Pod, from variables and from files.

Source: k8s.io/kubernetes, pkg/apis/core/validation and pkg/apis/core/pods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.groups.rules import unsupported

__all__ = ["field_reference"]

_WITH_KEYS = ("metadata.annotations[", "metadata.labels[")
_KNOWN = (
    "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid", "spec.host",
    "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.phase",
    "status.podIP", "status.podIPs",
)  # fmt: skip


def field_reference(reference: Mapping[str, Any], path: str, supported: Sequence[str]) -> list[FieldError]:
    """Errors of a reference to one of the fields ``supported``, or to one label or annotation."""
    where, at = reference.get("fieldPath", ""), f"{path}.fieldPath"
    if not where:
        return [FieldError.required(at)]
    if where.startswith(_WITH_KEYS) and where.endswith("]"):
        return []
    if where in _KNOWN:
        return unsupported(where, at, supported)
    detail = f"error converting fieldPath: field label not supported: {where}"
    return [FieldError.invalid(at, where, detail)]
