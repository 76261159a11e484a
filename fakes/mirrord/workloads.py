"""What the operator knows of the cluster's workloads, pods and policies: what its client tells it, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.client import Client
from fakes.apimachinery.schema import GroupResource, GroupVersion
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import Attributes
from fakes.mirrord.model.policies import Policies, Policy, applicable
from fakes.mirrord.model.targets import KINDS, Target, TargetKind
from fakes.mirrord.model.workloads import owns_pods, pod_labels, policy_labels, ready_pods

__all__ = ["Workloads", "reading"]

Object = dict[str, Any]

_POLICIES = "/apis/policies.mirrord.metalbear.co/v1alpha"


class Workloads:
    """Reads what sessions impersonate."""

    def __init__(self, kubernetes: Client) -> None:
        self._kubernetes = kubernetes

    async def find(self, target: Target, namespace: str) -> Object | None:
        """The object that a target names; None for one that names none.

        Raises:
            StatusError: it is not there.
        """
        if target.kind is None:
            return None
        path = f"{_collection(target.kind, namespace)}/{target.name}"
        try:
            found: Object = await self._kubernetes.request("GET", path)
        except StatusError as error:
            if error.code != 404 or error.reason:
                raise
            group = GroupVersion.parse(target.kind.api_version).group
            raise StatusError.not_found(GroupResource(group, target.kind.plural), target.name) from error
        return found

    async def every(self, namespace: str) -> list[tuple[TargetKind, Object]]:
        """All that can be targeted by name in a namespace, or in all if it is empty; kinds that are not served have none."""
        found: list[tuple[TargetKind, Object]] = []
        for kind in KINDS.values():
            items = await self._items(_collection(kind, namespace))
            found.extend((kind, item) for item in items)
        return found

    async def pods(self, target: Target, namespace: str, workload: Object | None) -> tuple[str, ...]:
        """The ready pods of a target, as ``namespace/name``."""
        if target.word == "pod":
            return ready_pods(target, [workload] if workload is not None else [])
        labels = pod_labels(target, workload)
        if not owns_pods(target) or not labels:
            return ()
        selector = ",".join(f"{name}={value}" for name, value in labels.items())
        path = f"/api/v1/namespaces/{namespace}/pods"
        return ready_pods(target, await self._items(path, {"labelSelector": selector}))

    async def policies(
        self, target: Target, namespace: str, workload: Object | None, *, copied: bool = False
    ) -> Policies:
        """The policies that hold for a target; none where their definitions are not installed."""
        found = [
            *await self._items(f"{_POLICIES}/mirrordclusterpolicies"),
            *await self._items(f"{_POLICIES}/namespaces/{namespace}/mirrordpolicies"),
        ]
        if not found:
            return Policies()
        read = [Policy.from_object(policy) for policy in found]
        return applicable(read, target, namespace, policy_labels(target, workload), copied=copied)

    async def _items(self, path: str, query: Mapping[str, str] | None = None) -> Sequence[Object]:
        try:
            listed = await self._kubernetes.request("GET", path, query=query)
        except StatusError as error:
            if error.code == 404:
                return ()
            raise
        return listed["items"] or ()


def reading(user: UserInfo, target: Target, namespace: str) -> Attributes | None:
    """What a user needs the right to before the operator touches a target; None for a target that names no object."""
    kind = target.kind
    if kind is None:
        return None
    group, version = GroupVersion.parse(kind.api_version)
    path = f"{_collection(kind, namespace)}/{target.name}"
    return Attributes(user, "get", True, namespace, group, version, kind.plural, "", target.name, path)


def _collection(kind: TargetKind, namespace: str) -> str:
    root = f"/apis/{kind.api_version}" if "/" in kind.api_version else f"/api/{kind.api_version}"
    return f"{root}/namespaces/{namespace}/{kind.plural}" if namespace else f"{root}/{kind.plural}"
