"""The life of a definition: its names are accepted, its resources served, and at its end its instances deleted first.

Source: apiextensions-apiserver, pkg/controller; what takes a real server some moments happens here before the next request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.apimachinery.clock import Clock, rfc3339
from fakes.apimachinery.schema import GroupResource
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.endpoints.request_scope import PatchContext
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.registry.rest import Context, Deleted, DeleteOptions
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Event, Storage, Stored
from fakes.kube.builtin.codec import BuiltinCodec
from fakes.kube.custom_resources.endpoints import EndpointBuilder
from fakes.kube.custom_resources.naming import (
    CLEANUP_FINALIZER,
    accepted_status,
    is_established,
    terminating_status,
)  # fmt: skip
from fakes.kube.custom_resources.serving import CustomResources

__all__ = ["DEFINITIONS", "DefinitionController", "DefinitionStore"]

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
_SERVER = UserInfo(name="system:apiserver", groups=("system:masters",))


class DefinitionStore(Store):
    """Definitions: a deletion waits until the instances are gone."""

    def _delete(self, context: Context, existing: Stored, options: DeleteOptions) -> Deleted:
        metadata = existing.object["metadata"]
        if metadata.get("deletionTimestamp"):
            return super()._delete(context, existing, options)
        finalizers = metadata.get("finalizers") or []
        if CLEANUP_FINALIZER not in finalizers:
            finalizers = [*finalizers, CLEANUP_FINALIZER]
        marked = {
            **existing.object,
            "metadata": ordered(
                {**metadata, "deletionTimestamp": rfc3339(context.now), "finalizers": finalizers}
            ),
            "status": terminating_status(existing.object, "InstanceDeletionPending", context.now),
        }
        return Deleted(self._put(context, existing.key, marked), gone=False, show=True)


class DefinitionController:
    """Keeps what is served in step with the definitions."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        builder: EndpointBuilder,
        served: CustomResources,
        codec: BuiltinCodec,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._builder = builder
        self._served = served
        self._codec = codec
        self._dirty: dict[str, None] = {}
        self._ending: set[str] = set()
        self.on_change: Callable[[], None] = lambda: None
        storage.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.resource == DEFINITIONS:
            self._dirty[event.stored.key] = None
            if event.type == "DELETED":
                self._dirty.update(dict.fromkeys(stored.key for stored in self._storage.list(DEFINITIONS)))
        elif event.type == "DELETED" and event.resource in self._ending:
            self._dirty[event.resource] = None

    def settle(self) -> bool:
        """Do what the changed definitions ask for; whether there was anything to do."""
        if not self._dirty:
            return False
        dirty, self._dirty = self._dirty, {}
        for key in dirty:
            stored = self._storage.get(DEFINITIONS, key)
            if stored is None:
                self._forget(key)
            elif stored.object["metadata"].get("deletionTimestamp"):
                self._end(stored)
            else:
                self._accept(stored)
        self.on_change()
        return True

    def _forget(self, key: str) -> None:
        plural, _, group = key.partition(".")
        self._served.remove(group, plural)
        self._ending.discard(key)

    def _accept(self, stored: Stored) -> None:
        others = [each.object for each in self._storage.list(DEFINITIONS)]
        now = self._clock.now()
        status = accepted_status(stored.object, others, now)
        crd = stored.object
        if status != crd.get("status"):
            crd = self._write_status(stored, status)
        spec = crd["spec"]
        if is_established(crd):
            self._served.remove(spec["group"], spec["names"]["plural"])
            for scopes in self._builder.build(crd):
                self._served.install(scopes)

    def _write_status(self, stored: Stored, status: dict[str, Any]) -> dict[str, Any]:
        changed = {**stored.object, "status": status}
        who = PatchContext("kube-apiserver", "status", self._clock.now())
        owned = self._codec.own(stored.object, changed, who)
        self._storage.put(DEFINITIONS, stored.key, owned)
        self._dirty.pop(stored.key, None)
        return owned

    def _end(self, stored: Stored) -> None:
        spec = stored.object["spec"]
        group, plural = spec["group"], spec["names"]["plural"]
        self._ending.add(stored.key)
        self._served.terminate(group, plural)
        instances = self._storage.list(str(GroupResource(group, plural)))
        if instances and not self._deleting(stored):
            self._write_status(
                stored, terminating_status(stored.object, "InstanceDeletionInProgress", self._clock.now())
            )
            self._delete_instances(group, plural, instances)
            self._dirty[stored.key] = None
            return
        if instances:
            return
        self._finalize(stored)

    def _deleting(self, stored: Stored) -> bool:
        conditions = (stored.object.get("status") or {}).get("conditions") or ()
        return any(each.get("reason") == "InstanceDeletionInProgress" for each in conditions)

    def _delete_instances(self, group: str, plural: str, instances: Any) -> None:
        scopes = self._served.scopes(group, plural)
        store: Store | None = scopes[0].rest if scopes else None
        for each in list(instances):
            if store is None:
                self._storage.delete(str(GroupResource(group, plural)), each.key)
                continue
            context = Context(user=_SERVER, namespace=each.namespace, now=self._clock.now())
            store._delete(context, each, DeleteOptions())

    def _finalize(self, stored: Stored) -> None:
        metadata = stored.object["metadata"]
        left = [name for name in metadata.get("finalizers") or () if name != CLEANUP_FINALIZER]
        done = {
            **stored.object,
            "metadata": ordered({**metadata, "finalizers": left}),
            "status": terminating_status(stored.object, "InstanceDeletionCompleted", self._clock.now()),
        }
        if left:
            if left != metadata.get("finalizers"):
                self._storage.put(DEFINITIONS, stored.key, done)
                self._dirty.pop(stored.key, None)
            return
        self._storage.delete(DEFINITIONS, stored.key, done)
