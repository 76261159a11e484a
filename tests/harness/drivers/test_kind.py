"""The kind driver, with a program that is called as kind is and answers as kind does; its cluster is our own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from harness.cluster import Capability
from harness.drivers.kind import KindCluster
from harness.drivers.kind_binary import Kind, KindError
from harness.drivers.live_run import LiveOptions
from harness.drivers.serving import ServedFake
from harness.objects import call
from harness.worlds.finding import find_world
from harness.worlds.loading import load

_KIND = '''\
#!{python} -S
"""Keeps the names of clusters in a file, and what it was called with in another."""
import json, pathlib, shutil, sys
state = pathlib.Path({state!r})
args = sys.argv[1:]
flags = dict(each[2:].split("=", 1) for each in args if each.startswith("--"))
with (state / "calls").open("a") as calls:
    calls.write(json.dumps(args) + "\\n")
clusters = (state / "clusters").read_text().split()
name = flags.get("name", "kind")
def write():
    text = (state / "kubeconfig").read_text().replace("NAME", name)
    pathlib.Path(flags["kubeconfig"]).write_text(text)
match args[:2]:
    case ["get", "clusters"]:
        print("\\n".join(clusters)) if clusters else print("No kind clusters found.", file=sys.stderr)
    case ["create", "cluster"]:
        if name in clusters:
            sys.exit('ERROR: failed to create cluster: node(s) already exist for a cluster with the name "' + name + '"')
        if flags.get("image") == "broken":
            sys.exit('ERROR: failed to create cluster: command "docker run" failed with error: exit status 125')
        (state / "clusters").write_text(" ".join([*clusters, name]))
        write()
    case ["export", "kubeconfig"]:
        write()
    case ["delete", "cluster"]:
        (state / "clusters").write_text(" ".join(each for each in clusters if each != name))
    case _:
        sys.exit("ERROR: unknown command")
'''


class StandIn:
    """The program and what it knows."""

    def __init__(self, directory: Path) -> None:
        self.bin = directory / "bin"
        self._state = directory / "state"
        for folder in (self.bin, self._state):
            folder.mkdir()
        self.write("docker", "#!/bin/sh\n")
        self.write("kind", _KIND.format(python=sys.executable, state=str(self._state)))
        self.clusters = ""

    def write(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """What it was called with; the file that it was to write is not said."""
        lines = (self._state / "calls").read_text().splitlines()
        return [[each for each in json.loads(line) if "--kubeconfig" not in each] for line in lines]

    @property
    def clusters(self) -> str:
        return (self._state / "clusters").read_text()

    @clusters.setter
    def clusters(self, names: str) -> None:
        (self._state / "clusters").write_text(names)

    def kubeconfig(self, content: dict[str, object]) -> None:
        (self._state / "kubeconfig").write_text(yaml.safe_dump(content))


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = StandIn(tmp_path)
    found.kubeconfig({})
    monkeypatch.setenv("PATH", str(found.bin))
    return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedFake]:
    served = ServedFake(directory=tmp_path / "cluster")
    served.start()
    yield served
    served.stop()


def test_a_cluster_is_made_and_deleted(stand_in: StandIn) -> None:
    cluster = KindCluster(Kind(), "mine", image="kindest/node:v1.36.2", config="kind.yaml")
    assert stand_in.clusters == "mine"
    cluster.close()
    cluster.close()
    assert stand_in.clusters == ""
    assert stand_in.calls == [
        ["get", "clusters"],
        [
            "create",
            "cluster",
            "--name=mine",
            "--wait=180s",
            "--image=kindest/node:v1.36.2",
            "--config=kind.yaml",
        ],
        ["delete", "cluster", "--name=mine"],
    ]
    assert not cluster.kubeconfig.parent.exists()


@pytest.mark.parametrize("there", ["", "mine"])
def test_one_that_is_kept_is_made_once_and_stays(stand_in: StandIn, there: str) -> None:
    stand_in.clusters = f"other {there}"
    cluster = KindCluster(Kind(), "mine", keep=True)
    cluster.close()
    assert stand_in.clusters.split() == ["other", "mine"]
    assert [each[:2] for each in stand_in.calls] == [
        ["get", "clusters"], ["export", "kubeconfig"] if there else ["create", "cluster"]
    ]  # fmt: skip


def test_one_that_is_there_is_not_taken_unasked(stand_in: StandIn) -> None:
    stand_in.clusters = "mine"
    with pytest.raises(KindError, match="use it with --keep, or another name"):
        KindCluster(Kind(), "mine")
    assert stand_in.clusters == "mine"


def test_what_failed_half_way_is_taken_away(stand_in: StandIn) -> None:
    with pytest.raises(KindError, match=r'(?s)kind create cluster failed:.*command "docker run" failed'):
        KindCluster(Kind(), "mine", image="broken")
    assert stand_in.calls[-1] == ["delete", "cluster", "--name=mine"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("kind", "kind is not installed: see https://kind.sigs.k8s.io"),
        ("docker", "docker, podman or nerdctl, and none is"),
    ],
)
def test_says_what_is_missing(stand_in: StandIn, missing: str, said: str) -> None:
    (stand_in.bin / missing).unlink()
    with pytest.raises(KindError, match=said):
        Kind()


def test_scenarios_run_in_it(stand_in: StandIn, served: ServedFake) -> None:
    content = served.kubeconfig()
    context = {"name": "kind-NAME", "context": {"cluster": "fake", "user": "admin"}}
    stand_in.kubeconfig({**content, "contexts": [context]})
    kind = KindCluster(Kind(), "mine")
    run = kind.run(LiveOptions(owned=True))
    cluster = run.open(seed=0, now=None, settings=None)
    assert {Capability.DESTRUCTIVE, Capability.KUBECTL} <= cluster.capabilities
    load(find_world("busy"), cluster)
    admin = cluster.api_client(cluster.admin)
    sessions = call(admin, "GET", "/apis/operator.metalbear.co/v1/sessions")["items"]
    assert len(sessions) == 2
    run.end()
    kind.close()
