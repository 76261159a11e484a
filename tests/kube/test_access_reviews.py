"""Access reviews: what is refused, and what is answered (decisions themselves are tested with RBAC)."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import NO_OPINION, Attributes, Authorization, Decision
from fakes.apiserver.authorization.rbac import Rules
from fakes.kube.groups.authorization import (
    local_subject_access_review,
    self_subject_access_review,
    self_subject_rules_review,
    subject_access_review,
)

Object = dict[str, Any]


class Recording:
    """Answers the same to everything, and remembers what it was asked."""

    def __init__(self, answer: Authorization = NO_OPINION) -> None:
        self.answer = answer
        self.asked: Attributes | None = None

    def decide(self, attributes: Attributes) -> Authorization:
        self.asked = attributes
        return self.answer


NEITHER = (
    "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be "
    "specified"
)
NOBODY = 'spec.user: Invalid value: "": at least one of user or group must be specified'
POD = {"verb": "get", "resource": "pods"}
FIELDS = "spec.resourceAttributes.fieldSelector"
LABELS = "spec.resourceAttributes.labelSelector"


@pytest.mark.parametrize(
    ("obj", "errors"),
    [
        ({"spec": {}}, f"[{NEITHER}, {NOBODY}]"),
        ({"spec": {"groups": ["g"]}}, NEITHER),
        (
            {"spec": {"user": "u", "resourceAttributes": {}, "nonResourceAttributes": {"path": "/"}}},
            (
                'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with '
                "resourceAttributes"
            ),
        ),
        (
            {
                "metadata": {"name": "x", "managedFields": []},
                "spec": {"user": "u", "resourceAttributes": POD},
            },
            'metadata: Invalid value: {"name":"x","managedFields":[]}: must be empty',
        ),
        (
            {"spec": {"user": "u", "resourceAttributes": POD | {"fieldSelector": {}}}},
            f"{FIELDS}.requirements: Required value: when {FIELDS} is specified, requirements or rawSelector is required",
        ),
        (
            {
                "spec": {
                    "user": "u",
                    "resourceAttributes": POD
                    | {
                        "labelSelector": {
                            "rawSelector": "a",
                            "requirements": [{"key": "a b", "operator": "In"}],
                        }
                    },
                }
            },
            (
                f'[{LABELS}.rawSelector: Invalid value: "a": may not specified at the same time as requirements, '
                f"{LABELS}.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn', "
                f'{LABELS}.requirements[0].key: Invalid value: "a b": name part must consist of alphanumeric characters, '
                "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
                "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')]"
            ),
        ),
    ],
)
def test_refused(obj: Object, errors: str) -> None:
    with pytest.raises(StatusError) as caught:
        subject_access_review(obj, decider=Recording())
    assert caught.value.message == f'.authorization.k8s.io "" is invalid: {errors}'
    assert caught.value.status["details"]["group"] == "authorization.k8s.io"
    assert "kind" not in caught.value.status["details"]


@pytest.mark.parametrize(
    ("obj", "errors"),
    [
        (
            {"metadata": {"namespace": "n"}, "spec": {"user": "u", "resourceAttributes": POD}},
            'spec.resourceAttributes.namespace: Invalid value: "": must match metadata.namespace',
        ),
        (
            {"metadata": {"namespace": "n"}, "spec": {"user": "u", "nonResourceAttributes": {"path": "/x", "verb": "get"}}},
            'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request',
        ),
        (
            {
                "metadata": {"namespace": "n", "labels": {"a": "b"}},
                "spec": {"user": "u", "resourceAttributes": POD | {"namespace": "n"}},
            },
            'metadata: Invalid value: {"namespace":"n","labels":{"a":"b"}}: must be empty except for namespace',
        ),
    ],
)  # fmt: skip
def test_refused_in_a_namespace(obj: Object, errors: str) -> None:
    with pytest.raises(StatusError) as caught:
        local_subject_access_review(obj, namespace="n", decider=Recording())
    assert caught.value.message == f'.authorization.k8s.io "" is invalid: {errors}'


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Authorization(Decision.ALLOW), {"allowed": True}),
        (Authorization(Decision.ALLOW, "r"), {"allowed": True, "reason": "r"}),
        (NO_OPINION, {"allowed": False}),
        (
            Authorization(Decision.NO_OPINION, "r", "e"),
            {"allowed": False, "reason": "r", "evaluationError": "e"},
        ),
        (Authorization(Decision.DENY, "r"), {"allowed": False, "denied": True, "reason": "r"}),
    ],
)
def test_answers(answer: Authorization, status: Object) -> None:
    asked = {"metadata": {"managedFields": [1]}, "spec": {"resourceAttributes": POD}}
    answered = self_subject_access_review(asked, user=UserInfo.of("me"), decider=Recording(answer))
    assert answered == {**asked, "status": status}


def test_subject_is_exactly_who_the_review_says() -> None:
    decider = Recording()
    spec = {"user": "u", "uid": "1", "groups": ["g"], "extra": {"k": ["v"]}}
    subject_access_review(
        {"spec": spec | {"nonResourceAttributes": {"path": "/x", "verb": "get"}}}, decider=decider
    )
    user = UserInfo.of("u", uid="1", groups=["g"], extra={"k": ["v"]})
    assert decider.asked == Attributes(user, "get", False, path="/x")


@pytest.mark.parametrize(
    ("selectors", "field", "label", "complaint"),
    [
        ({"fieldSelector": {"rawSelector": "a=b"}}, "a=b", "", None),
        ({"fieldSelector": {"rawSelector": "a"}}, "", "", f"{FIELDS} ignored due to parse error"),
        (
            {"fieldSelector": {"requirements": [{"key": "a", "operator": "NotIn", "values": ["b,c"]}]}},
            "a!=b\\,c", "", None,
        ),
        (
            {"fieldSelector": {"requirements": [
                {"key": "a", "operator": "In", "values": ["b"]}, {"key": "c", "operator": "Exists"},
            ]}},
            "a=b", "", f"{FIELDS} partially ignored due to parse error",
        ),
        (
            {"labelSelector": {"requirements": [{"key": "a", "operator": "In", "values": ["b", "c"]}]}},
            "", "a in (b,c)", None,
        ),
        (
            {"fieldSelector": {"requirements": [{"key": "c", "operator": "New"}]}, "labelSelector": {"rawSelector": "a in ("}},
            "", "", f"{FIELDS} ignored due to parse error; {LABELS} ignored due to parse error",
        ),
    ],
)  # fmt: skip
def test_selectors(selectors: Object, field: str, label: str, complaint: str | None) -> None:
    decider = Recording()
    spec = {"user": "u", "resourceAttributes": POD | selectors}
    status = subject_access_review({"spec": spec}, decider=decider)["status"]
    assert decider.asked is not None
    assert (decider.asked.field_selector, decider.asked.label_selector) == (field, label)
    assert status.get("evaluationError") == complaint


def test_rules_of_oneself() -> None:
    me = UserInfo.of("me")
    rules = Rules([{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}], [], ["a", "b", "a"])

    def rules_for(user: UserInfo, namespace: str) -> Rules:
        assert (user, namespace) == (me, "n")
        return rules

    answered = self_subject_rules_review(
        {"metadata": {"managedFields": []}, "spec": {"namespace": "n"}}, user=me, rules_for=rules_for
    )
    assert answered == {
        "metadata": {},
        "spec": {},
        "status": {
            "resourceRules": rules.resource_rules,
            "nonResourceRules": [],
            "incomplete": False,
            "evaluationError": "[a, b]",
        },
    }
    with pytest.raises(StatusError, match="no namespace on request"):
        self_subject_rules_review({"spec": {}}, user=me, rules_for=rules_for)
