"""``/scale``: the replicas of a workload in the shape that all workloads share. Source: k8s.io/kubernetes, pkg/registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.selectors import LabelSelector
from fakes.apiserver.registry.strategy import Object

__all__ = ["apply_scale", "scale_of"]

_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def scale_of(obj: Object) -> Object:
    """The autoscaling/v1 Scale of a workload."""
    spec, status, metadata = obj.get("spec") or {}, obj.get("status") or {}, obj["metadata"]
    scale_status: dict[str, Any] = {"replicas": status.get("replicas", 0)}
    if selector := _selector(spec.get("selector")):
        scale_status["selector"] = selector
    replicas = spec.get("replicas", 0)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: metadata[name] for name in _METADATA if name in metadata},
        "spec": {"replicas": replicas} if replicas else {},
        "status": scale_status,
    }


def _selector(selector: Mapping[str, Any] | None) -> str:
    """A metav1.LabelSelector, or the plain map of a ReplicationController, as text."""
    if not selector:
        return ""
    if selector.keys() <= {"matchLabels", "matchExpressions"}:
        return str(LabelSelector.from_dict(selector))
    return str(LabelSelector.from_labels(selector))


def apply_scale(obj: Object, scale: Object) -> Object:
    """The workload with the replicas of a Scale; everything else is shared with the one given."""
    replicas = (scale.get("spec") or {}).get("replicas", 0)
    return {**obj, "spec": {**(obj.get("spec") or {}), "replicas": replicas}}
