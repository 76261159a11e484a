"""Decisions of a real server, replayed: every answer, its reason, and the rules that users are told they have."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.authorization.privileged import PrivilegedGroupAuthorizer
from fakes.apiserver.authorization.rbac import RBACAuthorizer
from fakes.apiserver.authorization.union import UnionDecider
from fakes.kube.groups.authorization import self_subject_rules_review, subject_access_review
from fakes.kube.rbac.bootstrap import bootstrap_objects

Object = dict[str, Any]

CORPUS = Path(__file__).parents[2] / "../shared/oracle/rbac/dev"
SETS = sorted(CORPUS.glob("d*.json.gz"))
needs_corpus = pytest.mark.skipif(not SETS, reason="the recorded decisions are not beside the checkout")


def read(path: Path) -> Object:
    return json.loads(gzip.decompress(path.read_bytes()))


@cache
def bootstrap() -> list[Object]:
    """A real server without controllers serves aggregated roles without rules."""
    return bootstrap_objects(aggregated=False)


def identity(obj: Object) -> tuple[str, str, str]:
    return obj["kind"], obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def sorted_errors(text: str) -> str:
    """Several errors come in no fixed order."""
    match = re.fullmatch(r"((?:RBAC: )?)\[(.* not found)\]", text)
    return f"{match[1]}[{', '.join(sorted(match[2].split(', ')))}]" if match else text


def multiset(rules: list[Object]) -> list[str]:
    return sorted(json.dumps(rule, sort_keys=True) for rule in rules)


@needs_corpus
@pytest.mark.parametrize("path", SETS, ids=[path.name.partition(".")[0] for path in SETS])
def test_decisions_are_those_recorded(path: Path) -> None:
    recorded = read(path)
    policy = Policy()
    for obj in [*bootstrap(), *recorded["objects"]]:
        policy.set(*identity(obj), obj)
    rbac = RBACAuthorizer(policy)
    decider = UnionDecider(PrivilegedGroupAuthorizer(), rbac)
    for query in recorded["queries"]:
        expected = query["result"]
        status = subject_access_review({"spec": query["spec"], "metadata": {}}, decider=decider)["status"]
        reasons = [expected.get("reason", ""), *expected.get("alt", ())]
        assert status["allowed"] is expected["allowed"], query
        assert sorted_errors(status.get("reason", "")) in reasons, query
        assert status.get("evaluationError") == expected.get("evaluationError"), query
    for review in recorded["rulesReviews"]:
        user = UserInfo.of(review["user"], groups=review["effectiveGroups"])
        asked = {"spec": {"namespace": review["namespace"]}}
        status = self_subject_rules_review(asked, user=user, rules_for=rbac.rules_for)["status"]
        expected = review["result"]
        assert multiset(status["resourceRules"]) == multiset(expected["resourceRules"])
        assert multiset(status["nonResourceRules"]) == multiset(expected["nonResourceRules"])
        assert status["incomplete"] is expected["incomplete"]
        assert sorted_errors(status.get("evaluationError", "")) == expected.get("evaluationError", "")


@needs_corpus
def test_bootstrap_policy_is_that_of_a_fresh_server() -> None:
    recorded = {identity(obj): obj for obj in read(CORPUS / "baseline.json.gz")["objects"]}
    ours = {identity(obj): obj for obj in bootstrap()}
    assert ours.keys() == recorded.keys()
    for key, obj in ours.items():
        for field in ("rules", "roleRef", "subjects"):
            assert (obj.get(field) or None) == (recorded[key].get(field) or None), (key, field)
