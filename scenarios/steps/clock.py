"""Time, as the cluster knows it and as it is beside the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_bdd import given, when

from harness.cluster import Cluster
from harness.running.freezing import frozen_at
from scenarios.vocabulary import sentence


@dataclass(frozen=True, slots=True)
class Desks:
    """The clocks of people's machines. They agree with the cluster's unless a sentence has set them."""

    cluster: Cluster
    frozen: Any = None

    def now(self) -> datetime:
        moment: datetime = self.cluster.now() if self.frozen is None else self.frozen().replace(tzinfo=UTC)
        return moment

    def step(self, elapsed: timedelta) -> None:
        if self.frozen is not None:
            self.frozen.tick(elapsed)


@pytest.fixture
def desks(cluster: Cluster) -> Desks:
    """The clocks of people's machines."""
    return Desks(cluster)


@given(sentence('it is "{start:Moment}"'), target_fixture="start")
def _(start: datetime) -> datetime:
    """The cluster's time begins here, in UTC. Has to come before what needs a cluster."""
    return start


@given(sentence('the clocks on all desks show "{moment:Moment}"'), target_fixture="desks")
def _(moment: datetime, cluster: Cluster) -> Iterator[Desks]:
    """The time of the people's machines, in UTC, which need not agree with the cluster's."""
    with frozen_at(moment) as frozen:
        yield Desks(cluster, frozen)


@when(sentence("{elapsed:Duration} pass"))
@when(sentence("{elapsed:Duration} passes"))
def _(elapsed: timedelta, cluster: Cluster, desks: Desks) -> None:
    """Let time pass, and what is due happen. Tag the scenario @needs_clock_control."""
    cluster.step(elapsed)
    desks.step(elapsed)
