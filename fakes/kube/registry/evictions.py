"""Evictions: Pods that are deleted politely, as far as the disruption budgets of their namespace allow.

Nobody reconciles a budget here: what its status says is what it allows, and an eviction counts it down.
Source: k8s.io/kubernetes, pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.selectors import LabelSelector, SelectorError
from fakes.apimachinery.status import StatusError, success
from fakes.apiserver.registry.rest import Context, DeleteOptions, Object
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["EvictionStore"]

_BUDGETS = "poddisruptionbudgets.policy"
_VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_MOST_DISRUPTED = 2000
Own = Callable[[Object, Object, datetime], Object]


class EvictionStore:
    """The subresource.

    Args:
        own: a changed budget with the server as the manager of what it changed.
    """

    def __init__(self, pods: Store, own: Own) -> None:
        self._pods = pods
        self._own = own

    async def create(self, context: Context, obj: Object, name: str = "") -> Object:
        if obj["metadata"].get("name", "") != name:
            raise StatusError.bad_request("name in URL does not match name in Eviction object")
        options = obj.get("deleteOptions") or {}
        if options.get("dryRun"):
            context = replace(context, dry_run=True)
        pod = self._pods.find(context, name)
        if not _ignores_budgets(pod.object):
            budgets = self._budgets(context, pod)
            if len(budgets) > 1:
                raise StatusError.plain(_SEVERAL)
            for budget in budgets:
                self._ask(context, pod, budget)
        await self._evict(context, pod, options)
        return success(code=201)

    async def _evict(self, context: Context, pod: Stored, options: Object) -> None:
        preconditions = options.get("preconditions") or {}
        wanted = DeleteOptions(
            grace_period_seconds=options.get("gracePeriodSeconds"), uid=preconditions.get("uid"),
            resource_version=preconditions.get("resourceVersion"),
        )  # fmt: skip
        self._pods.check_preconditions(pod.object, wanted)
        if not context.dry_run:
            self._pods.storage.put(self._pods.table, pod.key, _disrupted(pod.object, rfc3339(context.now)))
        await self._pods.delete(context, pod.name, replace(wanted, resource_version=None))

    def _budgets(self, context: Context, pod: Stored) -> list[Stored]:
        labels = pod.object["metadata"].get("labels") or {}
        found = self._pods.storage.list(_BUDGETS, f"{context.namespace}/")
        return [each for each in found if _selects(each.object, labels)]

    def _ask(self, context: Context, pod: Stored, budget: Stored) -> None:
        """Refuse an eviction that a budget forbids, or count it."""
        spec, status = budget.object.get("spec") or {}, budget.object.get("status") or {}
        healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        if not _is_ready(pod.object):
            always = spec.get("unhealthyPodEvictionPolicy") == "AlwaysAllow"
            if always or healthy >= desired > 0:
                return
        _check(budget)
        counted = _counted(budget.object, pod.name, rfc3339(context.now))
        if not context.dry_run:
            owned = self._own(budget.object, counted, context.now)
            self._pods.storage.put(_BUDGETS, budget.key, owned)


def _ignores_budgets(pod: Object) -> bool:
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed", "Pending")
    return ended or bool(pod["metadata"].get("deletionTimestamp"))


def _selects(budget: Object, labels: Object) -> bool:
    selector = (budget.get("spec") or {}).get("selector")
    if selector is None:
        return False
    try:
        return LabelSelector.from_dict(selector).matches(labels)
    except SelectorError:
        return False


def _condition(status: Object, kind: str) -> Object:
    conditions = status.get("conditions") or ()
    return next((each for each in conditions if each.get("type") == kind), {})


def _is_ready(pod: Object) -> bool:
    return bool(_condition(pod.get("status") or {}, "Ready").get("status") == "True")


def _check(budget: Stored) -> None:
    name, status = budget.name, budget.object.get("status") or {}
    if status.get("observedGeneration", 0) < budget.object["metadata"].get("generation", 0):
        raise _too_many(f"The disruption budget {name} is still being processed by the server.", 10)
    allowed, resource = status.get("disruptionsAllowed", 0), GroupResource("policy", "poddisruptionbudget")
    if allowed < 0:
        raise StatusError.forbidden(resource, name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or ()) > _MOST_DISRUPTED:
        text = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise StatusError.forbidden(resource, name, text)
    if allowed == 0:
        raise _too_many(f"The disruption budget {name} {_reason(status)}", 0)


def _reason(status: Object) -> str:
    condition, refuses = _condition(status, "DisruptionAllowed"), "does not allow evicting pods currently"
    message = condition.get("message") if condition.get("status") == "False" else ""
    if message and condition.get("reason") == "SyncFailed":
        return f"{refuses} because it failed sync: {message}"
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if healthy <= desired:
        return f"needs {desired} healthy pods and has {healthy} currently"
    return f"{refuses} ({condition.get('reason', '')}): {message}" if message else refuses


def _too_many(cause: str, seconds: int) -> StatusError:
    error = StatusError.too_many_requests(_VIOLATES, seconds)
    details: dict[str, Any] = {"causes": [{"reason": "DisruptionBudget", "message": cause}]}
    error.status["details"] = details | ({"retryAfterSeconds": seconds} if seconds else {})
    if not seconds:
        error.headers = ()
    return error


def _counted(budget: Object, pod: str, now: str) -> Object:
    """The budget after one more disruption."""
    status = dict(budget.get("status") or {})
    status["disruptionsAllowed"] -= 1
    if status["disruptionsAllowed"] == 0:
        before = _condition(status, "DisruptionAllowed")
        since = before.get("lastTransitionTime") if before.get("status") == "False" else now
        exhausted = {
            "type": "DisruptionAllowed", "status": "False", "lastTransitionTime": since,
            "reason": "InsufficientPods", "message": "",
        }  # fmt: skip
        if (generation := status.get("observedGeneration")) is not None:
            exhausted["observedGeneration"] = generation
        status["conditions"] = _with_condition(status, exhausted)
    status["disruptedPods"] = {**(status.get("disruptedPods") or {}), pod: now}
    return {**budget, "status": status}


def _with_condition(status: Object, condition: Object) -> list[Object]:
    conditions = list(status.get("conditions") or ())
    for position, each in enumerate(conditions):
        if each.get("type") == condition["type"]:
            conditions[position] = condition
            return conditions
    return [*conditions, condition]


def _disrupted(pod: Object, now: str) -> Object:
    """The Pod with the reason why it goes."""
    status = pod.get("status") or {}
    target = {
        "type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": now,
        "reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting",
    }  # fmt: skip
    return {**pod, "status": {**status, "conditions": _with_condition(status, target)}}
