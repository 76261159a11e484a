"""The kubelet of every node: Pods run as soon as they have a node, and end when they are deleted.

No containers: images are not pulled, probes succeed, volumes need not exist, and nothing restarts or crashes by itself.
A status that somebody else has written to a running Pod stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import NODES, PODS
from fakes.kube.controllers.nodes import node_address
from fakes.kube.controllers.owners import controller_of
from fakes.kube.controllers.pod_status import ended, resized, running, with_ephemeral

__all__ = ["Kubelet", "KubeletSettings"]

_NETWORK = "10.244."


def _succeeds(_: Mapping[str, Any]) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletSettings:
    """How long things take on a node, by the clock of the cluster.

    Args:
        node: the name of the node that is there from the start.
        start_delay: from being scheduled to running and ready.
        waits_for_grace: a deleted Pod goes when its grace period is over, instead of at once.
        job_duration: how long the Pod of a Job runs; None for ever.
        exit_code: with what the containers of a Job's Pod exit.
    """

    node: str = "fake-node"
    start_delay: timedelta = timedelta(0)
    waits_for_grace: bool = False
    job_duration: timedelta | None = timedelta(0)
    exit_code: Callable[[Mapping[str, Any]], int] = _succeeds


class Kubelet:
    """Runs the Pods of all nodes."""

    resources = (PODS.table, NODES.table)

    def __init__(self, around: Surroundings, settings: KubeletSettings) -> None:
        self._around = around
        self._settings = settings
        self._addresses = 0

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == NODES.table:
            return self._pods_on(event.stored.key) if event.type == "ADDED" else ()
        if event.type == "DELETED" or not event.stored.object["spec"].get("nodeName"):
            return ()
        self._note_address((event.stored.object.get("status") or {}).get("podIP") or "")
        return (event.stored.key,)

    def _pods_on(self, node: str) -> list[Key]:
        found = self._around.storage.list(PODS.table)
        return [stored.key for stored in found if stored.object["spec"].get("nodeName") == node]

    async def reconcile(self, key: Key) -> None:
        pod = self._around.get(PODS, key)
        node = self._around.get(NODES, pod["spec"].get("nodeName", "")) if pod is not None else None
        if pod is None or node is None:
            return
        phase = (pod.get("status") or {}).get("phase") or "Pending"
        if pod["metadata"].get("deletionTimestamp"):
            await self._end(key, pod, phase)
        elif phase == "Pending":
            await self._start(key, pod, node)
        elif phase == "Running":
            await self._go_on(key, pod)

    async def _start(self, key: Key, pod: Object, node: Object) -> None:
        now = self._around.clock.now()
        ready = _scheduled(pod) + self._settings.start_delay
        if self._settings.start_delay and ready > now:
            self._around.later(key, ready)
            return
        host = node_address(node)
        address = host if pod["spec"].get("hostNetwork") else self._next_address()
        await self._write(pod, running(pod, rfc3339(now), address=address, host=host))

    def _note_address(self, address: str) -> None:
        """Give out none twice, not even one that was given out before we ran."""
        if address.startswith(_NETWORK):
            high, _, low = address.removeprefix(_NETWORK).partition(".")
            if high.isdigit() and low.isdigit():
                self._addresses = max(self._addresses, int(high) << 8 | int(low))

    def _next_address(self) -> str:
        self._addresses += 1
        return f"{_NETWORK}{self._addresses >> 8 & 255}.{self._addresses & 255}"

    async def _go_on(self, key: Key, pod: Object) -> None:
        now = self._around.clock.now()
        status = pod["status"]
        expected = {each["name"] for each in pod["spec"].get("ephemeralContainers") or ()}
        if expected != {each["name"] for each in status.get("ephemeralContainerStatuses") or ()}:
            await self._write(pod, with_ephemeral(pod, rfc3339(now)))
            return
        if (changed := resized(pod)) is not None:
            await self._write(pod, changed)
            return
        duration = self._settings.job_duration
        if duration is None or not _is_of_job(pod):
            return
        over = _moment(status.get("startTime") or rfc3339(now)) + duration
        if over > now:
            self._around.later(key, over)
            return
        await self._write(pod, ended(pod, rfc3339(now), self._settings.exit_code(pod)))

    async def _end(self, key: Key, pod: Object, phase: str) -> None:
        metadata = pod["metadata"]
        if not metadata.get("deletionGracePeriodSeconds"):
            return
        if (
            self._settings.waits_for_grace
            and (deadline := _moment(metadata["deletionTimestamp"])) > self._around.clock.now()
        ):
            self._around.later(key, deadline)
            return
        if phase == "Running" and metadata.get("finalizers"):
            await self._write(pod, ended(pod, rfc3339(self._around.clock.now()), 137))
        await self._around.writer.delete(PODS, pod, grace=0)

    async def _write(self, pod: Object, status: Object) -> None:
        await self._around.writer.update_status(PODS, pod, status)


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC)


def _scheduled(pod: Object) -> datetime:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    stamps = [each.get("lastTransitionTime") for each in conditions if each.get("type") == "PodScheduled"]
    return _moment(next((stamp for stamp in stamps if stamp), pod["metadata"]["creationTimestamp"]))


def _is_of_job(pod: Object) -> bool:
    owner = controller_of(pod)
    return owner is not None and owner["kind"] == "Job"
