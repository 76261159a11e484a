"""Whether they may: privileged groups, open paths, several authorizers, and what the refused are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import Attributes, Authorization, Decision
from fakes.apiserver.authorization.delegating import SubjectAccessReviewAuthorizer
from fakes.apiserver.authorization.denial import forbidden
from fakes.apiserver.authorization.privileged import PathAuthorizer, PrivilegedGroupAuthorizer
from fakes.apiserver.authorization.union import UnionAuthorizer, UnionDecider

ALICE = UserInfo.of("alice", groups=["dev"])
ROOT = UserInfo.of("root", groups=["system:masters"])


class Fixed:
    """Always of one opinion."""

    def __init__(self, decision: Decision, reason: str = "", error: str = "") -> None:
        self.answer = Authorization(decision, reason, error)

    def decide(self, attributes: Attributes) -> Authorization:
        return self.answer

    async def authorize(self, attributes: Attributes) -> Authorization:
        return self.answer


NO = Decision.NO_OPINION


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], Authorization(NO)),
        ([Fixed(NO, "a", "x"), Fixed(NO, "b", "y")], Authorization(NO, "a\nb", "[x, y]")),
        ([Fixed(NO, "a"), Fixed(Decision.ALLOW, "b")], Authorization(Decision.ALLOW, "b")),
        ([Fixed(Decision.DENY, "a"), Fixed(Decision.ALLOW, "b")], Authorization(Decision.DENY, "a")),
        ([Fixed(NO, "", "x"), Fixed(NO, "", "x")], Authorization(NO, "", "x")),
    ],
)
def test_first_opinion_counts(parts: list[Fixed], expected: Authorization) -> None:
    attributes = Attributes(ALICE, "get")
    assert UnionDecider(*parts).decide(attributes) == expected
    assert asyncio.run(UnionDecider(*parts).authorize(attributes)) == expected
    assert asyncio.run(UnionAuthorizer(*parts).authorize(attributes)) == expected


def test_masters_may_do_everything_without_a_reason() -> None:
    masters = PrivilegedGroupAuthorizer()
    assert masters.decide(Attributes(ROOT, "any", resource="thing")) == Authorization(Decision.ALLOW)
    assert not masters.decide(Attributes(ALICE, "any", resource="thing")).allowed


@pytest.mark.parametrize(
    ("attributes", "allowed"),
    [
        (Attributes(ALICE, "get", False, path="/healthz"), True),
        (Attributes(ALICE, "get", False, path="/healthz/ping"), False),
        (Attributes(ALICE, "get", False, path="/open/a"), True),
        (Attributes(ALICE, "get", False, path="/open"), False),
        (Attributes(ALICE, "get", resource="healthz"), False),
    ],
)
def test_open_paths(attributes: Attributes, allowed: bool) -> None:
    assert PathAuthorizer(["/healthz", "/open/*"]).decide(attributes).allowed is allowed


@pytest.mark.parametrize(
    ("attributes", "reason", "message", "details"),
    [
        (
            Attributes(ALICE, "list", namespace="t1", resource="pods"),
            "",
            'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "t1"',
            {"kind": "pods"},
        ),
        (
            Attributes(ALICE, "patch", namespace="t1", group="apps", resource="deployments", subresource="scale", name="d"),
            "RBAC: x",
            ('deployments.apps "d" is forbidden: User "alice" cannot patch resource "deployments/scale" in API group '
            '"apps" in the namespace "t1": RBAC: x'),
            {"name": "d", "group": "apps", "kind": "deployments"},
        ),
        (
            Attributes(UserInfo.of('a"<b>&'), "get", resource="nodes"),
            "<r>",
            ('nodes is forbidden: User "a\\"&lt;b&gt;&amp;" cannot get resource "nodes" in API group "" at the cluster '
            "scope: <r>"),
            {"kind": "nodes"},
        ),
        (
            Attributes(ALICE, "post", False, path="/logs/x"),
            "",
            'forbidden: User "alice" cannot post path "/logs/x"',
            {},
        ),
    ],
)  # fmt: skip
def test_refusals(attributes: Attributes, reason: str, message: str, details: Mapping[str, str]) -> None:
    error = forbidden(attributes, reason)
    assert (error.code, error.message, error.status["details"]) == (403, message, details)


class Reviewing:
    """A client of a server that answers reviews with a status."""

    def __init__(self, status: Mapping[str, Any] | StatusError) -> None:
        self.status = status
        self.asked: Any = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Any:
        assert (method, path) == ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews")
        self.asked = body["spec"]
        if isinstance(self.status, StatusError):
            raise self.status
        return {**body, "status": self.status}

    def watch(self, path: str, *, query: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, Any]]:
        raise AssertionError("reviews are not watched")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"allowed": True, "reason": "r"}, Authorization(Decision.ALLOW, "r")),
        ({"allowed": False}, Authorization(NO)),
        ({"allowed": False, "denied": True, "reason": "no"}, Authorization(Decision.DENY, "no")),
        (StatusError.unavailable("down"), Authorization(NO, "", "down")),
    ],
)
def test_delegated_answers(status: Mapping[str, Any] | StatusError, expected: Authorization) -> None:
    authorizer = SubjectAccessReviewAuthorizer(Reviewing(status))
    assert asyncio.run(authorizer.authorize(Attributes(ALICE, "get", resource="pods"))) == expected


@pytest.mark.parametrize(
    ("attributes", "spec"),
    [
        (
            Attributes(
                UserInfo.of("u", uid="1", groups=["g"], extra={"k": ["v"]}), "list", True, "n", "apps", "v1",
                "deployments", "scale", "d", "", "a=b", "c=d",
            ),
            {
                "user": "u", "uid": "1", "groups": ["g"], "extra": {"k": ["v"]},
                "resourceAttributes": {
                    "namespace": "n", "verb": "list", "group": "apps", "version": "v1", "resource": "deployments",
                    "subresource": "scale", "name": "d", "fieldSelector": {"rawSelector": "a=b"},
                    "labelSelector": {"rawSelector": "c=d"},
                },
            },
        ),
        (
            Attributes(ALICE, "get", False, path="/x"),
            {"user": "alice", "groups": ["dev"], "nonResourceAttributes": {"path": "/x", "verb": "get"}},
        ),
    ],
)  # fmt: skip
def test_delegated_questions(attributes: Attributes, spec: Mapping[str, Any]) -> None:
    client = Reviewing({"allowed": True})
    asyncio.run(SubjectAccessReviewAuthorizer(client).authorize(attributes))
    assert client.asked == spec
