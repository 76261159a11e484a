"""``/status``: the same object, of which only the status may change."""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_common_fields, validate_object_meta_update
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store, changed_metadata
from fakes.apiserver.storage.interface import Stored

__all__ = ["StatusStore", "StatusUpdates"]

_KEPT = ("deletionTimestamp", "labels", "annotations", "finalizers", "ownerReferences")


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
        changed = self.with_status(obj, old)
        self.strategy.prepare_for_status_update(changed, old)
        self.strategy.stamp_status(changed, old, rfc3339(self.clock.now()))
        return changed

    def with_status(self, obj: Object, old: Object) -> Object:
        """The old object with the status of the new one, and what of its metadata goes with it."""
        before = old["metadata"]
        metadata = changed_metadata(obj["metadata"], before)
        if self.strategy.status_keeps_metadata:
            metadata = {name: value for name, value in metadata.items() if name not in _KEPT}
            metadata |= {name: before[name] for name in _KEPT if name in before}
        changed = {**old, "metadata": ordered(metadata)}
        if "status" in obj:
            changed["status"] = obj["status"]
        else:
            changed.pop("status", None)
        return changed

    def warnings(self, obj: Object, old: Object) -> list[str]:
        return []

    def _validate_update(self, obj: Object, existing: Stored) -> None:
        metadata, before = obj["metadata"], existing.object["metadata"]
        errors = validate_common_fields(metadata, before, namespaced=self.namespaced)
        if "change" in self.strategy.status_metadata_checks:
            standard = self.strategy.standard_finalizers
            errors += validate_object_meta_update(metadata, before, finalizers_standard=standard)
        errors += self.status_errors(obj, existing.object)
        if errors:
            raise StatusError.invalid(self.kind, existing.name, errors)

    def status_errors(self, obj: Object, old: Object) -> list[FieldError]:
        """What the kind has against the change."""
        return self.strategy.validate_status_update(obj, old)


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
