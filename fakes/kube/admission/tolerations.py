"""DefaultTolerationSeconds and TaintNodesByCondition: a new node is not ready, and a Pod bears that for five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["add_default_tolerations", "taint_as_not_ready"]

_SECONDS = 300
_TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def _bears(toleration: Mapping[str, Any], taint: str) -> bool:
    return toleration.get("key", "") in ("", taint) and toleration.get("effect", "") in ("", "NoExecute")


def add_default_tolerations(pod: dict[str, Any]) -> None:
    """Let a Pod bear taints of nodes that are not ready or not reachable, unless it says something of them itself."""
    spec = pod["spec"]
    given = spec.get("tolerations") or []
    missing = [taint for taint in _TAINTS if not any(_bears(each, taint) for each in given)]
    if missing:
        spec["tolerations"] = [
            *given,
            *(
                {"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _SECONDS}
                for taint in missing
            ),
        ]


def taint_as_not_ready(node: dict[str, Any]) -> None:
    """Keep Pods off a new node until somebody finds it ready."""
    spec = node["spec"]
    taint = {"key": _TAINTS[0], "effect": "NoSchedule"}
    given = spec.get("taints") or []
    if not any(all(each.get(name) == value for name, value in taint.items()) for each in given):
        spec["taints"] = [*given, taint]
