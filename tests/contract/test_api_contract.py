"""What everybody may rely on, whatever the cluster is: the same answers in process, over TLS and from a real one."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from harness.cluster import Cluster
from harness.objects import call

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"


class Namespace:
    """A namespace of a test, and the administrator's hand in it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.config_maps = f"/api/v1/namespaces/{name}/configmaps"

    def admin(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        return call(
            self.cluster.api_client(self.cluster.admin), method, path, body, content_type=content_type
        )

    def as_user(self, name: str, method: str, path: str, body: Any = None) -> Any:
        return call(self.cluster.api_client(self.cluster.user(name)), method, path, body)

    def make(self, name: str, **content: Any) -> Any:
        return self.admin("POST", self.config_maps, {"metadata": {"name": name}, **content})


@pytest.fixture
def space(cluster: Cluster, request: pytest.FixtureRequest) -> Namespace:
    name = f"c-{request.node.originalname.removeprefix('test_').replace('_', '-')[:50]}"
    space = Namespace(cluster, name)
    space.admin("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    return space


def refusal(
    space: Namespace, method: str, path: str, body: Any = None, content_type: str = "application/json"
) -> Any:
    with pytest.raises(StatusError) as caught:
        space.admin(method, path, body, content_type)
    return caught.value.status


def test_what_was_created_can_be_read(space: Namespace) -> None:
    made = space.make("a", data={"k": "v"})
    assert space.admin("GET", f"{space.config_maps}/a") == made
    assert made["metadata"]["uid"]
    assert made["metadata"]["creationTimestamp"]


def test_a_name_is_given_once(space: Namespace) -> None:
    space.make("a")
    status = refusal(space, "POST", space.config_maps, {"metadata": {"name": "a"}})
    assert (status["code"], status["reason"]) == (409, "AlreadyExists")
    assert status["message"] == 'configmaps "a" already exists'


def test_versions_grow_and_old_ones_are_refused(space: Namespace) -> None:
    first = space.make("a", data={"k": "1"})
    second = space.admin("PUT", f"{space.config_maps}/a", {**first, "data": {"k": "2"}})
    assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    status = refusal(space, "PUT", f"{space.config_maps}/a", {**first, "data": {"k": "3"}})
    assert (status["code"], status["reason"]) == (409, "Conflict")


def test_a_write_that_changes_nothing_keeps_the_version(space: Namespace) -> None:
    made = space.make("a", data={"k": "v"})
    patched = space.admin("PATCH", f"{space.config_maps}/a", {"data": {"k": "v"}}, MERGE)
    assert patched["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


@pytest.mark.parametrize(
    ("content_type", "patch"),
    [
        (MERGE, {"data": {"b": "2", "a": None}}),
        (STRATEGIC, {"data": {"b": "2", "a": None}}),
        (JSON_PATCH, [{"op": "remove", "path": "/data/a"}, {"op": "add", "path": "/data/b", "value": "2"}]),
    ],
)
def test_patches(space_for_each: Namespace, content_type: str, patch: Any) -> None:
    space_for_each.make("a", data={"a": "1"})
    patched = space_for_each.admin("PATCH", f"{space_for_each.config_maps}/a", patch, content_type)
    assert patched["data"] == {"b": "2"}


@pytest.fixture
def space_for_each(cluster: Cluster, request: pytest.FixtureRequest) -> Namespace:
    number = request.node.callspec.indices
    space = Namespace(cluster, "c-patches-" + "-".join(str(index) for index in number.values()))
    space.admin("POST", "/api/v1/namespaces", {"metadata": {"name": space.name}})
    return space


def test_fields_have_owners(space: Namespace) -> None:
    def apply(manager: str, value: str) -> Any:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": value}}
        return space.admin("PATCH", f"{space.config_maps}/a?fieldManager={manager}", body, APPLY)

    apply("one", "1")
    with pytest.raises(StatusError) as caught:
        apply("two", "2")
    assert caught.value.code == 409
    assert caught.value.message == 'Apply failed with 1 conflict: conflict with "one": .data.k'


def test_selectors_choose(space: Namespace) -> None:
    for name, label in (("a", "x"), ("b", "y")):
        space.admin("POST", space.config_maps, {"metadata": {"name": name, "labels": {"app": label}}})
    found = space.admin("GET", f"{space.config_maps}?labelSelector=app%20in%20(x)")
    assert [item["metadata"]["name"] for item in found["items"]] == ["a"]
    status = refusal(space, "GET", f"{space.config_maps}?labelSelector=a=b=c")
    assert status["code"] == 400


def test_pages_go_on_where_they_ended(space: Namespace) -> None:
    for name in "abc":
        space.make(name)
    first = space.admin("GET", f"{space.config_maps}?limit=2&fieldSelector=metadata.name!=kube-root-ca.crt")
    token = first["metadata"]["continue"]
    rest = space.admin(
        "GET", f"{space.config_maps}?limit=2&fieldSelector=metadata.name!=kube-root-ca.crt&continue={token}"
    )
    names = [item["metadata"]["name"] for page in (first, rest) for item in page["items"]]
    assert names == ["a", "b", "c"]


def test_a_watch_tells_what_happened(space: Namespace) -> None:
    from kubernetes.client import CoreV1Api
    from kubernetes.watch import Watch

    since = space.admin("GET", space.config_maps)["metadata"]["resourceVersion"]
    space.make("a")
    space.admin("DELETE", f"{space.config_maps}/a")
    api = CoreV1Api(space.cluster.api_client(space.cluster.admin))
    seen = []
    for event in Watch().stream(
        api.list_namespaced_config_map,
        space.name,
        resource_version=since,
        field_selector="metadata.name=a",
        timeout_seconds=5,
    ):
        seen.append(event["type"])
        if len(seen) == 2:
            break
    assert seen == ["ADDED", "DELETED"]


def test_finalizers_hold_an_object(space: Namespace) -> None:
    space.admin("POST", space.config_maps, {"metadata": {"name": "a", "finalizers": ["example.com/hold"]}})
    held = space.admin("DELETE", f"{space.config_maps}/a")
    assert held["metadata"]["deletionTimestamp"]
    space.admin("PATCH", f"{space.config_maps}/a", {"metadata": {"finalizers": None}}, MERGE)
    assert refusal(space, "GET", f"{space.config_maps}/a")["code"] == 404


def test_a_stranger_is_denied_in_the_words_of_the_server(space: Namespace) -> None:
    with pytest.raises(StatusError) as caught:
        space.as_user("stranger", "GET", space.config_maps)
    assert caught.value.status["reason"] == "Forbidden"
    assert caught.value.message == (
        'configmaps is forbidden: User "stranger" cannot list resource "configmaps" in API group "" in the namespace '
        f'"{space.name}"'
    )


def test_a_right_lasts_as_long_as_its_binding(space: Namespace) -> None:
    roles = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{space.name}"
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}]
    space.admin("POST", f"{roles}/roles", {"metadata": {"name": "reader"}, "rules": rules})
    binding = {
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "rachel"}],
    }
    space.admin("POST", f"{roles}/rolebindings", binding)
    eventually(space, lambda: space.as_user("rachel", "GET", space.config_maps))
    with pytest.raises(StatusError):
        space.as_user("rachel", "GET", f"{space.config_maps}/a")
    space.admin("DELETE", f"{roles}/rolebindings/reader")
    eventually_denied(space, lambda: space.as_user("rachel", "GET", space.config_maps))


