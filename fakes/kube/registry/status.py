"""``/status``: the same object, of which only the status may change."""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.objectmeta import validate_common_fields, validate_object_meta_update
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["StatusStore", "StatusUpdates"]


class StatusUpdates(Store):
    """The store's update with what a client may change turned around.

    When an object may go is asked of the store itself: a namespace does not end with a write of its status.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(
            resource=store.resource, kind=store.kind, namespaced=store.namespaced, strategy=store.strategy,
            storage=store.storage, clock=store.clock,
        )  # fmt: skip
        self.table = store.table
        self.may_go = store.may_go  # type: ignore[method-assign]

    def prepared_for_update(self, obj: Object, old: Object) -> Object:
        before = old["metadata"]
        metadata = {**obj["metadata"]}
        for field in (
            "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion",
            "ownerReferences", "finalizers",
        ):  # fmt: skip
            if field in before:
                metadata[field] = before[field]
            else:
                metadata.pop(field, None)
        if self.strategy.status_keeps_metadata:
            metadata = {**before, "managedFields": metadata.get("managedFields")}
        changed = {**old, "metadata": ordered(metadata)}
        if "status" in obj:
            changed["status"] = obj["status"]
        else:
            changed.pop("status", None)
        self.strategy.prepare_for_status_update(changed, old)
        self.strategy.stamp_status(changed, old, rfc3339(self.clock.now()))
        return changed

    def warnings(self, obj: Object, old: Object) -> list[str]:
        return []

    def _validate_update(self, obj: Object, existing: Stored) -> None:
        metadata, before = obj["metadata"], existing.object["metadata"]
        errors = validate_common_fields(metadata, before, namespaced=self.namespaced)
        errors += validate_object_meta_update(
            metadata, before, finalizers_standard=self.strategy.standard_finalizers
        )  # fmt: skip
        errors += self.strategy.validate_status_update(obj, existing.object)
        if errors:
            raise StatusError.invalid(self.kind, existing.name, errors)


class StatusStore:
    """The status subresource of what a store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._updates = StatusUpdates(store)

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        return await self._store.get(context, name, resource_version)

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        self._store.find(context, name)
        return await self._updates.update(context, name, transform, patch=patch)
