"""One module for each way to have a cluster. Only these and ``harness.cli`` may open the door to ``fakes``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from inspect import signature
from typing import Any

from harness.cluster import Cluster, ClusterUnavailableError, OperatorSettings

__all__ = ["DRIVERS", "UnknownClusterError", "check", "open_cluster", "plan_of"]

DRIVERS = {
    "fake": ("harness.drivers.fake:open_fake", "in this process, on a clock that stands still"),
    "served": (
        "harness.drivers.served:open_served",
        "the same behind TLS on loopback, for kubectl and mirrord",
    ),
    "envtest": (
        "harness.drivers.envtest:open_envtest",
        "a real etcd and kube-apiserver on this machine, without nodes",
    ),
    "context": (
        "harness.drivers.context:open_context",
        "context:NAME, the cluster of that context of your kubeconfig",
    ),
    "kind": (
        "harness.drivers.kind:open_kind",
        "a kind cluster, made for the run or kept; kind:NAME names it",
    ),
}
"""By name: where its opener is, and what it is."""

_OURS = frozenset({"fake", "served"})


class UnknownClusterError(ClusterUnavailableError, ValueError):
    """There is no way to have such a cluster."""


def open_cluster(
    spec: str, *, seed: int = 0, now: datetime | None = None, operator: str | None = None,
    settings: OperatorSettings | None = None, **options: Any,
) -> Cluster:  # fmt: skip
    """Make a cluster.

    Args:
        spec: ``fake``, ``served``, or another driver's name, perhaps with an argument: ``context:NAME``.
        now: what time it is to be there; None leaves it to the driver.
        operator: ``model``, ``installed`` or ``none``; None leaves it to the driver.

    Raises:
        ClusterUnavailableError: no driver has that name or such an option, or the driver has no such cluster.
    """
    opener, given = _opener(spec, options if operator is None else {**options, "operator": operator})
    return opener(seed=seed, now=now, settings=settings, **given)


def check(spec: str, **options: Any) -> None:
    """Find out what can be found out without asking the cluster: whether there is such a one, and whether it may be used.

    Raises:
        ClusterUnavailableError: as for ``open_cluster``.
    """
    opener, given = _opener(spec, options)
    checker: Callable[..., None] | None = getattr(import_module(opener.__module__), "check", None)
    if checker is not None:
        checker(**given)


def plan_of(spec: str, **options: Any) -> list[str]:
    """What a run on that cluster is about to do, for people to read; nothing is touched.

    Raises:
        ClusterUnavailableError: as for ``open_cluster``.
    """
    if spec in _OURS and not options:
        return []
    opener, given = _opener(spec, options)
    module = import_module(opener.__module__)
    planner: Callable[..., list[str]] | None = getattr(module, "plan", None)
    return planner(**given) if planner is not None else []


def _opener(spec: str, options: dict[str, Any]) -> tuple[Callable[..., Cluster], dict[str, Any]]:
    """The function that opens such a cluster, and the options for it."""
    name, _, argument = spec.partition(":")
    if name not in DRIVERS:
        known = ", ".join(f"{each} ({what})" for each, (_, what) in DRIVERS.items())
        raise UnknownClusterError(f'there is no cluster "{spec}": choose {known}')
    module, _, function = DRIVERS[name][0].partition(":")
    opener: Callable[..., Cluster] = getattr(import_module(module), function)
    if argument:
        options = {**options, "argument": argument}
    known_options = signature(opener).parameters
    if unknown := [each for each in options if each not in known_options]:
        raise UnknownClusterError(f'the cluster "{name}" has no {", ".join(unknown).replace("_", "-")}')
    return opener, options
