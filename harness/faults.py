"""Making a cluster fail: requests that are refused, delayed or cut off, watches that end, servers that are away.

Only a cluster of ours can; it says so by ``Capability.FAULTS``.
"""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from fakes.apimachinery.faults import (
    Cut,
    Delay,
    Effect,
    EndWatch,
    Fault,
    Refuse,
    internal_error,
    overloaded,
    unavailable,
)
from fakes.apimachinery.status import StatusError
from harness.cluster import Capability, Cluster

__all__ = [
    "OPERATOR_SERVICE",
    "Cut",
    "Delay",
    "Effect",
    "EndWatch",
    "Fault",
    "Faults",
    "Refuse",
    "faults_of",
    "overloaded",
    "refusal_with",
]


OPERATOR_SERVICE: Final = ("mirrord", "mirrord-operator")
"""Namespace and name of the Service behind which the operator answers. Source: the product's chart."""


class Faults(Protocol):
    """What can be made to go wrong."""

    def add(self, fault: Fault) -> None:
        """Make requests fail from now on."""
        ...

    def clear(self) -> None:
        """Let all go well again."""
        ...

    def end_watches(self, fault: Fault) -> int:
        """End the open watches that a fault with ``EndWatch`` is for; how many there were."""
        ...

    def compact(self) -> None:
        """Forget the history of all objects."""
        ...

    def take_down(self, namespace: str, service: str) -> None:
        """Let the extension server behind a Service be unreachable."""
        ...

    def bring_back(self, namespace: str, service: str) -> None:
        """Let it be reachable again."""
        ...


@runtime_checkable
class _Fallible(Protocol):
    @property
    def faults(self) -> Faults: ...


def faults_of(cluster: Cluster) -> Faults:
    """What a cluster can be made to do wrong.

    Raises:
        AssertionError: it cannot; scenarios that need it have the tag ``@needs_faults``.
    """
    assert isinstance(cluster, _Fallible), f"this cluster has no {Capability.FAULTS}: tag it @needs_faults"
    return cluster.faults


def refusal_with(code: int) -> Refuse:
    """A refusal with a status code, in the words in which a server that is in trouble says it."""
    match code:
        case 429:
            return overloaded()
        case 500:
            return internal_error()
        case 503:
            return unavailable()
    return Refuse(StatusError.of(code, "", f"the server answered with the status code {code} on demand"))
