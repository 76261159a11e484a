"""Acting as somebody else: who becomes whom, and what the refused are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import NO_OPINION, Attributes, Authorization, Decision
from fakes.apiserver.authorization.impersonation import Impersonator

Headers = list[tuple[bytes, bytes]]
IMP = UserInfo.of("imp")
AGENT = UserInfo.of(
    "system:serviceaccount:n:agent", extra={"authentication.kubernetes.io/node-name": ["n1"], "k": ["v"]}
)


class Rights:
    """Allows what a condition holds for."""

    def __init__(self, allows: Callable[[Attributes], bool]) -> None:
        self._allows = allows

    async def authorize(self, attributes: Attributes) -> Authorization:
        return Authorization(Decision.ALLOW) if self._allows(attributes) else NO_OPINION


def headers(user: str = "", *groups: str, uid: str = "", **extra: list[str]) -> Headers:
    found = [(b"impersonate-user", user.encode())] if user else []
    found += [(b"impersonate-group", group.encode()) for group in groups]
    found += [(b"impersonate-uid", uid.encode())] if uid else []
    for key, values in extra.items():
        name = f"impersonate-extra-{key.replace('_', '%2f')}".encode()
        found += [(name, value.encode()) for value in values]
    return [(b"accept", b"*/*"), *found]


def act(rights: Rights | Impersonator, sent: Headers, requestor: UserInfo = IMP) -> UserInfo | None:
    impersonator = rights if isinstance(rights, Impersonator) else Impersonator(rights)
    attributes = Attributes(requestor, "list", namespace="t1", resource="pods")
    return asyncio.run(impersonator.effective_user(sent, attributes))


EVERYTHING = Rights(lambda _: True)
NOTHING = Rights(lambda _: False)
LEGACY = Rights(lambda attributes: attributes.verb == "impersonate")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (headers(), None),
        (headers("alice"), UserInfo.of("alice", groups=["system:authenticated"])),
        (headers("alice", "dev", "qa"), UserInfo.of("alice", groups=["dev", "qa", "system:authenticated"])),
        (headers("a", "system:authenticated", "x"), UserInfo.of("a", groups=["system:authenticated", "x"])),
        (headers("a", "system:unauthenticated"), UserInfo.of("a", groups=["system:unauthenticated"])),
        (headers("system:anonymous"), UserInfo.of("system:anonymous", groups=["system:unauthenticated"])),
        (
            headers("system:serviceaccount:t1:bot"),
            UserInfo.of(
                "system:serviceaccount:t1:bot",
                groups=["system:serviceaccounts", "system:serviceaccounts:t1", "system:authenticated"],
            ),
        ),
        (
            headers("system:serviceaccount:t1:bot", "dev"),
            UserInfo.of("system:serviceaccount:t1:bot", groups=["dev", "system:authenticated"]),
        ),
        (
            headers("a", uid="u-1", team=["red", "blue"], example_key=["v"]),
            UserInfo.of(
                "a",
                uid="u-1",
                groups=["system:authenticated"],
                extra={"team": ["red", "blue"], "example/key": ["v"]},
            ),
        ),
        (headers("a", "system:masters"), UserInfo.of("a", groups=["system:masters", "system:authenticated"])),
        (
            headers("system:node:n1"),
            UserInfo.of("system:node:n1", groups=["system:nodes", "system:authenticated"]),
        ),
    ],
)
def test_whoever_may_do_everything_becomes(sent: Headers, expected: UserInfo | None) -> None:
    assert act(EVERYTHING, sent) == expected


IN_T1 = 'in the namespace "t1"'
AT_CLUSTER = "at the cluster scope"


@pytest.mark.parametrize(
    ("rights", "sent", "message"),
    [
        (
            NOTHING,
            headers("bob"),
            f'pods is forbidden: User "imp" cannot impersonate-on:user-info:list resource "pods" in API group "" {IN_T1}',
        ),
        (
            NOTHING,
            headers("system:serviceaccount:t9:x"),
            f'pods is forbidden: User "imp" cannot impersonate-on:serviceaccount:list resource "pods" in API group "" {IN_T1}',
        ),
        (
            NOTHING,
            headers("system:node:n1"),
            f'pods is forbidden: User "imp" cannot impersonate-on:arbitrary-node:list resource "pods" in API group "" {IN_T1}',
        ),
        (
            NOTHING,
            headers("system:serviceaccount:t9:x", "dev"),
            ('serviceaccounts "x" is forbidden: User "imp" cannot impersonate resource "serviceaccounts" in API group "" '
            'in the namespace "t9"'),
        ),
        (
            Rights(lambda attributes: attributes.verb == "impersonate-on:user-info:list"),
            headers("bob"),
            ('users.authentication.k8s.io "bob" is forbidden: User "imp" cannot impersonate:user-info resource "users" in '
            f'API group "authentication.k8s.io" {AT_CLUSTER}'),
        ),
        (
            Rights(lambda attributes: attributes.resource in ("pods", "users")),
            headers("bob", "dev"),
            ('groups.authentication.k8s.io "dev" is forbidden: User "imp" cannot impersonate:user-info resource "groups" '
            f'in API group "authentication.k8s.io" {AT_CLUSTER}'),
        ),
        (
            Rights(lambda attributes: attributes.resource in ("pods", "users")),
            headers("bob", "system:masters"),
            ('groups.authentication.k8s.io "system:masters" is forbidden: User "imp" cannot impersonate:user-info resource '
            f'"groups" in API group "authentication.k8s.io" {AT_CLUSTER}: impersonating the system:masters group is not '
            "allowed"),
        ),
        (
            Rights(lambda attributes: attributes.resource in ("pods", "users") and attributes.verb != "impersonate"),
            headers("bob", team=["red"]),
            ('userextras.authentication.k8s.io is forbidden: User "imp" cannot impersonate:user-info resource "userextras" '
            f'in API group "authentication.k8s.io" {AT_CLUSTER}: impersonating an invalid key in extra is not allowed: '
            'extra.key: Invalid value: "team": must be a domain-prefixed path (such as "acme.io/foo")'),
        ),
    ],
)  # fmt: skip
def test_refusals(rights: Rights, sent: Headers, message: str) -> None:
    with pytest.raises(StatusError) as caught:
        act(rights, sent)
    assert (caught.value.code, caught.value.message) == (403, message)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (headers("bob"), 'users "bob" is forbidden: User "imp" cannot impersonate resource "users" in API group ""'),
        (
            headers("alice", uid="u"),
            ('uids.authentication.k8s.io "u" is forbidden: User "imp" cannot impersonate resource "uids" in API group '
            '"authentication.k8s.io"'),
        ),
        (
            headers("alice", scopes=["s1", "s2"]),
            ('userextras.authentication.k8s.io "s2" is forbidden: User "imp" cannot impersonate resource '
            '"userextras/scopes" in API group "authentication.k8s.io"'),
        ),
    ],
)  # fmt: skip
def test_older_refusals(sent: Headers, message: str) -> None:
    rights = Rights(lambda attributes: attributes.name in ("alice", "s1"))
    with pytest.raises(StatusError) as caught:
        act(Impersonator(rights, constrained=False), sent)
    assert caught.value.message == f"{message} {AT_CLUSTER}"


def test_mode_that_worked_is_tried_first_from_then_on() -> None:
    rights = Rights(lambda attributes: attributes.verb == "impersonate" and attributes.name != "bob")
    impersonator = Impersonator(rights)
    with pytest.raises(StatusError, match="impersonate-on:user-info:list"):
        act(impersonator, headers("bob"))
    assert act(impersonator, headers("alice")) is not None
    with pytest.raises(StatusError, match='users "bob" is forbidden: User "imp" cannot impersonate resource'):
        act(impersonator, headers("bob"))


def test_old_right_is_enough() -> None:
    assert act(LEGACY, headers("bob", "dev", team=["red"])) == UserInfo.of(
        "bob", groups=["dev", "system:authenticated"], extra={"team": ["red"]}
    )


def test_agent_may_be_given_its_own_node() -> None:
    asked: list[Attributes] = []

    def allows(attributes: Attributes) -> bool:
        asked.append(attributes)
        return "associated-node" in attributes.verb

    node = act(Rights(allows), headers("system:node:n1"), AGENT)
    assert node == UserInfo.of("system:node:n1", groups=["system:nodes", "system:authenticated"])
    assert [(each.verb, each.resource, each.name) for each in asked] == [
        ("impersonate-on:associated-node:list", "pods", ""),
        ("impersonate:associated-node", "nodes", "*"),
    ]
    keys = ("authentication.kubernetes.io/node-name", "k")
    assert asked[0].user.extra == (("authentication.kubernetes.io/associated-node-keys", keys),)
    with pytest.raises(StatusError, match="arbitrary-node"):
        act(Rights(allows), headers("system:node:n2"), AGENT)


def test_right_to_all_groups_is_asked_for_once_when_there_are_many() -> None:
    rights = Rights(lambda attributes: attributes.resource != "groups" or attributes.name == "*")
    assert act(rights, headers("a", "1", "2", "3", "4")) is not None
    with pytest.raises(StatusError, match=r'groups\.authentication\.k8s\.io "1" is forbidden'):
        act(rights, headers("a", "1", "2", "3"))


@pytest.mark.parametrize(
    ("sent", "constrained", "asked"),
    [
        (
            headers("", "dev"),
            True,
            ('&user.DefaultInfo{Name:"", UID:"", Groups:[]string{"dev"}, Extra:map[string][]string(nil)} without '
            "impersonating a user name"),
        ),
        (
            headers("", uid='"u"', b=["x"], a=["y", "z"]),
            True,
            ('&user.DefaultInfo{Name:"", UID:"\\"u\\"", Groups:[]string(nil), Extra:map[string][]string{"a":[]string{"y", '
            '"z"}, "b":[]string{"x"}}} without impersonating a user name'),
        ),
        (headers("", "dev"), False, "[{Group  dev    }] without impersonating a user"),
    ],
)  # fmt: skip
def test_somebody_must_be_named(sent: Headers, constrained: bool, asked: str) -> None:
    with pytest.raises(StatusError) as caught:
        act(Impersonator(EVERYTHING, constrained=constrained), sent)
    assert (caught.value.code, caught.value.message) == (400, f"requested {asked}")
