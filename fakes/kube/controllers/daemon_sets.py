"""DaemonSets: a Pod on every node that will have it.

Not simulated: surge; a rollout replaces Pods one node after the other. Source: kubernetes, pkg/controller/daemon.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.claiming import claim, concerned_owners
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.controller_revisions import HASH_LABEL, Revisions
from fakes.kube.controllers.kinds import DAEMON_SETS, NODES, PODS
from fakes.kube.controllers.node_fit import misfit
from fakes.kube.controllers.pods import available_at, is_ready, pod_from_template
from fakes.kube.controllers.stateful_pods import REVISION

__all__ = ["DaemonSetController"]

_GENERATION = "pod-template-generation"
_DEPRECATED = "deprecated.daemonset.template.generation"
_TOLERATED = (
    ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
)  # fmt: skip


class DaemonSetController:
    """Creates the Pods that are missing, deletes those that should not be, and replaces old ones."""

    resources = (DAEMON_SETS.table, PODS.table, NODES.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._revisions = Revisions(around, DAEMON_SETS)

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == NODES.table:
            return [stored.key for stored in self._around.storage.list(DAEMON_SETS.table)]
        if event.resource == PODS.table:
            return concerned_owners(self._around, DAEMON_SETS, event)
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        owner = self._around.get(DAEMON_SETS, key)
        if owner is None or owner["metadata"].get("deletionTimestamp"):
            return
        revision = await self._revisions.current(owner)
        digest = revision["metadata"]["labels"][HASH_LABEL]
        pods = await claim(self._around, DAEMON_SETS, owner, PODS)
        wanted = {
            node["metadata"]["name"] for node in self._around.list(NODES) if not misfit(_pod(owner, ""), node)
        }
        if not await self._manage(owner, pods, wanted, digest):
            await self._replace(owner, pods, digest)
        await self._write_status(key, owner, wanted, digest)

    async def _manage(self, owner: Object, pods: list[Object], wanted: set[str], digest: str) -> bool:
        """Have one Pod on each node and none elsewhere; whether there was anything to do."""
        seen: set[str] = set()
        busy = False
        for pod in pods:
            node = _node_of(pod)
            if pod["metadata"].get("deletionTimestamp"):
                seen.add(node)
                busy = True
            elif node not in wanted or node in seen or _has_ended(pod):
                await self._around.writer.delete(PODS, pod)
                busy = True
            seen.add(node)
        for node in sorted(wanted - seen):
            pod = _pod(owner, node)
            labels = {REVISION: digest, _GENERATION: _generation(owner)}
            pod["metadata"]["labels"] = {**(pod["metadata"].get("labels") or {}), **labels}
            await self._around.writer.create(PODS, pod)
            busy = True
        return busy

    async def _replace(self, owner: Object, pods: list[Object], digest: str) -> None:
        if (owner["spec"].get("updateStrategy") or {}).get("type") == "OnDelete":
            return
        old = [each for each in pods if (each["metadata"].get("labels") or {}).get(REVISION) != digest]
        if old and all(is_ready(each) for each in pods if each not in old):
            await self._around.writer.delete(PODS, min(old, key=_node_of))

    async def _write_status(self, key: Key, owner: Object, wanted: set[str], digest: str) -> None:
        pods = await claim(self._around, DAEMON_SETS, owner, PODS)
        now, seconds = self._around.clock.now(), owner["spec"].get("minReadySeconds", 0)
        placed = {_node_of(pod): pod for pod in pods}
        here = [pod for node, pod in sorted(placed.items()) if node in wanted]
        moments = [moment for pod in here if (moment := available_at(pod, seconds)) is not None]
        if later := [moment for moment in moments if moment > now]:
            self._around.later(key, min(later))
        available = len(moments) - len(later)
        status: Object = {
            "currentNumberScheduled": len(here),
            "numberMisscheduled": len(placed) - len(here),
            "desiredNumberScheduled": len(wanted),
            "numberReady": sum(map(is_ready, here)),
        }
        others = {
            "observedGeneration": owner["metadata"]["generation"],
            "updatedNumberScheduled": sum(
                (pod["metadata"].get("labels") or {}).get(REVISION) == digest for pod in here
            ),
            "numberAvailable": available,
            "numberUnavailable": len(wanted) - available,
        }
        status |= {name: count for name, count in others.items() if count}
        await self._around.writer.update_status(DAEMON_SETS, owner, status)
        await self._revisions.forget(
            owner, [each["metadata"]["name"] for each in self._revisions.of(owner)[-1:]]
        )


def _generation(owner: Object) -> str:
    return str((owner["metadata"].get("annotations") or {}).get(_DEPRECATED, "1"))


def _pod(owner: Object, node: str) -> Object:
    """A Pod that tolerates what a node suffers from, and is for that node if one is named."""
    pod = pod_from_template(owner["spec"]["template"], owner, DAEMON_SETS)
    spec = dict(pod["spec"])
    added = [
        {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        for name, effect in _TOLERATED
    ]
    spec["tolerations"] = [*(spec.get("tolerations") or ()), *added]
    if node:
        field = {"key": "metadata.name", "operator": "In", "values": [node]}
        affinity = dict(spec.get("affinity") or {})
        of_nodes = dict(affinity.get("nodeAffinity") or {})
        required = of_nodes.get("requiredDuringSchedulingIgnoredDuringExecution") or {
            "nodeSelectorTerms": [{}]
        }
        terms = [{**each, "matchFields": [field]} for each in required["nodeSelectorTerms"]]
        of_nodes["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
        spec["affinity"] = {**affinity, "nodeAffinity": of_nodes}
    return {**pod, "spec": spec}


def _node_of(pod: Object) -> str:
    """The node on which a Pod is, or for which it was made."""
    if node := pod["spec"].get("nodeName"):
        return str(node)
    of_nodes = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = of_nodes.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            return str(field["values"][0])
    return ""


def _has_ended(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
