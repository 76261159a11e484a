"""Namespaces: deleted in two steps, so that what is in them can go first."""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry import deletion
from fakes.apiserver.registry.objects import ordered
from fakes.apiserver.registry.rest import Context, Deleted, DeleteOptions, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["FinalizeStore", "NamespaceStore"]


class NamespaceStore(Store):
    """The verbs of namespaces; deletion marks them as terminating while ``spec.finalizers`` are left.

    There is no ``deletecollection``. Source: kubernetes, pkg/registry/core/namespace/storage/storage.go.
    """

    delete_collection = None  # type: ignore[assignment]

    def may_go(self, obj: Object) -> bool:
        return super().may_go(obj) and not (obj.get("spec") or {}).get("finalizers")

    def check_preconditions(self, obj: Object, options: DeleteOptions) -> None:
        metadata = obj["metadata"]
        for shown, wanted, found in (
            ("UID", options.uid, metadata["uid"]),
            ("ResourceVersion", options.resource_version, metadata["resourceVersion"]),
        ):
            if wanted is not None and wanted != found:
                text = (
                    f"Precondition failed: {shown} in precondition: {wanted}, {shown} in object meta: {found}"
                )
                raise StatusError.conflict(self.resource, metadata["name"], text)

    def _delete(self, context: Context, existing: Stored, options: DeleteOptions) -> Deleted:
        obj = existing.object
        metadata = obj["metadata"]
        finalizers = deletion.finalizers_for(obj, options, self.strategy.default_propagation)
        if not metadata.get("deletionTimestamp"):
            marked = {
                **obj,
                "metadata": ordered(
                    {**metadata, "deletionTimestamp": rfc3339(context.now), "finalizers": finalizers}
                ),
                "status": {**(obj.get("status") or {}), "phase": "Terminating"},
            }
            if (obj.get("spec") or {}).get("finalizers") or finalizers:
                return Deleted(self._put(context, existing.key, marked), gone=False, show=True)
            existing = Stored(existing.key, marked, existing.revision)
        elif not self.may_go(obj):
            return Deleted(existing, gone=False, show=True)
        if not context.dry_run:
            self.storage.delete(self.table, existing.key)
        return Deleted(existing, gone=True, show=True)


class _FinalizeUpdates(NamespaceStore):
    def prepared_for_update(self, obj: Object, old: Object) -> Object:
        finalizers = (obj.get("spec") or {}).get("finalizers") or []
        changed = super().prepared_for_update(obj, old)
        spec = {name: value for name, value in (changed.get("spec") or {}).items() if name != "finalizers"}
        return {**changed, "spec": {**spec, "finalizers": finalizers} if finalizers else spec}


class FinalizeStore:
    """``/finalize``: the only way to change ``spec.finalizers``."""

    def __init__(self, store: NamespaceStore) -> None:
        self._updates = _FinalizeUpdates(
            resource=store.resource, kind=store.kind, namespaced=False, strategy=store.strategy,
            storage=store.storage, clock=store.clock,
        )  # fmt: skip

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        if patch:
            raise StatusError.method_not_allowed()
        self._updates.find(context, name)
        return await self._updates.update(context, name, transform)
