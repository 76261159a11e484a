"""One module for each way to have a cluster. Only these and ``harness.cli`` may open the door to ``fakes``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from harness.cluster import Cluster, OperatorSettings

__all__ = ["DRIVERS", "UnknownClusterError", "open_cluster"]

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


class UnknownClusterError(ValueError):
    """There is no way to have such a cluster."""


def open_cluster(
    spec: str, *, seed: int = 0, now: datetime | None = None, operator: str = "model",
    settings: OperatorSettings | None = None, **options: Any,
) -> Cluster:  # fmt: skip
    """Make a cluster.

    Args:
        spec: ``fake``, ``served``, or another driver's name, perhaps with an argument: ``context:NAME``.
        now: what time it is to be there; None leaves it to the driver.
        operator: ``model``, ``installed`` or ``none``.

    Raises:
        UnknownClusterError: no driver has that name.
    """
    name, _, argument = spec.partition(":")
    if name not in DRIVERS:
        known = ", ".join(f"{each} ({what})" for each, (_, what) in DRIVERS.items())
        raise UnknownClusterError(f'there is no cluster "{spec}": choose {known}')
    module, _, function = DRIVERS[name][0].partition(":")
    opener: Callable[..., Cluster] = getattr(import_module(module), function)
    if argument:
        options["argument"] = argument
    return opener(seed=seed, now=now, operator=operator, settings=settings, **options)
