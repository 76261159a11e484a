"""Sessions that mirrord starts, on somebody's cluster with an operator that lives on: a stand-in's, or the product's where
``MIRRORD_BINARY`` names one that has its layer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from mirrord_stand_in import write_stand_in

from fakes.apimachinery.status import StatusError
from harness.clients.mirrord import MIRRORD_VARIABLE
from harness.cluster import Cluster, ClusterUnavailableError, NotHereError, SubscriptionError
from harness.drivers import open_cluster
from harness.drivers.context import live_run, plan
from harness.drivers.live_run import LiveOptions, LiveRun
from harness.drivers.serving import ServedFake
from harness.drivers.session_starting import find_mirrord
from harness.eventually import eventually
from harness.isolation.sessions import SESSIONS, session_ids
from harness.objects import call, create
from harness.running.commands import run_command
from harness.sessions import sessions
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited, load

TARGET = "deployment/ip-visit-counter"
PORT = 30480
POLICY = {
    "apiVersion": "policies.mirrord.metalbear.co/v1alpha", "kind": "MirrordPolicy",
    "metadata": {"name": "no-steal", "namespace": "default"}, "spec": {"block": ["steal"]},
}  # fmt: skip


@pytest.fixture(params=["stand-in", "product"])
def mirrord(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    binary = os.environ.get("MIRRORD_BINARY")
    if request.param == "product" and not binary:
        pytest.skip("MIRRORD_BINARY names no mirrord")
    path = Path(str(binary)) if request.param == "product" else write_stand_in(tmp_path / "mirrord")
    monkeypatch.setenv(MIRRORD_VARIABLE, str(path))
    return path


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    served = ServedFake(directory=tmp_path / "cluster")
    served.start()
    path = served.write_kubeconfig(tmp_path / "kubeconfig")
    monkeypatch.setenv("KUBECONFIG", str(path))
    yield path
    served.stop()


def _run() -> LiveRun:
    """The run that the driver has made."""
    return live_run("admin", LiveOptions(allow_destructive=True, mirrord=find_mirrord("", "installed")))


@pytest.fixture
def inhabited(mirrord: Path, kubeconfig: Path) -> Iterator[Inhabited]:
    cluster = open_cluster("context:admin", seed=0, allow_destructive=True)
    yield load(find_world("visit-counter"), cluster)
    cluster.close()
    assert session_ids(_run()._api) == []
    _run().end()


def _ports(cluster: Cluster) -> dict[str, list[str]]:
    return {each.id: [str(port) for port in each.ports] for each in sessions(cluster)}


def test_the_plan_says_what_starts_sessions(mirrord: Path, kubeconfig: Path) -> None:
    assert f"  starts sessions by {mirrord}" in plan(argument="admin")
    assert "  starts sessions by its own client of the protocol" in plan(
        argument="admin", sessions="protocol"
    )


def test_a_mirrord_that_is_wanted_and_missing(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(MIRRORD_VARIABLE, raising=False)
    with pytest.raises(ClusterUnavailableError, match="name it by --mirrord, or put it on the PATH"):
        plan(argument="admin", sessions="mirrord")
    assert "  starts sessions by its own client of the protocol" in plan(argument="admin")


def test_they_go_by_the_names_of_the_scenario(inhabited: Inhabited, tmp_path: Path) -> None:
    cluster, dana = inhabited.cluster, inhabited.people["dana"]
    first = inhabited.start_session("dana", TARGET, session_id="A1")
    inhabited.start_session("aviram", TARGET)
    assert first.id == "A1"
    assert first.connected
    listed = {each.id: each.user for each in sessions(cluster)}
    assert listed["A1"] == f"{dana.real_name}/{dana.name}@{dana.hostname}"
    assert "A1" not in session_ids(_run()._api)
    shown = run_command(
        cluster, dana, "kubectl get --raw /apis/operator.metalbear.co/v1/mirrordoperators/operator", home=tmp_path,
        now=cluster.now, environment={},
    )  # fmt: skip
    assert '"id":"A1"' in shown.stdout
    call(cluster.api_client(cluster.admin), "DELETE", f"{SESSIONS}/161")

    def over() -> None:
        assert not first.connected

    eventually(cluster, over)
    assert first.close_reason == "session was stopped by a user"
    assert list(_ports(cluster)) == [inhabited.session_of("aviram").id]


def test_ports_are_asked_for_as_each_is_wanted(inhabited: Inhabited) -> None:
    cluster, session = inhabited.cluster, inhabited.start_session("dana", TARGET, session_id="A1")
    session.subscribe(PORT)
    session.subscribe(PORT + 1, "mirror", "path=^/x")
    assert _ports(cluster) == {
        "A1": [f"Port: {PORT}, Type: steal", f"Port: {PORT + 1}, Type: mirror, Filter: path=^/x"]
    }
    session.unsubscribe(PORT)

    def given_back() -> None:
        assert _ports(cluster) == {"A1": [f"Port: {PORT + 1}, Type: mirror, Filter: path=^/x"]}

    eventually(cluster, given_back)


def test_a_port_that_is_refused(inhabited: Inhabited) -> None:
    inhabited.start_session("dana", TARGET).subscribe(PORT)
    second = inhabited.start_session("aviram", TARGET)
    with pytest.raises(
        SubscriptionError, match=f"port `{PORT}`, as it is being stolen by another mirrord client"
    ):
        second.subscribe(PORT)
    create(inhabited.cluster.api_client(inhabited.cluster.admin), POLICY)
    with pytest.raises(
        SubscriptionError, match=r'is forbidden by the mirrord policy "no-steal" for this target'
    ):
        second.subscribe(PORT + 1)
    assert second.connected


def test_a_session_that_is_refused(inhabited: Inhabited) -> None:
    with pytest.raises(StatusError) as refused:
        inhabited.start_session("dana", "deployment/nothing")
    assert (refused.value.code, refused.value.reason) == (404, "NotFound")
    assert refused.value.message == 'deployments.apps "nothing" not found'


def test_what_mirrord_does_not_do_is_not_here(inhabited: Inhabited) -> None:
    session = inhabited.start_session("dana", TARGET, session_id="A1")
    with pytest.raises(NotHereError, match="comes back to no session"):
        inhabited.come_back("dana")
    with pytest.raises(NotHereError, match="makes the copies that it uses itself"):
        inhabited.start_session("dana", TARGET, copy="copy")
    with pytest.raises(NotHereError, match="no way to start a session with session_ci_info"):
        inhabited.start_session("dana", TARGET, parameters={"session_ci_info": "{}"})
    with pytest.raises(NotHereError, match="is not told"):
        _ = session.application


def test_nothing_is_left_of_one_that_ends(inhabited: Inhabited) -> None:
    session = inhabited.start_session("dana", TARGET)
    session.subscribe(PORT)
    session.disconnect()
    assert not session.connected

    def given_back() -> None:
        assert _ports(inhabited.cluster) == {session.id: []}

    eventually(inhabited.cluster, given_back)
