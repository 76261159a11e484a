"""What is owned goes with its owner, before it, or stays."""

from __future__ import annotations

from typing import Any

import pytest

MAPS = "/api/v1/namespaces/default/configmaps"


def owned(world, name: str, *owners: str, block: bool = True, **metadata: Any) -> None:
    references = []
    for owner in owners:
        uid = world("GET", f"{MAPS}/{owner}")["metadata"]["uid"]
        references.append(reference(owner, uid, block=block))
    world.create(MAPS, {"metadata": {"name": name, "ownerReferences": references, **metadata}})


def reference(name: str, uid: str, *, block: bool = True) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": uid, "blockOwnerDeletion": block}


@pytest.fixture
def family(world):
    """A grandparent, a parent, a child."""
    owned(world, "old")
    owned(world, "middle", "old")
    owned(world, "young", "middle")
    return world


def left(world) -> list[str]:
    return [name for name in world.names(MAPS) if name != "kube-root-ca.crt"]


@pytest.mark.parametrize(
    ("policy", "expected"), [("Background", []), ("Foreground", []), ("Orphan", ["middle", "young"])]
)
def test_the_policy_of_a_deletion_decides(family, policy, expected):
    family.delete(f"{MAPS}/old", policy)
    assert left(family) == expected


def test_orphans_name_no_owner_any_more(family):
    family.delete(f"{MAPS}/old", "Orphan")
    assert "ownerReferences" not in family("GET", f"{MAPS}/middle")["metadata"]


def test_an_owner_waits_for_what_blocks_it(family):
    owned(family, "held", "young", finalizers=["example.com/hold"])
    family.delete(f"{MAPS}/old", "Foreground")
    assert left(family) == ["held", "middle", "old", "young"]
    for name in ("middle", "old", "young"):
        assert family("GET", f"{MAPS}/{name}")["metadata"]["finalizers"] == ["foregroundDeletion"]
    family.merge(f"{MAPS}/held", {"metadata": {"finalizers": None}})
    assert left(family) == []


def test_an_owner_does_not_wait_for_what_does_not_block_it(world):
    owned(world, "old")
    owned(world, "held", "old", block=False, finalizers=["example.com/hold"])
    world.delete(f"{MAPS}/old", "Foreground")
    assert left(world) == ["held"]


def test_one_owner_is_enough_to_stay(world):
    owned(world, "one")
    owned(world, "other")
    owned(world, "shared", "one", "other")
    world.delete(f"{MAPS}/one")
    assert left(world) == ["other", "shared"]
    owners = world("GET", f"{MAPS}/shared")["metadata"]["ownerReferences"]
    assert [each["name"] for each in owners] == ["other"]
    world.delete(f"{MAPS}/other")
    assert left(world) == []


@pytest.mark.parametrize("uid", ["00000000-0000-4000-8000-000000000000"])
def test_an_owner_that_never_was_is_as_good_as_gone(world, uid):
    world.create(MAPS, {"metadata": {"name": "lost", "ownerReferences": [reference("nobody", uid)]}})
    assert left(world) == []


def test_an_owner_in_another_namespace_is_none(world):
    owned(world, "old")
    uid = world("GET", f"{MAPS}/old")["metadata"]["uid"]
    elsewhere = "/api/v1/namespaces/kube-public/configmaps"
    world.create(elsewhere, {"metadata": {"name": "far", "ownerReferences": [reference("old", uid)]}})
    assert world.names(elsewhere) == ["kube-root-ca.crt"]


def test_an_owner_of_an_unknown_kind_keeps_what_it_owns(world):
    unknown = {"apiVersion": "example.com/v1", "kind": "Widget", "name": "w", "uid": "1"}
    world.create(MAPS, {"metadata": {"name": "kept", "ownerReferences": [unknown]}})
    assert left(world) == ["kept"]


def test_owners_that_wait_for_each_other_go_together(world):
    owned(world, "a")
    owned(world, "b", "a")
    uid = world("GET", f"{MAPS}/b")["metadata"]["uid"]
    world.merge(f"{MAPS}/a", {"metadata": {"ownerReferences": [reference("b", uid)]}})
    world.delete(f"{MAPS}/a", "Foreground")
    assert left(world) == []


def test_the_collector_acts_in_its_own_name(family):
    family.delete(f"{MAPS}/old")
    deletions = {
        event.user
        for event in family.cluster.audit
        if event.method == "DELETE" and event.path.endswith("/young")
    }
    assert deletions == {"system:serviceaccount:kube-system:generic-garbage-collector"}


def test_without_the_collector_a_foreground_deletion_hangs(make_world):
    world = make_world(controllers=["namespace"])
    owned(world, "old")
    world.delete(f"{MAPS}/old", "Foreground")
    assert world("GET", f"{MAPS}/old")["metadata"]["finalizers"] == ["foregroundDeletion"]


class TestCustomResources:
    """They are owners, dependents and contents of namespaces like any other kind."""

    DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    WIDGETS = "/apis/example.com/v1/namespaces/{}/widgets"

    @pytest.fixture
    def widgets(self, world):
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        spec = {
            "group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        }  # fmt: skip
        world.create(self.DEFINITIONS, {"metadata": {"name": "widgets.example.com"}, "spec": spec})
        return world

    def create(self, world, namespace: str, name: str, **metadata: Any) -> dict[str, Any]:
        body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name, **metadata}}
        created: dict[str, Any] = world.create(self.WIDGETS.format(namespace), body)
        return created

    def test_they_own_and_are_owned(self, widgets):
        top = self.create(widgets, "default", "top")
        mine = {**reference("top", top["metadata"]["uid"]), "apiVersion": "example.com/v1", "kind": "Widget"}
        self.create(widgets, "default", "part", ownerReferences=[mine])
        widgets.create(MAPS, {"metadata": {"name": "part", "ownerReferences": [mine]}})
        widgets.delete(f"{self.WIDGETS.format('default')}/top", "Foreground")
        assert widgets.names(self.WIDGETS.format("default")) == []
        assert left(widgets) == []

    def test_they_go_with_their_namespace(self, widgets):
        widgets.create("/api/v1/namespaces", {"metadata": {"name": "shop"}})
        self.create(widgets, "shop", "w", finalizers=["example.com/hold"])
        widgets.delete("/api/v1/namespaces/shop")
        message = next(
            each["message"]
            for each in widgets("GET", "/api/v1/namespaces/shop")["status"]["conditions"]
            if each["type"] == "NamespaceContentRemaining"
        )
        assert message == "Some resources are remaining: widgets.example.com has 1 resource instances"
        path = f"{self.WIDGETS.format('shop')}/w"
        widgets.merge(path, {"metadata": {"finalizers": None}})
        assert not widgets.exists("/api/v1/namespaces/shop")
