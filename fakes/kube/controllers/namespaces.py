"""The namespace controller: a namespace that was deleted is emptied, then let go.

Source: kubernetes, pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fakes.apimachinery.status import StatusError
from fakes.apimachinery.timestamps import rfc3339
from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Object, Surroundings
from fakes.kube.controllers.kinds import NAMESPACES, Kind
from fakes.kube.controllers.namespace_conditions import Remains, conditions

__all__ = ["NamespaceController"]

_FINALIZER = "kubernetes"
_APISERVICES = "apiservices.apiregistration.k8s.io"


class NamespaceController:
    """Deletes what is in terminating namespaces, in the storage and on servers behind the aggregator."""

    resources = ("*",)

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._terminating: set[str] = set()

    def hear(self, event: Event) -> Iterable[Key]:
        if event.resource == NAMESPACES.table:
            return self._hear_namespace(event)
        if not self._terminating:
            return ()
        if event.resource == _APISERVICES:
            return sorted(self._terminating)
        namespace = event.stored.key.partition("/")[0]
        return (namespace,) if namespace in self._terminating else ()

    def _hear_namespace(self, event: Event) -> Iterable[Key]:
        name = event.stored.key
        if event.type == "DELETED":
            self._terminating.discard(name)
        elif event.stored.object["metadata"].get("deletionTimestamp"):
            self._terminating.add(name)
            return (name,)
        return ()

    async def reconcile(self, key: Key) -> None:
        namespace = self._around.get(NAMESPACES, key)
        if namespace is None or not namespace["metadata"].get("deletionTimestamp"):
            return
        if _FINALIZER not in (namespace["spec"].get("finalizers") or ()):
            return
        remains = await self._empty(key)
        namespace = self._around.get(NAMESPACES, key) or namespace
        status = namespace.get("status") or {}
        found = conditions(status.get("conditions") or [], remains, rfc3339(self._around.clock.now()))
        await self._around.writer.update_status(NAMESPACES, namespace, {**status, "conditions": found})
        if remains.nothing:
            await self._finalize(self._around.get(NAMESPACES, key) or namespace)

    async def _finalize(self, namespace: Object) -> None:
        left = [each for each in namespace["spec"].get("finalizers") or () if each != _FINALIZER]
        changed = {**namespace, "spec": {**namespace["spec"], "finalizers": left}}
        await self._around.writer.update(NAMESPACES, changed, "finalize")

    async def _empty(self, namespace: str) -> Remains:
        """Delete all content that is not being deleted yet; what is left of it."""
        failing = self._around.mapping.failing()
        remains = Remains(failing=failing, refused=[], counts={}, finalizers=Counter())
        for kind in self._around.mapping.namespaced():
            if self._around.storage.list(kind.table, f"{namespace}/"):
                await self._empty_kind(kind, namespace, remains)
        for kind in self._around.mapping.elsewhere():
            await self._empty_elsewhere(kind, namespace, remains)
        return remains

    async def _empty_kind(self, kind: Kind, namespace: str, remains: Remains) -> None:
        found = self._around.list(kind, namespace)
        if any(not each["metadata"].get("deletionTimestamp") for each in found):
            try:
                await self._around.writer.delete_collection(kind, namespace)
            except StatusError as error:
                remains.refused.append(error.message)
        remains.count(kind, self._around.list(kind, namespace))

    async def _empty_elsewhere(self, kind: Kind, namespace: str, remains: Remains) -> None:
        try:
            if "deletecollection" in kind.verbs:
                await self._around.writer.delete_collection(kind, namespace)
            elif "list" in kind.verbs:
                for each in await self._around.writer.list(kind, namespace):
                    await self._around.writer.delete(kind, each)
            if "list" in kind.verbs:
                remains.count(kind, await self._around.writer.list(kind, namespace))
        except StatusError as error:
            if error.code not in (404, 405):
                remains.refused.append(error.message)
