"""Which value of the Helm chart is which setting, under its present and its former name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fakes.mirrord.model.license import License

__all__ = ["read"]

_SETTINGS: dict[str, tuple[str, ...]] = {
    "session_setup_deadline_seconds": ("operator.sessionSetupDeadlineSeconds",),
    "session_unused_ttl_seconds": ("operator.sessionUnusedTtlSeconds",),
    "max_session_time_seconds": ("operator.maxSessionTimeSeconds",),
    "no_pod_targets_timeout_millis": ("operator.noPodTargetsSessionTimeoutMillis",),
    "multi_cluster_setup_deadline_seconds": (
        "operator.multiCluster.sessionSetupDeadlineSeconds",
        "operator.multiCluster.remoteSessionTimeoutSecs",
    ),
    "multi_cluster_session_ttl_seconds": (
        "operator.multiCluster.sessionTtlSeconds",
        "operator.multiCluster.sessionTtlSecs",
    ),
}


def read(values: Mapping[str, Any], license_: License | None = None) -> dict[str, Any]:
    """The settings that the values give; of two names for one, the present one wins. Null is as good as absent.

    Raises:
        ValueError: a value has the wrong type.
    """
    found: dict[str, Any] = {}
    for setting, paths in _SETTINGS.items():
        for path in paths:
            value = _at(values, path)
            if value is not None:
                found[setting] = _natural(path, value)
                break
    overages = _at(values, "license.allowSeatOverages")
    if overages is not None:
        if not isinstance(overages, bool):
            raise ValueError(f"license.allowSeatOverages: {overages!r} is neither true nor false")
        found["license"] = replace(license_ or License(), allow_overages=overages)
    return found


def _at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, nested as in values.yaml or flat as ``--set`` gives it."""
    if path in values:
        return values[path]
    node: Any = values
    for name in path.split("."):
        if not isinstance(node, Mapping) or name not in node:
            return None
        node = node[name]
    return node


def _natural(path: str, value: Any) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{path}: {value!r} is not a whole number of at least 0")
    return value
