"""What a run needs to be allowed, asked of the cluster before anything is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    "OWN",
    "USUAL",
    "Answer",
    "PreflightError",
    "Right",
    "ask",
    "lines",
    "needed",
    "parse_right",
    "without_kubelet",
]

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_RBAC = "rbac.authorization.k8s.io"
_NOTHING_MADE = frozenset({"authentication.k8s.io", "authorization.k8s.io", OPERATOR_GROUP})
_WORKLOADS = frozenset({"apps", "batch"})
_ROLES = "clusterroles clusterrolebindings roles rolebindings"


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


OWN: tuple[Right, ...] = (
    *_rights("get create update delete", "coordination.k8s.io", "leases", "one run at a time"),
    *_rights("get create update delete", _RBAC, _ROLES, "waiting for roles"),
    *_rights("escalate bind", _RBAC, "clusterroles roles", "waiting for roles"),
    *_rights("create", "authorization.k8s.io", "subjectaccessreviews", "waiting for roles"),
    *_rights("list", OPERATOR_GROUP, "sessions", "sessions of others"),
    *_rights("get", OPERATOR_GROUP, "mirrordoperators", "sessions of others"),
    *_rights("delete", OPERATOR_GROUP, "sessions", "cleaning up"),
)
"""What a run needs whatever its scenarios are about; who plays people needs one of those below beside."""

USUAL: tuple[Right, ...] = (
    *_rights("get create delete", "", "namespaces pods", "worlds"),
    *_rights("get create delete", "apps", "deployments statefulsets", "worlds"),
)
"""What most scenarios need beside, where nobody knows which they are."""

BY_IMPERSONATION: tuple[Right, ...] = tuple(_rights("impersonate", "", "users groups", "people"))
BY_TOKEN: tuple[Right, ...] = (
    *_rights("create", "", "serviceaccounts serviceaccounts/token", "people"),
    *_rights("get delete", "", "serviceaccounts", "people"),
)
BY_CSR: tuple[Right, ...] = (
    *_rights("create get delete", "certificates.k8s.io", "certificatesigningrequests", "people"),
    *_rights("update", "certificates.k8s.io", "certificatesigningrequests/approval", "people"),
    *_rights("approve", "certificates.k8s.io", "signers", "people"),
)


def parse_right(text: str, purpose: str) -> Right:
    """The right that is written so: ``create deployments/scale.apps``."""
    verb, _, what = text.partition(" ")
    named, _, group = what.partition(".")
    resource, _, part = named.partition("/")
    return Right(verb, group, resource, purpose, part)


def needed(rehearsed: Sequence[Right]) -> list[Right]:
    """All that a run needs whose scenarios need this: what they make it has to look at and delete."""
    cleaned = [
        Right(verb, right.group, right.resource, "cleaning up")
        for right in rehearsed
        if right.verb == "create" and not right.subresource and right.group not in _NOTHING_MADE
        for verb in ("get", "delete")
    ]
    return _once((*OWN, *rehearsed, *cleaned))


def without_kubelet(rehearsed: Sequence[Right]) -> list[Right]:
    """What a run needs beside where nothing starts pods: it makes them, and says itself that workloads run."""
    made = {right for right in rehearsed if right.verb == "create" and right.group in _WORKLOADS}
    told = [Right("patch", right.group, right.resource, "worlds", "status") for right in sorted(made)]
    pods = [Right("create", "", "pods", "worlds"), Right("patch", "", "pods", "worlds", "status")]
    return [*told, *pods] if made else []


def _once(rights: Iterable[Right]) -> list[Right]:
    """Each right once, with the purpose that comes first."""
    found: dict[str, Right] = {}
    for right in rights:
        found.setdefault(str(right), right)
    return list(found.values())


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
