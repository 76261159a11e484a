"""The operator's model: authorization, routing, many sessions."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import Attributes
from fakes.cluster import FakeCluster
from harness.benchmarks.measuring import Figure

__all__ = ["figures"]


def figures() -> Iterator[Figure]:
    """Every measurement of decisions and of the operator."""
    yield from _decisions()


def _decisions() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    decide = cluster.kube.rbac.decide
    users = [UserInfo(name=f"user-{number}", groups=("system:authenticated",)) for number in range(100)]
    verbs = ("get", "list", "delete", "deletecollection", "create")
    started = process_time()
    for number in range(200_000):
        decide(
            Attributes(
                users[number % 100], verbs[number % 5], True, f"ns-{number % 50}", "operator.metalbear.co", "v1", "sessions",
                "", f"s{number}", "",
            )
        )  # fmt: skip
    elapsed = (process_time() - started) * 5
    yield Figure(name="1,000,000 authorization decisions", value=elapsed, unit="s", aim=60)
    cluster.close()
