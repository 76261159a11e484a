"""Workloads that keep a number of Pods: apps/v1, and the ReplicationController before it."""

from __future__ import annotations

from fakes.apiserver.registry.strategy import Strategy

__all__ = [
    "ControllerRevisionStrategy",
    "DaemonSetStrategy",
    "DeploymentStrategy",
    "ReplicaSetStrategy",
    "ReplicationControllerStrategy",
    "StatefulSetStrategy",
]


class ControllerRevisionStrategy(Strategy):
    """ControllerRevision."""


class DaemonSetStrategy(Strategy):
    """DaemonSet."""

    has_generation = True
    has_status = True


class DeploymentStrategy(Strategy):
    """Deployment."""

    has_generation = True
    has_status = True


class ReplicaSetStrategy(Strategy):
    """ReplicaSet."""

    has_generation = True
    has_status = True


class ReplicationControllerStrategy(Strategy):
    """ReplicationController."""

    has_generation = True
    has_status = True
    default_propagation = "Orphan"


class StatefulSetStrategy(Strategy):
    """StatefulSet."""

    has_generation = True
    has_status = True
