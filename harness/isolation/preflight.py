"""What a run needs to be allowed, asked of the cluster before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from harness.cluster import ClusterUnavailableError
from harness.isolation.paths import OPERATOR_GROUP
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = [
    "BY_CSR",
    "BY_IMPERSONATION",
    "BY_TOKEN",
    "RIGHTS",
    "Answer",
    "PreflightError",
    "Right",
    "ask",
    "lines",
]

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_RBAC = "rbac.authorization.k8s.io"


class PreflightError(ClusterUnavailableError):
    """Something that the run needs is not allowed; the text lists it."""


class Right(NamedTuple):
    """A verb on a resource, in all namespaces, and what it is needed for."""

    verb: str
    group: str
    resource: str
    purpose: str
    subresource: str = ""

    def __str__(self) -> str:
        part = f"/{self.subresource}" if self.subresource else ""
        return f"{self.verb} {self.resource}{part}{f'.{self.group}' if self.group else ''}"


class Answer(NamedTuple):
    """A right, and whether the cluster grants it."""

    right: Right
    allowed: bool


def _rights(verbs: str, group: str, resources: str, purpose: str) -> Iterator[Right]:
    for resource in resources.split():
        name, _, part = resource.partition("/")
        for verb in verbs.split():
            yield Right(verb, group, name, purpose, part)


RIGHTS: tuple[Right, ...] = (
    *_rights("get create delete", "", "namespaces pods", "worlds"),
    *_rights("get create delete", "apps", "deployments statefulsets", "worlds"),
    *_rights("get create delete", _RBAC, "clusterroles clusterrolebindings roles rolebindings", "roles"),
    *_rights("escalate bind", _RBAC, "clusterroles roles", "roles"),
    *_rights("get create update delete", "coordination.k8s.io", "leases", "one run at a time"),
    *_rights("create", "authorization.k8s.io", "subjectaccessreviews", "waiting for roles"),
    *_rights("list", OPERATOR_GROUP, "sessions", "sessions"),
)
"""What scenarios need whatever they are about; who plays people needs one of the following beside."""

BY_IMPERSONATION: tuple[Right, ...] = tuple(_rights("impersonate", "", "users groups", "people"))
BY_TOKEN: tuple[Right, ...] = tuple(_rights("create", "", "serviceaccounts serviceaccounts/token", "people"))
BY_CSR: tuple[Right, ...] = (
    *_rights("create get delete", "certificates.k8s.io", "certificatesigningrequests", "people"),
    *_rights("update", "certificates.k8s.io", "certificatesigningrequests/approval", "people"),
    *_rights("approve", "certificates.k8s.io", "signers", "people"),
)


def ask(api: ApiClient, rights: Iterable[Right]) -> list[Answer]:
    """What the cluster says to each."""
    return [Answer(right, _allowed(api, right)) for right in rights]


def _allowed(api: ApiClient, right: Right) -> bool:
    attributes = {
        "verb": right.verb, "group": right.group, "resource": right.resource, "subresource": right.subresource
    }  # fmt: skip
    spec = {"resourceAttributes": attributes}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}
    return bool(call(api, "POST", _REVIEWS, body)["status"]["allowed"])


def lines(answers: Iterable[Answer]) -> list[str]:
    """The answers for people to read: what is missing first."""
    ordered = sorted(answers, key=lambda answer: answer.allowed)
    return [f"  {'yes' if allowed else 'NO '}  {right} ({right.purpose})" for right, allowed in ordered]
