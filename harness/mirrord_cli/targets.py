"""Targets of copies: the JSON of a mirrord target, and how it is shown."""

from __future__ import annotations

from typing import Any

__all__ = ["show_target"]

_KINDS = {
    "deployment": "deployment",
    "pod": "pod",
    "rollout": "rollout",
    "job": "job",
    "cron_job": "cronjob",
    "stateful_set": "statefulset",
    "service": "service",
    "replica_set": "replicaset",
}


def show_target(target: Any) -> str:
    """``deployment/x[/container/c]``, ``label/k=v,...`` or ``targetless``; the latter is null in JSON.

    Raises:
        ValueError: it is no target. A key besides the workload's and ``container`` is one too many.
    """
    if target is None:
        return "targetless"
    if isinstance(target, dict):
        container = target.get("container")
        keys = list(target.keys() - {"container"})
        if len(keys) == 1 and (container is None or isinstance(container, str)):
            shown = _show_subject(keys[0], target)
            if shown is not None:
                return shown if container is None else f"{shown}/container/{container}"
    raise ValueError("data did not match any variant of untagged enum Target")


def _show_subject(key: str, target: dict[str, Any]) -> str | None:
    subject = target[key]
    if key in _KINDS and isinstance(subject, str):
        return f"{_KINDS[key]}/{subject}"
    if (
        key == "labels"
        and isinstance(subject, dict)
        and all(isinstance(value, str) for value in subject.values())
    ):
        return "label/" + ",".join(f"{name}={subject[name]}" for name in sorted(subject))
    return None
