"""Telling the operator of a cluster of ours what happens to it. Only a model can be told, never the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from harness.cluster import Capability, Cluster, OperatorSettings

__all__ = ["Operator", "operator_of"]


class Operator(Protocol):
    """An operator that does what it is told."""

    def configure(self, settings: OperatorSettings) -> None:
        """Be told otherwise in some points, as by an upgrade of its chart; what is None stays as it is."""
        ...

    def fail(self) -> None:
        """Be gone without a word. Nobody serves until the lease has run out; then another instance does."""
        ...

    def replace(self) -> None:
        """Let another instance take over at once, as a rollout does."""
        ...

    def warnings(self) -> Sequence[str]:
        """What it warns of when it starts."""
        ...


@runtime_checkable
class _Controllable(Protocol):
    @property
    def operator(self) -> Operator: ...


def operator_of(cluster: Cluster) -> Operator:
    """The operator of a cluster.

    Raises:
        AssertionError: it cannot be told anything; scenarios that need it have the tag ``@needs_operator_control``.
    """
    assert isinstance(cluster, _Controllable), (
        f"this cluster has no {Capability.OPERATOR_CONTROL}: tag it @needs_operator_control"
    )
    return cluster.operator
