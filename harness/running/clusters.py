"""The clusters of one scenario: opened when a sentence needs one, closed when the scenario ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from harness.cluster import Capability, Cluster, ClusterUnavailableError
from harness.evidence import AuditEntry
from harness.worlds import World
from harness.worlds.loading import Inhabited, load

__all__ = ["CLUSTERS", "Clusters", "OpenCluster", "open_by_driver"]

OpenCluster = Callable[..., Cluster]


def open_by_driver(spec: str, **settings: Any) -> Cluster:
    """The cluster that a driver makes for ``fake``, ``served`` or another name."""
    from harness.drivers import open_cluster  # type: ignore[attr-defined,unused-ignore]

    cluster: Cluster = open_cluster(spec, **settings)
    return cluster


class Clusters:
    """Opens the one cluster of a scenario. A fresh one each time: nothing is left over from another scenario."""

    def __init__(
        self, spec: str, seed: int, *, open_cluster: OpenCluster, needs: frozenset[str] = frozenset()
    ) -> None:
        self.spec = spec
        self.seed = seed
        self._needs = needs
        self._open_cluster = open_cluster
        self._opened: Inhabited | None = None

    @property
    def opened(self) -> Inhabited | None:
        return self._opened

    def open(self, world: World, *, now: datetime | None = None) -> Inhabited:
        """A cluster with a world in it.

        Raises:
            AssertionError: the scenario has one already; a world can only be where it begins.
        """
        if self._opened is not None:
            raise AssertionError("this scenario has a cluster already; a world has to be its first sentence")
        start = now or world.start
        oldest = max((session.age for session in world.sessions), default=timedelta(0))
        settings: dict[str, Any] = {"seed": self.seed, "now": start and start - oldest}
        if world.operator is not None:
            settings["settings"] = world.operator
        try:
            cluster = self._open_cluster(self.spec, **settings)
        except ClusterUnavailableError as error:
            pytest.exit(f"the cluster {self.spec!r} cannot be had: {error}", returncode=4)
        self._opened = Inhabited(cluster, {}, {}, self.seed)
        told = {Capability.OPERATOR_CONTROL} if world.operator is not None else set()
        if missing := sorted((self._needs | told) - cluster.capabilities):
            pytest.skip(f"the cluster {self.spec!r} has no {', '.join(missing).replace('_', ' ')}")
        self._opened = load(world, cluster, seed=self.seed)
        return self._opened

    def evidence(self) -> Sequence[AuditEntry]:
        return self._opened.cluster.evidence() if self._opened is not None else ()

    @property
    def description(self) -> str:
        """How to have the same cluster again."""
        return f"cluster: {self.spec}, seed: {self.seed}" if self._opened is not None else ""

    def close(self) -> None:
        if self._opened is not None:
            self._opened.cluster.close()


CLUSTERS: pytest.StashKey[Clusters] = pytest.StashKey()
