"""Sessions as the operator keeps them: who writes them, what they say, and how they end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.cluster import License, Settings
from fakes.mirrord.model.commands import KillAll
from fakes.mirrord.protocol.client import Ping

SESSIONS = "/apis/mirrord.metalbear.co/v1alpha/mirrordclustersessions"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/mirrord/leases/mirrord-operator"
TABLE = [(b"accept", b"application/json;as=Table;v=v1;g=meta.k8s.io")]


@pytest.fixture
def settings() -> Settings:
    return Settings(store_sessions=True)


def stored(operated) -> list[dict[str, Any]]:
    operated.cluster.settle()
    items: list[dict[str, Any]] = operated.ask("GET", SESSIONS)["items"]
    return items


def test_a_session_is_written_with_the_rights_of_the_operators_account(operated) -> None:
    operated.connect(0xFF, headers=[("x-client-name", "Aviram Hassan")])
    (session,) = stored(operated)
    assert session["metadata"]["name"] == "ff"
    assert session["spec"] == {
        "owner": {"userId": "", "username": "Aviram Hassan", "hostname": "host", "k8sUsername": "admin"},
        "namespace": "default",
        "target": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop", "container": None},
        "key": "k",
    }
    assert "connectedTimestamp" in session["status"]
    writer = {entry.user for entry in operated.cluster.audit if entry.path.startswith(SESSIONS)}
    assert writer == {"system:serviceaccount:mirrord:mirrord-operator", "admin"}


def test_a_closed_session_says_why_until_its_finalizer_is_gone(operated) -> None:
    operated.connect(0xFF)
    assert len(stored(operated)) == 1
    operated.ask("DELETE", "/sessions/255")
    (session,) = stored(operated)
    assert session["status"]["closed"]["reason"] == "Killed"
    assert "deletionTimestamp" in session["metadata"]
    operated.step(9)
    assert len(stored(operated)) == 1
    operated.step(1)
    assert stored(operated) == []


def test_a_session_that_ends_before_it_is_written_is_written_all_the_same(operated) -> None:
    operated.connect(0xFF)
    operated.cluster.operator.sessions.do(KillAll())
    assert [each["status"]["closed"]["reason"] for each in stored(operated)] == ["Killed"]


def test_whoever_deletes_a_stored_session_ends_it(operated) -> None:
    socket = operated.connect(0xFF)
    assert len(stored(operated)) == 1
    operated.ask("DELETE", f"{SESSIONS}/ff")
    operated.cluster.settle()
    assert operated.ids() == []
    assert operated.hear(socket) is not None


def test_columns(operated) -> None:
    operated.connect(0xFF)
    operated.cluster.settle()
    _, body = operated.raw("GET", SESSIONS, headers=TABLE, certificate=operated.certificate("admin"))
    table = json.loads(body)
    names = [column["name"] for column in table["columnDefinitions"]]
    assert names == [
        "Name", "USER ID", "USERNAME", "HOSTNAME", "K8S USER", "NAMESPACE", "TARGET", "STARTED AT", "CLOSED AT",
        "CLOSE REASON",
    ]  # fmt: skip
    assert table["rows"][0]["cells"][0] == "ff"
    assert table["rows"][0]["cells"][5] == "default"


@pytest.mark.parametrize(("tier", "left"), [("enterprise", ["ff"]), ("teams", [])])
def test_the_lease_and_what_survives(operated, tier: Any, left: list[str]) -> None:
    operated.cluster.operator.reconfigure(Settings(store_sessions=True, license=License(tier=tier)))
    socket = operated.connect(0xFF)
    assert operated.say(socket, Ping()) is not None
    operated.cluster.settle()
    assert operated.ask("GET", LEASE)["spec"]["holderIdentity"] == "mirrord-operator-0"
    operated.cluster.operator.replace()
    operated.cluster.settle()
    lease = operated.ask("GET", LEASE)["spec"]
    assert (lease["holderIdentity"], lease["leaseTransitions"]) == ("mirrord-operator-1", 1)
    assert [each["metadata"]["name"] for each in stored(operated) if "closed" not in each["status"]] == left


def test_nothing_is_written_unless_it_is_told_to() -> None:
    assert not Settings().store_sessions