def eventually(space: Namespace, attempt: Any) -> None:
    """A real server learns of a binding by watching."""
    while True:
        try:
            attempt()
        except StatusError:
            if not space.cluster.pause():
                raise
        else:
            return


def eventually_denied(space: Namespace, attempt: Any) -> None:
    while True:
        try:
            attempt()
        except StatusError as error:
            denied = error
            break
        assert space.cluster.pause(), "the right is still there"
    assert denied.code == 403


def test_what_is_invalid_is_named(space: Namespace) -> None:
    status = refusal(space, "POST", space.config_maps, {"metadata": {"name": "Not Valid"}})
    assert (status["code"], status["reason"]) == (422, "Invalid")
    assert status["details"]["causes"][0]["field"] == "metadata.name"


def test_a_dry_run_leaves_nothing(space: Namespace) -> None:
    space.admin("POST", f"{space.config_maps}?dryRun=All", {"metadata": {"name": "a"}})
    assert refusal(space, "GET", f"{space.config_maps}/a")["code"] == 404


def test_nothing_is_made_in_a_namespace_that_is_not_there(space: Namespace) -> None:
    status = refusal(
        space, "POST", "/api/v1/namespaces/nowhere-at-all/configmaps", {"metadata": {"name": "a"}}
    )
    assert status["message"] == 'namespaces "nowhere-at-all" not found'


def test_a_definition_makes_an_endpoint(space: Namespace) -> None:
    group = f"{space.name}.example.com"
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
    }
    space.admin(
        "POST",
        definitions,
        {
            "metadata": {"name": f"things.{group}"},
            "spec": {
                "group": group,
                "scope": "Namespaced",
                "names": {"plural": "things", "kind": "Thing"},
                "versions": [
                    {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
                ],
            },
        },
    )
    things = f"/apis/{group}/v1/namespaces/{space.name}/things"
    thing = {
        "apiVersion": f"{group}/v1",
        "kind": "Thing",
        "metadata": {"name": "a"},
        "spec": {"size": 1, "odd": True},
    }
    eventually(space, lambda: space.admin("GET", things))
    eventually(space, lambda: space.admin("POST", things, thing))
    assert space.admin("GET", f"{things}/a")["spec"] == {"size": 1}
    status = refusal(space, "POST", things, {**thing, "metadata": {"name": "b"}, "spec": {"size": "x"}})
    assert status["code"] == 422
    space.admin("DELETE", f"{definitions}/things.{group}")
