"""What must hold of any policy: rights grow with bindings, the index forgets nothing, and coverage means what it says."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apiserver.authentication.user import UserInfo, service_account_username
from fakes.apiserver.authorization.authorizer import Attributes
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.authorization.rbac import RBACAuthorizer
from fakes.apiserver.storage.interface import Event, Stored
from fakes.kube.rbac.escalation import covers
from fakes.kube.rbac.feed import listener

Object = dict[str, Any]
Change = tuple[str, str, str, Object | None]

VERBS = ["get", "list", "*"]
GROUPS = ["", "apps", "*"]
RESOURCES = ["pods", "pods/log", "*/log", "pods/*", "*"]
PATHS = ["/a", "/a/*", "/a*", "*", "**"]
NAMES = ["x", "y", ""]
NAMESPACES = ["n", "m"]


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2)


RULES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"verbs": some(VERBS), "apiGroups": some(GROUPS), "resources": some(RESOURCES)},
            optional={"resourceNames": some(NAMES)},
        ),
        st.fixed_dictionaries({"verbs": some(VERBS), "nonResourceURLs": some(PATHS)}),
    ),
    max_size=3,
)
SUBJECTS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["User", "Group"]), "name": st.sampled_from(["u", "g"])}
        ),
        st.just({"kind": "ServiceAccount", "name": "s"}),
        st.just({"kind": "ServiceAccount", "name": "s", "namespace": "n"}),
    ),
    max_size=3,
)
ROLE_NAMES = st.sampled_from(["r1", "r2"])
ROLES = st.one_of(
    st.tuples(
        st.just("ClusterRole"), st.just(""), ROLE_NAMES, st.builds(lambda rules: {"rules": rules}, RULES)
    ),
    st.tuples(
        st.just("Role"),
        st.sampled_from(NAMESPACES),
        ROLE_NAMES,
        st.builds(lambda rules: {"rules": rules}, RULES),
    ),
)


def binding(kind: str, role_kind: str, role: str, subjects: list[Object]) -> Object:
    return {"roleRef": {"kind": role_kind, "name": role}, "subjects": subjects}


BINDINGS = st.one_of(
    st.tuples(
        st.just("ClusterRoleBinding"), st.just(""), st.sampled_from(["b1", "b2"]),
        st.builds(binding, st.just(""), st.just("ClusterRole"), ROLE_NAMES, SUBJECTS),
    ),
    st.tuples(
        st.just("RoleBinding"), st.sampled_from(NAMESPACES), st.sampled_from(["b1", "b2"]),
        st.builds(binding, st.just(""), st.sampled_from(["Role", "ClusterRole"]), ROLE_NAMES, SUBJECTS),
    ),
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.one_of(ROLES, BINDINGS), st.booleans()).map(
        lambda pair: pair[0] if pair[1] else (*pair[0][:3], None)
    ),
    max_size=12,
)
USERS = st.sampled_from(
    [UserInfo.of("u"), UserInfo.of("g", groups=["g"]), UserInfo.of(service_account_username("n", "s"))]
)
QUESTIONS = st.one_of(
    st.builds(
        Attributes, USERS, st.sampled_from(["get", "list", "*"]), st.just(True), st.sampled_from(["", "n", "m"]),
        st.sampled_from(["", "apps"]), st.just("v1"), st.sampled_from(["pods", "nodes"]), st.sampled_from(["", "log", "*"]),
        st.sampled_from(["", "x", "z"]),
    ),
    st.builds(
        lambda user, verb, path: Attributes(user, verb, False, path=path), USERS, st.sampled_from(["get", "put"]),
        st.sampled_from(["/a", "/a/b", "/b", ""]),
    ),
)  # fmt: skip


def apply(policy: Policy, change: Change) -> None:
    kind, namespace, name, obj = change
    if obj is None:
        policy.remove(kind, namespace, name)
    else:
        policy.set(kind, namespace, name, obj)


def fresh(changes: list[Change]) -> Policy:
    """A policy that is told only what is left in the end."""
    left = {change[:3]: change for change in changes}
    policy = Policy()
    for change in left.values():
        if change[3] is not None:
            apply(policy, change)
    return policy


@settings(max_examples=60, deadline=None)
@given(CHANGES, st.lists(QUESTIONS, min_size=1, max_size=4))
def test_policy_that_saw_every_change_decides_as_one_that_saw_the_outcome(
    changes: list[Change], questions: list[Attributes]
) -> None:
    policy = Policy()
    authorizer = RBACAuthorizer(policy)
    for change in changes:
        apply(policy, change)
        for question in questions:
            authorizer.decide(question)
    expected = RBACAuthorizer(fresh(changes))
    for question in questions:
        assert authorizer.decide(question).allowed is expected.decide(question).allowed
        ours = authorizer.rules_for(question.user, question.namespace)
        theirs = expected.rules_for(question.user, question.namespace)
        assert sorted(map(str, ours.resource_rules)) == sorted(map(str, theirs.resource_rules))
        assert sorted(ours.errors) == sorted(theirs.errors)


@settings(max_examples=60, deadline=None)
@given(CHANGES, BINDINGS, QUESTIONS)
def test_another_binding_takes_no_right_away(
    changes: list[Change], added: Change, question: Attributes
) -> None:
    policy = fresh(changes)
    before = RBACAuthorizer(policy).decide(question)
    kind, namespace, _, obj = added
    apply(policy, (kind, namespace, "another", obj))
    assert RBACAuthorizer(policy).decide(question).allowed or not before.allowed


@settings(max_examples=60, deadline=None)
@given(RULES, RULES, QUESTIONS)
def test_who_holds_rules_that_cover_others_may_do_all_that_those_allow(
    owner: list[Object], rules: list[Object], question: Attributes
) -> None:
    if covers(owner, rules):
        return

    def allows(held: list[Object]) -> bool:
        policy = Policy()
        policy.set("ClusterRole", "", "r", {"rules": held})
        subject = {"kind": "User", "name": question.user.name}
        policy.set("ClusterRoleBinding", "", "b", binding("", "ClusterRole", "r", [subject]))
        return RBACAuthorizer(policy).decide(question).allowed

    assert allows(owner) or not allows(rules)


@settings(max_examples=60, deadline=None)
@given(RULES, RULES)
def test_rules_cover_themselves_and_parts_of_them(rules: list[Object], more: list[Object]) -> None:
    assert not covers(rules, rules)
    assert not covers(more + rules, rules)
    full = [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
        {"verbs": ["*"], "nonResourceURLs": ["*"]},
    ]
    assert not covers(full, rules)


GET_PODS = {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}


def test_reason_names_the_first_subject_that_is_the_user() -> None:
    policy = Policy()
    policy.set("ClusterRole", "", "r", GET_PODS)
    subjects = [
        {"kind": "Group", "name": "other"},
        {"kind": "Group", "name": "g"},
        {"kind": "User", "name": "u"},
    ]
    policy.set("RoleBinding", "n", "b", binding("", "ClusterRole", "r", subjects))
    question = Attributes(UserInfo.of("u", groups=["g"]), "get", namespace="n", resource="pods")
    answer = RBACAuthorizer(policy).decide(question)
    assert answer.reason == 'RBAC: allowed by RoleBinding "b/n" of ClusterRole "r" to Group "g"'


def test_missing_roles_are_the_reason_of_a_refusal() -> None:
    policy = Policy()
    user = {"kind": "User", "name": "u"}
    policy.set(
        "ClusterRoleBinding", "", "b", binding("", "ClusterRole", "x", [user, {"kind": "Group", "name": "g"}])
    )
    policy.set("RoleBinding", "n", "b", binding("", "Role", "y", [user]))
    question = Attributes(UserInfo.of("u", groups=["g"]), "get", namespace="n", resource="pods")
    authorizer = RBACAuthorizer(policy)
    missing = 'clusterrole.rbac.authorization.k8s.io "x" not found'
    assert authorizer.decide(question._replace(namespace="")).reason == f"RBAC: {missing}"
    both = f'[{missing}, role.rbac.authorization.k8s.io "y" not found]'
    assert authorizer.decide(question).reason == f"RBAC: {both}"


def test_policy_hears_of_what_is_stored() -> None:
    policy = Policy()
    hear = listener(policy)
    question = Attributes(UserInfo.of("u"), "get", namespace="n", resource="pods")
    group = "rbac.authorization.k8s.io"

    def event(kind: Any, resource: str, namespace: str, name: str, content: Object) -> Event:
        metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
        stored = Stored(name, {"metadata": metadata, **content}, 1)
        return Event(kind, resource, stored, None)

    given_to_u = binding("", "Role", "r", [{"kind": "User", "name": "u"}])
    hear(event("ADDED", f"rolebindings.{group}", "n", "b", given_to_u))
    hear(event("ADDED", "roles", "n", "r", GET_PODS))
    assert not RBACAuthorizer(policy).decide(question).allowed
    hear(event("MODIFIED", f"roles.{group}", "n", "r", GET_PODS))
    assert RBACAuthorizer(policy).decide(question).allowed
    hear(event("DELETED", f"rolebindings.{group}", "n", "b", given_to_u))
    assert not RBACAuthorizer(policy).decide(question).allowed
