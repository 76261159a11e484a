"""PodDisruptionBudgets: how many Pods may be evicted right now.

Scales of custom workloads are not asked: their Pods count as many as there are.
Source: kubernetes, pkg/controller/disruption.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apimachinery.selectors import LabelSelector
from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import (
    DEPLOYMENTS,
    POD_DISRUPTION_BUDGETS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
)  # fmt: skip
from fakes.kube.controllers.owners import controller_of
from fakes.kube.controllers.pods import condition_of, is_active, is_ready
from fakes.kube.controllers.rollout_arithmetic import scaled_value

__all__ = ["DisruptionController"]

_SCALED = {each.kind: each for each in (DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS)}


class DisruptionController:
    """Keeps the status of every budget, which is all that an eviction asks."""

    resources = (POD_DISRUPTION_BUDGETS.table, PODS.table, *(each.table for each in _SCALED.values()))

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == POD_DISRUPTION_BUDGETS.table:
            return (event.stored.key,)
        found = self._around.storage.list(POD_DISRUPTION_BUDGETS.table, f"{event.stored.namespace}/")
        return [stored.key for stored in found]

    async def reconcile(self, key: Key) -> None:
        budget = self._around.get(POD_DISRUPTION_BUDGETS, key)
        if budget is None:
            return
        spec = budget["spec"]
        pods = self._selected(budget)
        healthy = sum(is_active(pod) and is_ready(pod) for pod in pods)
        expected, desired = self._wanted(spec, pods)
        allowed = max(0, healthy - desired) if expected > 0 else 0
        status = {
            **(budget.get("status") or {}),
            "observedGeneration": budget["metadata"].get("generation", 1),
            "disruptionsAllowed": allowed,
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
        }
        status["conditions"] = [self._condition(budget, allowed > 0)]
        await self._around.writer.update_status(POD_DISRUPTION_BUDGETS, budget, status)

    def _selected(self, budget: Object) -> list[Object]:
        selector = budget["spec"].get("selector")
        if selector is None:
            return []
        parsed = LabelSelector.from_dict(selector)
        pods = self._around.list(PODS, budget["metadata"]["namespace"])
        return [
            pod
            for pod in pods
            if parsed.matches(pod["metadata"].get("labels") or {})
            and (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
        ]

    def _wanted(self, spec: Object, pods: list[Object]) -> tuple[int, int]:
        """How many Pods there should be, and how many of them must stay healthy."""
        if (unavailable := spec.get("maxUnavailable")) is not None:
            expected = self._expected(pods)
            return expected, max(0, expected - scaled_value(unavailable, expected, up=True))
        available = spec.get("minAvailable", 0)
        if isinstance(available, int):
            return len(pods), available
        expected = self._expected(pods)
        return expected, scaled_value(available, expected, up=True)

    def _expected(self, pods: list[Object]) -> int:
        """The sum of what the owners of the Pods want to have."""
        owners: dict[str, int] = {}
        for pod in pods:
            owner = self._owner(pod)
            found = owner if owner is not None else pod
            owners[found["metadata"]["uid"]] = owner["spec"].get("replicas", 1) if owner is not None else 1
        return sum(owners.values())

    def _owner(self, obj: Object) -> Object | None:
        """The workload at the top of a Pod's owners."""
        reference = controller_of(obj)
        kind = _SCALED.get(reference["kind"]) if reference is not None else None
        if reference is None or kind is None:
            return None
        found = self._around.get(kind, f"{obj['metadata']['namespace']}/{reference['name']}")
        return None if found is None else self._owner(found) or found

    def _condition(self, budget: Object, allowed: bool) -> Object:
        known = condition_of(budget, "DisruptionAllowed")
        status = "True" if allowed else "False"
        since = rfc3339(self._around.clock.now())
        if known is not None and known.get("status") == status:
            since = known.get("lastTransitionTime") or since
        return {
            "type": "DisruptionAllowed", "status": status,
            "observedGeneration": budget["metadata"].get("generation", 1), "lastTransitionTime": since,
            "reason": "SufficientPods" if allowed else "InsufficientPods", "message": "",
        }  # fmt: skip
