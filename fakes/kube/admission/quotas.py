"""ResourceQuota: a namespace has only so much.

What is used is counted when it is asked for, in the storage, and compared with ``spec.hard``: no controller need have
written a status first. Not here: updates, scope selectors, and limited resources that no quota covers.
Source: k8s.io/apiserver, pkg/admission/plugin/resourcequota.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.configured import Configured
from fakes.kube.admission.subject import shown_name
from fakes.kube.admission.usage import is_best_effort, is_over, missing, shown, usage

__all__ = ["ResourceQuotas"]

_PODS = GroupResource("", "pods")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quota:
    namespace: str
    name: str
    hard: Mapping[str, Fraction]
    binary: frozenset[str]
    scopes: frozenset[str]
    selective: bool

    @classmethod
    def of(cls, quota: Mapping[str, Any]) -> _Quota:
        spec = quota.get("spec") or {}
        hard = {name: str(text) for name, text in (spec.get("hard") or {}).items()}
        return cls(
            namespace=quota["metadata"].get("namespace", ""),
            name=quota["metadata"]["name"],
            hard={name: Quantity.parse(text).value for name, text in hard.items()},
            binary=frozenset(name for name, text in hard.items() if text.endswith("i")),
            scopes=frozenset(spec.get("scopes") or ()),
            selective=bool((spec.get("scopeSelector") or {}).get("matchExpressions")),
        )

    def covers(self, resource: GroupResource, obj: Mapping[str, Any]) -> bool:
        """Whether an object is in the scope of the quota."""
        if not self.scopes:
            return True
        if resource != _PODS:
            return False
        ends = (obj.get("spec") or {}).get("activeDeadlineSeconds") is not None
        held = {
            "BestEffort": is_best_effort(obj), "NotBestEffort": not is_best_effort(obj), "Terminating": ends,
            "NotTerminating": not ends,
        }  # fmt: skip
        return all(held.get(scope, False) for scope in self.scopes)


class ResourceQuotas:
    """The plugin: the last one, so that what it counts is what is stored."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._quotas = Configured(storage, "resourcequotas", _Quota.of)

    async def validate(self, attributes: Attributes) -> None:
        obj = attributes.object
        if (
            not self._quotas.values
            or attributes.operation != "CREATE"
            or attributes.subresource
            or obj is None
        ):
            return
        resource = attributes.resource.group_resource
        for quota in self._quotas.values:
            if (
                quota.namespace == attributes.namespace
                and not quota.selective
                and quota.covers(resource, obj)
            ):
                problem = self._problem(quota, resource, obj)
                if problem:
                    name = attributes.name or shown_name(obj)
                    raise StatusError.forbidden(resource, name, problem)

    def _problem(self, quota: _Quota, resource: GroupResource, obj: Mapping[str, Any]) -> str:
        asked = {name: amount for name, amount in usage(resource, obj).items() if name in quota.hard}
        if not asked:
            return ""
        if resource == _PODS and (lacking := missing(obj, quota.hard)):
            return f"failed quota: {quota.name}: must specify {lacking}"
        used = self._used(quota, resource, asked)
        over = {name for name, amount in asked.items() if amount and used[name] + amount > quota.hard[name]}
        if not over:
            return ""
        amounts = (asked, used, quota.hard)
        requested, taken, limited = (
            shown({name: each[name] for name in over}, quota.binary) for each in amounts
        )
        return f"exceeded quota: {quota.name}, requested: {requested}, used: {taken}, limited: {limited}"

    def _used(
        self, quota: _Quota, resource: GroupResource, asked: Mapping[str, Fraction]
    ) -> dict[str, Fraction]:
        """What is there already."""
        used = dict.fromkeys(asked, Fraction(0))
        for stored in self._storage.list(str(resource), f"{quota.namespace}/"):
            if (resource == _PODS and is_over(stored.object)) or not quota.covers(resource, stored.object):
                continue
            for name, amount in usage(resource, stored.object).items():
                if name in used:
                    used[name] += amount
        return used
