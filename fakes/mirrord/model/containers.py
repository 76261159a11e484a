"""Which container of a pod is targeted, and whether the pod is ready for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["SIDECARS", "Choice", "choose_container", "choose_named", "guess_warning", "not_ready"]

SIDECARS = (
    "kuma-sidecar",
    "kuma-init",
    "istio-proxy",
    "istio-init",
    "linkerd-proxy",
    "linkerd-init",
    "vault-agent",
    "vault-agent-init",
    "queue-proxy",
    "traffic-agent",
)
"""Containers that are chosen only if there are no others."""

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_RUNTIMES = ("docker", "containerd", "cri-o")


class Choice(NamedTuple):
    """A container; ``guessed`` if there were others to choose from."""

    name: str
    guessed: bool


def choose_container(pod: Mapping[str, Any], asked: str | None = None) -> Choice | None:
    """The container asked for, else the annotated one, else the first that is no sidecar; None if there is none."""
    return choose_named([status["name"] for status in _statuses(pod)], pod["metadata"], asked)


def choose_named(
    names: Sequence[str], metadata: Mapping[str, Any], asked: str | None = None
) -> Choice | None:
    """The same among names, for a pod or the template of one with that metadata."""
    if asked is not None:
        return Choice(asked, False) if asked in names else None
    annotated = (metadata.get("annotations") or {}).get(_DEFAULT_CONTAINER)
    if annotated is not None and annotated in names:
        return Choice(annotated, False)
    eligible = [name for name in names if name not in SIDECARS] or names
    return Choice(eligible[0], len(eligible) > 1) if eligible else None


def guess_warning(choice: Choice) -> str:
    """What a user is told whose container was guessed."""
    return (
        f'Target has multiple containers, mirrord picked "{choice.name}".'
        "To target a different one, include it in the target path."
    )


def not_ready(pod: Mapping[str, Any], asked: str | None = None) -> str | None:
    """Why a pod cannot be targeted; None if it can."""
    status = pod.get("status") or {}
    if status.get("phase") != "Running":
        return "not in 'Running' phase"
    if pod["metadata"].get("deletionTimestamp"):
        return "in deletion"
    if not (pod.get("spec") or {}).get("nodeName"):
        return "not assigned to a node"
    if not status.get("podIPs"):
        return "has no IP addresses"
    return _container_not_ready(pod, asked)


def _container_not_ready(pod: Mapping[str, Any], asked: str | None) -> str | None:
    choice = choose_container(pod, asked)
    if choice is None:
        return (
            "no viable target container found" if asked is None else f"target container `{asked}` not found"
        )
    status = next(status for status in _statuses(pod) if status["name"] == choice.name)
    if not status.get("ready"):
        return f"target container `{choice.name}` is not ready"
    runtime, found, _ = (status.get("containerID") or "").partition("://")
    if not found or runtime not in _RUNTIMES:
        return f"target container `{choice.name}` has no known runtime"
    return None


def _statuses(pod: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return (pod.get("status") or {}).get("containerStatuses") or ()
