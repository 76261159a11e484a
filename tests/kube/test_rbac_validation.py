"""What the server says to invalid and escalating writes of roles and bindings, replayed from its recorded answers.

Only attempts that end inside this code are replayed: conflicts, decoding and missing namespaces are answered elsewhere.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from fakes.apimachinery.objectmeta import validate_object_meta
from fakes.apimachinery.schema import GroupKind, GroupVersionKind, GroupVersionResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes as AdmissionAttributes
from fakes.apiserver.admission.attributes import Operation
from fakes.apiserver.authentication.user import UserInfo, authenticated
from fakes.apiserver.authorization.authorizer import Attributes
from fakes.apiserver.authorization.denial import forbidden
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.authorization.privileged import PrivilegedGroupAuthorizer
from fakes.apiserver.authorization.rbac import RBACAuthorizer
from fakes.apiserver.authorization.union import UnionDecider
from fakes.kube.rbac.bootstrap import bootstrap_objects
from fakes.kube.rbac.granting import GrantingCheck, check_grant
from fakes.kube.rbac.strategies import (
    ClusterRoleBindingStrategy,
    ClusterRoleStrategy,
    RoleBindingStrategy,
    RoleStrategy,
)

Object = dict[str, Any]

GROUP = "rbac.authorization.k8s.io"
CORPUS = Path(__file__).parents[2] / "../shared/oracle/rbac/validation/dev.jsonl"
STRATEGIES = {
    "roles": ("Role", RoleStrategy()),
    "clusterroles": ("ClusterRole", ClusterRoleStrategy()),
    "rolebindings": ("RoleBinding", RoleBindingStrategy()),
    "clusterrolebindings": ("ClusterRoleBinding", ClusterRoleBindingStrategy()),
}
ELSEWHERE = {
    "role-missing-namespace", "role-namespace-mismatch", "role-wrong-type", "role-unknown-field-strict", "role-exists",
    "role-put-name-mismatch", "role-put-stale",
}  # fmt: skip

LINES = [json.loads(line) for line in CORPUS.read_text().splitlines()] if CORPUS.exists() else []
CASES = [
    case for case in LINES[1:] if case["path"].startswith(f"/apis/{GROUP}") and case["id"] not in ELSEWHERE
]
needs_corpus = pytest.mark.skipif(
    not CORPUS.exists(), reason="the recorded answers are not beside the checkout"
)


class Cluster:
    """The part of a server that the attempts go through."""

    def __init__(self, objects: list[Object]) -> None:
        self.policy = Policy()
        self.objects: dict[tuple[str, str, str], Object] = {}
        for obj in [*bootstrap_objects(), *objects]:
            metadata = obj["metadata"] = {"uid": "stored", **obj["metadata"]}
            self.objects[obj["kind"], metadata.get("namespace", ""), metadata["name"]] = obj
            self.policy.set(obj["kind"], metadata.get("namespace", ""), metadata["name"], obj)
        self.decider = UnionDecider(PrivilegedGroupAuthorizer(), RBACAuthorizer(self.policy))

    def write(self, user: UserInfo, method: str, path: str, body: Object) -> Object:
        parts = path.partition("?")[0].split("/")[4:]
        namespace, parts = (parts[1], parts[2:]) if parts[0] == "namespaces" else ("", parts)
        resource, name = parts[0], parts[1] if len(parts) > 1 else ""
        kind, strategy = STRATEGIES[resource]
        verb = {"POST": "create", "PUT": "update", "PATCH": "patch"}[method]
        attributes = Attributes(user, verb, True, namespace, GROUP, "v1", resource, name=name)
        answer = self.decider.decide(attributes)
        if not answer.allowed:
            raise forbidden(attributes, answer.reason)
        old = self.objects.get((kind, namespace, name))
        if method == "PATCH":
            assert old is not None
            metadata = {**old["metadata"], **body["metadata"]}
            body = {**old, "metadata": {key: value for key, value in metadata.items() if value is not None}}
        obj = json.loads(json.dumps(body))
        strategy.default(obj)
        check_grant(
            user, self.decider, self.policy, resource, obj, old, namespace=namespace, request_name=name
        )
        errors = validate_object_meta(
            obj["metadata"], namespaced=bool(namespace), validate_name=strategy.validate_name
        )
        errors += strategy.validate(obj) if old is None else strategy.validate_update(obj, old)
        if errors:
            raise StatusError.invalid(GroupKind(GROUP, kind), obj["metadata"].get("name", ""), errors)
        return obj


def attempt(cluster: Cluster, case: Object) -> Object:
    who = case.get("as", {"user": "admin", "groups": ["system:masters"]})
    user = authenticated(UserInfo.of(who["user"], groups=who["groups"]))
    try:
        return cluster.write(user, case["method"], case["path"], case["body"])
    except StatusError as error:
        return error.status


@needs_corpus
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_attempt_is_answered_as_recorded(case: Object) -> None:
    cluster = Cluster(LINES[0]["objects"])
    answer, expected = attempt(cluster, case), case["expect"]["body"]
    if case["expect"]["code"] >= 400:
        assert answer == expected
    else:
        assert {key: value for key, value in answer.items() if key != "metadata"} == {
            key: value for key, value in expected.items() if key != "metadata"
        }


ROLE_REF = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}


@pytest.mark.parametrize(
    ("resource", "namespace", "changes", "code", "message"),
    [
        ("rolebindings", "n", {"kind": "Foo"}, 500, 'unsupported role reference kind: "Foo"'),
        ("clusterrolebindings", "", {"kind": "Role"}, 400, "Namespace parameter required."),
        ("rolebindings", "n", {"name": ""}, 400, "Name parameter required."),
        (
            "rolebindings",
            "n",
            {"name": "a/b"},
            400,
            "Name parameter invalid: \"a/b\": may not contain '/'",
        ),
    ],
)
def test_role_is_looked_for_before_anything_is_validated_unless_its_author_may_bind(
    resource: str, namespace: str, changes: Object, code: int, message: str
) -> None:
    cluster = Cluster([])
    body = {"metadata": {"name": "x"}, "roleRef": ROLE_REF | changes}
    with pytest.raises(StatusError) as caught:
        check_grant(UserInfo(name="u"), cluster.decider, cluster.policy, resource, body, namespace=namespace)
    assert (caught.value.code, caught.value.message) == (code, message)


def attributes_of(operation: Operation, obj: Object | None, old: Object | None = None) -> AdmissionAttributes:
    resource = GroupVersionResource(GROUP, "v1", "roles")
    return AdmissionAttributes(
        operation=operation, kind=GroupVersionKind(GROUP, "v1", "Role"), resource=resource, subresource="",
        namespace="n", name="r", user=UserInfo(name="u"), dry_run=False, object=obj, old_object=old, warnings=[],
    )  # fmt: skip


def test_admission_plugin_makes_the_check_for_what_is_written() -> None:
    cluster = Cluster([])
    plugin = GrantingCheck(cluster.decider, cluster.policy)
    role = {
        "metadata": {"name": "r"},
        "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}],
    }
    for operation, old in (("CREATE", None), ("UPDATE", {"metadata": {"name": "r"}, "rules": None})):
        with pytest.raises(StatusError, match="attempting to grant RBAC permissions not currently held"):
            asyncio.run(plugin.admit(attributes_of(operation, dict(role), old)))
    asyncio.run(plugin.admit(attributes_of("UPDATE", dict(role), role)))
    asyncio.run(plugin.admit(attributes_of("DELETE", None, role)))


@pytest.mark.parametrize(
    ("strategy", "sent", "stored"),
    [
        (RoleStrategy(), {}, {"rules": None}),
        (RoleStrategy(), {"rules": []}, {"rules": []}),
        (
            ClusterRoleStrategy(),
            {
                "rules": [
                    {"verbs": ["get"], "apiGroups": [], "nonResourceURLs": ["/x"], "resourceNames": None}
                ]
            },
            {"rules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}]},
        ),
        (
            RoleBindingStrategy(),
            {"roleRef": {"kind": "Role", "name": "r"}, "subjects": []},
            {"roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "r"}},
        ),
        (
            ClusterRoleBindingStrategy(),
            {"roleRef": ROLE_REF, "subjects": [{"kind": "ServiceAccount", "name": "s", "namespace": "n"}]},
            {"roleRef": ROLE_REF, "subjects": [{"kind": "ServiceAccount", "name": "s", "namespace": "n"}]},
        ),
        (
            ClusterRoleBindingStrategy(),
            {"roleRef": ROLE_REF, "subjects": [{"kind": "Group", "name": "g"}]},
            {"roleRef": ROLE_REF, "subjects": [{"kind": "Group", "apiGroup": GROUP, "name": "g"}]},
        ),
    ],
)
def test_defaults(strategy: RoleStrategy | RoleBindingStrategy, sent: Object, stored: Object) -> None:
    strategy.default(sent)
    assert sent == stored


def test_rules_without_any_are_stored_as_null() -> None:
    obj: Object = {"rules": []}
    RoleStrategy().prepare_for_create(obj)
    assert obj == {"rules": None}


def test_changing_what_a_binding_refers_to_is_invalid() -> None:
    old, new = {"roleRef": ROLE_REF}, {"roleRef": ROLE_REF | {"name": "edit"}}
    [error] = RoleBindingStrategy().validate_update(new, old)
    assert error.message == (
        f'roleRef: Invalid value: {{"APIGroup":"{GROUP}","Kind":"ClusterRole","Name":"edit"}}: cannot change roleRef'
    )
