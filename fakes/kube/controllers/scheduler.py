"""The scheduler: gives a Pod the node with the fewest Pods among those that fit. It knows nothing of resources, spreading,
preemption or other Pods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import NODES, PODS
from fakes.kube.controllers.node_fit import misfit

__all__ = ["Scheduler"]

_NAME = "default-scheduler"


class Scheduler:
    """Binds the Pods that ask for the default scheduler."""

    resources = (PODS.table, NODES.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == NODES.table:
            found = self._around.storage.list(PODS.table)
            return [stored.key for stored in found if _wants_node(stored.object)]
        if event.type != "DELETED" and _wants_node(event.stored.object):
            return (event.stored.key,)
        return ()

    async def reconcile(self, key: Key) -> None:
        pod = self._around.get(PODS, key)
        if pod is None or not _wants_node(pod):
            return
        nodes = self._around.list(NODES)
        reasons = [misfit(pod, node) for node in nodes]
        fitting = [
            node["metadata"]["name"] for node, reason in zip(nodes, reasons, strict=True) if not reason
        ]
        if fitting:
            await self._bind(pod, self._least_busy(fitting))
        else:
            await self._give_up(pod, reasons)

    def _least_busy(self, names: list[str]) -> str:
        if len(names) == 1:
            return names[0]
        busy = Counter(
            stored.object["spec"].get("nodeName") for stored in self._around.storage.list(PODS.table)
        )
        return min(names, key=lambda name: (busy[name], name))

    async def _bind(self, pod: Object, node: str) -> None:
        metadata = pod["metadata"]
        binding = {
            "apiVersion": "v1", "kind": "Binding",
            "metadata": {"name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"]},
            "target": {"kind": "Node", "name": node},
        }  # fmt: skip
        await self._around.writer.create(PODS, binding, "binding")

    async def _give_up(self, pod: Object, reasons: list[str]) -> None:
        status = pod.get("status") or {}
        conditions = status.get("conditions") or []
        known = next((each for each in conditions if each.get("type") == "PodScheduled"), None)
        condition = {
            "type": "PodScheduled", "observedGeneration": pod["metadata"].get("generation", 1), "status": "False",
            "lastProbeTime": None, "lastTransitionTime": rfc3339(self._around.clock.now()),
            "reason": "Unschedulable", "message": _message(reasons),
        }  # fmt: skip
        if known is not None and known.get("status") == "False":
            condition["lastTransitionTime"] = known.get("lastTransitionTime")
        others = [each for each in conditions if each.get("type") != "PodScheduled"]
        await self._around.writer.update_status(PODS, pod, {**status, "conditions": [*others, condition]})


def _wants_node(pod: Object) -> bool:
    spec, metadata = pod["spec"], pod["metadata"]
    return not (
        spec.get("nodeName")
        or spec.get("schedulerName", _NAME) != _NAME
        or spec.get("schedulingGates")
        or metadata.get("deletionTimestamp")
    )


def _message(reasons: list[str]) -> str:
    if not reasons:
        return "no nodes available to schedule pods"
    total = len(reasons)
    counted = ", ".join(sorted(f"{count} {reason}" for reason, count in Counter(reasons).items()))
    return (
        f"0/{total} nodes are available: {counted}. preemption: 0/{total} nodes are available: "
        f"{total} Preemption is not helpful for scheduling."
    )
