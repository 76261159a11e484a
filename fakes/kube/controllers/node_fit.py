"""Whether a Pod may run on a node: selectors, required affinity and taints. Resources are not counted.

Source of the reasons: kubernetes, pkg/scheduler/framework/plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["misfit"]

Object = Mapping[str, Any]
_ALWAYS_TOLERATED = "node.kubernetes.io/not-ready"


def misfit(pod: Object, node: Object) -> str:
    """Why a Pod may not run on a node; empty if it may."""
    spec, of_node = pod["spec"], node.get("spec") or {}
    if of_node.get("unschedulable") and not _tolerates_unschedulable(spec):
        return "node(s) were unschedulable"
    labels = node["metadata"].get("labels") or {}
    selector = spec.get("nodeSelector") or {}
    if not selector.items() <= labels.items() or not _has_affinity(spec, node["metadata"]["name"], labels):
        return "node(s) didn't match Pod's node affinity/selector"
    for taint in of_node.get("taints") or ():
        if taint["effect"] != "PreferNoSchedule" and not _tolerates(spec.get("tolerations") or (), taint):
            return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"
    return ""


def _tolerates_unschedulable(spec: Object) -> bool:
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    return _tolerates(spec.get("tolerations") or (), taint)


def _tolerates(tolerations: Iterable[Object], taint: Object) -> bool:
    return taint["key"] == _ALWAYS_TOLERATED or any(_covers(each, taint) for each in tolerations)


def _covers(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("operator") == "Exists":
        return not toleration.get("key") or toleration["key"] == taint["key"]
    return (toleration.get("key"), toleration.get("value", "")) == (taint["key"], taint.get("value", ""))


def _has_affinity(spec: Object, name: str, labels: Mapping[str, str]) -> bool:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    return any(
        (term.get("matchExpressions") or term.get("matchFields"))
        and all(_matches(each, labels) for each in term.get("matchExpressions") or ())
        and all(_matches(each, {"metadata.name": name}) for each in term.get("matchFields") or ())
        for term in required["nodeSelectorTerms"]
    )


def _matches(requirement: Object, labels: Mapping[str, str]) -> bool:
    value, values = labels.get(requirement["key"]), list(requirement.get("values") or ())
    match requirement["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and value.isdigit() and int(value) > int(values[0])
        case _:
            return value is not None and value.isdigit() and int(value) < int(values[0])
