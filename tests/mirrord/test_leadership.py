"""Who leads, for how long nobody does, and what is served meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fakes.cluster import Settings
from fakes.mirrord.controllers.leadership import Lease, lease_end
from fakes.mirrord.protocol.client import Ping
from fakes.mirrord.protocol.daemon import Pong

START = datetime(2026, 3, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failed", "end"), [(0, 120), (1, 120), (59, 120), (60, 180), (119, 180), (3600, 3720)]
)
def test_a_lease_runs_out_after_its_last_renewal(failed: int, end: int) -> None:
    lease = Lease(holder="a", acquired=START)
    assert lease_end(lease, Settings(), START + timedelta(seconds=failed)) == START + timedelta(seconds=end)


def test_nobody_serves_until_then(operated) -> None:
    socket = operated.connect(0xFF)
    assert operated.say(socket, Ping()) == Pong()
    operated.cluster.operator.fail()
    assert operated.refusal("GET", "/mirrordoperators/operator").code == 503
    operated.step(119)
    assert operated.refusal("GET", "/mirrordoperators/operator").code == 503
    operated.step(1)
    assert operated.ids() == ["FF"]
    assert operated.cluster.operator.leadership.lease.transitions == 1


def test_failing_twice_is_failing_once(operated) -> None:
    operated.cluster.operator.fail()
    operated.step(60)
    operated.cluster.operator.fail()
    operated.step(60)
    assert operated.ids() == []


def test_a_rollout_ends_the_waiting(operated) -> None:
    operated.cluster.operator.fail()
    operated.cluster.operator.replace()
    assert operated.ids() == []
    operated.step(200)
    assert operated.cluster.operator.leadership.lease.transitions == 1


def test_sessions_that_nobody_was_connected_to_go_on_running_out(operated) -> None:
    operated.connect(0xA).close()
    operated.connect(0xB)
    operated.cluster.operator.fail()
    operated.step(120)
    assert operated.ids() == ["B"]
