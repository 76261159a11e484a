"""A world is put into a cluster through its API, and its sessions are started as people start them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cluster_double import ClusterDouble

from harness.cluster import ANONYMOUS
from harness.sessions import sessions
from harness.worlds import Grant, Person, PortOfSession, SessionOfWorld, Workload, World
from harness.worlds.finding import find_world
from harness.worlds.loading import ADMINISTRATOR, ANYBODY, load, take_away
from harness.worlds.manifests import binding, without_verbs, workload

CLUSTER_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"


def test_sessions_have_their_ages() -> None:
    people = (Person(key="dana"), Person(key="noa"))
    world = World(
        people=people,
        sessions=(
            SessionOfWorld(person="dana", target="pod/a", id="1", age=timedelta(seconds=4)),
            SessionOfWorld(
                person="noa",
                target="pod/b",
                id="2",
                age=timedelta(seconds=13),
                ports=(PortOfSession(port=80),),
            ),
        ),
    )
    cluster = ClusterDouble(now=datetime(2026, 1, 1, tzinfo=UTC))
    load(world, cluster)
    assert [(each.id, each.seconds, list(map(str, each.ports))) for each in sessions(cluster)] == [
        ("2", 13, ["Port: 80, Type: steal"]),
        ("1", 4, []),
    ]


def test_sentences_call_people_by_their_key_in_any_case() -> None:
    inhabited = load(find_world("busy"), ClusterDouble())
    assert inhabited.person("Aviram").name == "aviram@metalbear.co"
    assert inhabited.person(ADMINISTRATOR) is inhabited.cluster.admin
    assert inhabited.person(ANYBODY) is ANONYMOUS
    assert inhabited.session_of("Dana").id == "487F4F2B6D2376AD"


def test_somebody_unknown_is_told_who_is_known() -> None:
    with pytest.raises(AssertionError, match="there is nobody called Noa; there are Aviram, Dana"):
        load(find_world("busy"), ClusterDouble()).person("Noa")


def test_roles_are_bound_and_verbs_taken_away() -> None:
    cluster = ClusterDouble()
    load(World(people=(Person(key="noa", user="noa", roles=(Grant(role="view"),)),)), cluster)
    take_away(cluster, "mirrord-operator-user", "sessions", "deletecollection")
    rules = cluster.objects[f"{CLUSTER_ROLES}/mirrord-operator-user"]["rules"]
    assert [rule["verbs"] for rule in rules if "sessions" in rule["resources"]] == [["delete"]]
    assert "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/view:user:noa" in cluster.objects


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ((["sessions"], ["delete", "get"]), [(["sessions"], ["get"])]),
        ((["sessions"], ["delete"]), []),
        ((["targets"], ["delete"]), [(["targets"], ["delete"])]),
        ((["a", "sessions"], ["delete", "get"]), [(["a"], ["delete", "get"]), (["sessions"], ["get"])]),
        ((["a", "sessions"], ["delete"]), [(["a"], ["delete"])]),
    ],
)
def test_taking_a_verb_away_leaves_all_others(
    rule: tuple[list[str], list[str]], left: list[tuple[list[str], list[str]]]
) -> None:
    found = without_verbs(
        [{"apiGroups": ["g"], "resources": rule[0], "verbs": rule[1]}], "sessions", ["delete"]
    )
    assert [(each["resources"], each["verbs"]) for each in found] == left


@pytest.mark.parametrize(
    ("kind", "api_version"),
    [
        ("deployment", "apps/v1"),
        ("statefulset", "apps/v1"),
        ("replicaset", "apps/v1"),
        ("pod", "v1"),
        ("service", "v1"),
        ("job", "batch/v1"),
        ("cronjob", "batch/v1"),
    ],
)
def test_every_kind_of_workload_has_a_manifest(kind: str, api_version: str) -> None:
    obj = workload(Workload(kind=kind, name="a"))
    assert (obj["apiVersion"], obj["kind"].lower()) == (api_version, kind)


def test_a_right_in_a_namespace_is_a_role_binding() -> None:
    obj = binding("User", "dana@example.com", Grant(role="view", namespace="shop"))
    assert (obj["kind"], obj["metadata"]["namespace"]) == ("RoleBinding", "shop")
