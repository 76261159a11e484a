"""``/scale``: how many replicas a workload is to have, in the shape that all workloads share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["ScaleStore"]


class ScaleStore:
    """The scale subresource of what a store keeps.

    Args:
        read: makes a Scale of an object, without ``kind`` and ``apiVersion``.
        write: the object with the replicas of a Scale.
        own: takes the ownership of fields on to the object: called with the old object, the changed one and the Scale.
    """

    def __init__(
        self, store: Store, read: Callable[[Object], Object], write: Callable[[Object, Object], Object],
        own: Callable[[Object, Object, Object], Object],
    ) -> None:  # fmt: skip
        self._store = store
        self._read = read
        self._write = write
        self._own = own

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        return self._scale(await self._store.get(context, name, resource_version))

    def _scale(self, stored: Stored) -> Stored:
        return Stored(stored.key, self._read(stored.object), stored.revision)

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        self._store.find(context, name)

        async def of_object(existing: Stored | None) -> Object:
            if existing is None:
                raise StatusError.not_found(self._store.resource, name)
            scale = await transform(self._scale(existing))
            self._check(scale, existing.object)
            changed = self._write(existing.object, scale)
            metadata: dict[str, Any] = dict(changed["metadata"])
            if version := scale["metadata"].get("resourceVersion"):
                metadata["resourceVersion"] = version
            return self._own(existing.object, {**changed, "metadata": metadata}, scale)

        updated = await self._store.update(context, name, of_object, patch=patch)
        return Updated(self._scale(updated.stored), created=False)

    def _check(self, scale: Object, obj: Object) -> None:
        replicas = (scale.get("spec") or {}).get("replicas", 0)
        if replicas < 0:
            error = FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0")
            raise StatusError.invalid(GroupKind("autoscaling", "Scale"), obj["metadata"]["name"], [error])
