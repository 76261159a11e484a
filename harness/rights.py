"""What a user may do, asked of the cluster as `kubectl auth can-i` asks it."""

from __future__ import annotations

from harness.cluster import Cluster, User
from harness.objects import create

__all__ = ["may"]


def may(cluster: Cluster, user: User, verb: str, resource: str, namespace: str | None = None) -> bool:
    """Whether the user may do this; ``resource`` is spelt as for kubectl: ``sessions.operator.metalbear.co``."""
    plural, _, group = resource.partition(".")
    attributes = {"verb": verb, "resource": plural, "group": group, "namespace": namespace or ""}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "metadata": {},
        "spec": {"resourceAttributes": attributes},
    }
    return bool(create(cluster.api_client(user), review)["status"]["allowed"])
