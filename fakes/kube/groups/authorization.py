"""Access reviews: may they, may I, and what may I. Nothing is stored.

Each function takes a review as it was sent (without ``kind`` and ``apiVersion``) and returns it answered; it raises a
StatusError for one that is not valid. Source: kubernetes, pkg/registry/authorization.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import Attributes, Decider, Decision
from fakes.apiserver.authorization.rbac import Rules, aggregate
from fakes.kube.groups.review_selectors import FIELD, LABEL, raw_selector
from fakes.kube.groups.review_validation import review_errors

__all__ = [
    "local_subject_access_review",
    "self_subject_access_review",
    "self_subject_rules_review",
    "subject_access_review",
]

Object = dict[str, Any]

_KIND = GroupKind("authorization.k8s.io", "")
"""A real server forgets which kind it was, and says ``.authorization.k8s.io``."""


def subject_access_review(obj: Object, *, decider: Decider) -> Object:
    """May the user that the review names? Its groups are exactly those it names."""
    _check(obj, named=True)
    return _answered(obj, _named_user(obj["spec"]), decider)


def local_subject_access_review(obj: Object, *, namespace: str, decider: Decider) -> Object:
    """The same for one namespace, so that the right to ask can be given there."""
    _check(obj, named=True, local=True)
    if obj["metadata"].get("namespace", "") != namespace:
        message = f"spec.resourceAttributes.namespace must match namespace: {namespace}"
        raise StatusError.bad_request(message)
    return _answered(obj, _named_user(obj["spec"]), decider)


def self_subject_access_review(obj: Object, *, user: UserInfo, decider: Decider) -> Object:
    """May the user who asks?"""
    _check(obj, named=False)
    return _answered(obj, user, decider)


def self_subject_rules_review(
    obj: Object, *, user: UserInfo, rules_for: Callable[[UserInfo, str], Rules]
) -> Object:
    """Every rule that gives something to the user who asks, in one namespace."""
    namespace = (obj.get("spec") or {}).get("namespace", "")
    if not namespace:
        raise StatusError.bad_request("no namespace on request")
    rules = rules_for(user, namespace)
    status: Object = {
        "resourceRules": rules.resource_rules,
        "nonResourceRules": rules.non_resource_rules,
        "incomplete": False,
    }
    if rules.errors:
        status["evaluationError"] = aggregate(rules.errors)
    return {"metadata": {}, "spec": {}, "status": status}


def _check(obj: Object, *, named: bool, local: bool = False) -> None:
    if errors := review_errors(obj, named=named, local=local):
        raise StatusError.invalid(_KIND, "", errors)


def _named_user(spec: Mapping[str, Any]) -> UserInfo:
    return UserInfo.of(
        spec.get("user", ""),
        uid=spec.get("uid", ""),
        groups=spec.get("groups") or (),
        extra=spec.get("extra"),
    )


def _answered(obj: Object, user: UserInfo, decider: Decider) -> Object:
    attributes, problems = _attributes(user, obj["spec"])
    answer = decider.decide(attributes)
    status: Object = {"allowed": answer.decision is Decision.ALLOW}
    if answer.decision is Decision.DENY:
        status["denied"] = True
    if answer.reason:
        status["reason"] = answer.reason
    if errors := [text for text in (answer.error, *problems) if text]:
        status["evaluationError"] = "; ".join(errors)
    return {"metadata": obj.get("metadata") or {}, "spec": obj["spec"], "status": status}


def _attributes(user: UserInfo, spec: Mapping[str, Any]) -> tuple[Attributes, list[str]]:
    """What is asked, and what of it could not be understood."""
    resource = spec.get("resourceAttributes")
    if resource is None:
        path = spec["nonResourceAttributes"]
        return Attributes(user, path.get("verb", ""), False, path=path.get("path", "")), []
    fields, field_problem = raw_selector(resource, FIELD)
    labels, label_problem = raw_selector(resource, LABEL)
    attributes = Attributes(
        user,
        resource.get("verb", ""),
        True,
        resource.get("namespace", ""),
        resource.get("group", ""),
        resource.get("version", "") or "*",
        resource.get("resource", ""),
        resource.get("subresource", ""),
        resource.get("name", ""),
        "",
        fields,
        labels,
    )
    return attributes, [field_problem, label_problem]
