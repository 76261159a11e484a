"""Lets volumes and claims go that were deleted, once nobody uses them.

Source: kubernetes, pkg/controller/volume/{pvcprotection,pvprotection}.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS

__all__ = ["ClaimProtection", "VolumeProtection"]

_CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
_VOLUME_FINALIZER = "kubernetes.io/pv-protection"


class ClaimProtection:
    """A claim is used by the Pods that name it and have a node."""

    resources = (PERSISTENT_VOLUME_CLAIMS.table, PODS.table)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == PERSISTENT_VOLUME_CLAIMS.table:
            return (event.stored.key,) if event.stored.object["metadata"].get("deletionTimestamp") else ()
        return [f"{event.stored.namespace}/{name}" for name in sorted(_claims(event.stored.object))]

    async def reconcile(self, key: Key) -> None:
        claim = self._around.get(PERSISTENT_VOLUME_CLAIMS, key)
        if claim is None or not _is_held(claim, _CLAIM_FINALIZER):
            return
        metadata = claim["metadata"]
        for pod in self._around.list(PODS, metadata["namespace"]):
            ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
            if metadata["name"] in _claims(pod) and pod["spec"].get("nodeName") and not ended:
                return
        await self._around.writer.update(PERSISTENT_VOLUME_CLAIMS, _let_go(claim, _CLAIM_FINALIZER))


class VolumeProtection:
    """A volume is used while it is bound."""

    resources = (PERSISTENT_VOLUMES.table,)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        return (event.stored.key,)

    async def reconcile(self, key: Key) -> None:
        volume = self._around.get(PERSISTENT_VOLUMES, key)
        if volume is None or not _is_held(volume, _VOLUME_FINALIZER):
            return
        if (volume.get("status") or {}).get("phase") != "Bound":
            await self._around.writer.update(PERSISTENT_VOLUMES, _let_go(volume, _VOLUME_FINALIZER))


def _claims(pod: Object) -> set[str]:
    volumes = pod["spec"].get("volumes") or ()
    return {each["persistentVolumeClaim"]["claimName"] for each in volumes if "persistentVolumeClaim" in each}


def _is_held(obj: Object, finalizer: str) -> bool:
    metadata = obj["metadata"]
    return bool(metadata.get("deletionTimestamp")) and finalizer in (metadata.get("finalizers") or ())


def _let_go(obj: Object, finalizer: str) -> Object:
    left = [each for each in obj["metadata"]["finalizers"] if each != finalizer]
    return {**obj, "metadata": {**obj["metadata"], "finalizers": left}}
