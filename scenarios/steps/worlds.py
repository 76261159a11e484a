"""Where a story begins: a world, or nothing but an operator."""

from __future__ import annotations

import pytest
from pytest_bdd import given

from harness.running.clusters import Clusters
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@given(sentence('the world "{name:Text}"'), target_fixture="inhabited")
def _(name: str, clusters: Clusters, request: pytest.FixtureRequest) -> Inhabited:
    """A named starting state: workloads, people, roles, sessions. Looked for in worlds/ beside the feature first."""
    return clusters.open(find_world(name, beside=request.path.parent))


@given("a cluster with the mirrord operator")
def _(inhabited: Inhabited) -> None:
    """Nothing but the operator and its roles."""
