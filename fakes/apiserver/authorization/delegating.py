"""Asking another API server: what an extension server does for each request.

Answers are not cached: a real extension server remembers them for ten seconds, so that a change of policy is seen late.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.client import Client
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Attributes, Authorization, Decision

__all__ = ["SubjectAccessReviewAuthorizer", "subject_access_review"]

_PATH = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


class SubjectAccessReviewAuthorizer:
    """Decides by a SubjectAccessReview; needs the right to create them (ClusterRole ``system:auth-delegator``)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def authorize(self, attributes: Attributes) -> Authorization:
        try:
            review = await self._client.request("POST", _PATH, body=subject_access_review(attributes))
        except StatusError as error:
            return Authorization(Decision.NO_OPINION, "", error.message)
        status = review.get("status", {})
        if status.get("denied"):
            decision = Decision.DENY
        else:
            decision = Decision.ALLOW if status.get("allowed") else Decision.NO_OPINION
        return Authorization(decision, status.get("reason", ""))


def subject_access_review(attributes: Attributes) -> dict[str, Any]:
    """The review that asks the same question."""
    user = attributes.user
    spec: dict[str, Any] = {"user": user.name, "groups": list(user.groups), "uid": user.uid}
    spec["extra"] = {key: list(values) for key, values in user.extra}
    if attributes.is_resource:
        spec["resourceAttributes"] = _resource(attributes)
    else:
        spec["nonResourceAttributes"] = {"path": attributes.path, "verb": attributes.verb}
    spec = {key: value for key, value in spec.items() if value}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": spec,
    }


def _resource(attributes: Attributes) -> dict[str, Any]:
    names = ("namespace", "verb", "group", "version", "resource", "subresource", "name")
    resource: dict[str, Any] = {name: value for name in names if (value := getattr(attributes, name))}
    if attributes.field_selector:
        resource["fieldSelector"] = {"rawSelector": attributes.field_selector}
    if attributes.label_selector:
        resource["labelSelector"] = {"rawSelector": attributes.label_selector}
    return resource
