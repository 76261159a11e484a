"""``/scale``: how many replicas a workload is to have, in the shape that all workloads share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.managedfields.scale import scale_entries, scaled_entries
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["ScaleStore"]


class ScaleStore:
    """The scale subresource of what a store keeps.

    Args:
        api_version: of the workload, as its managed fields name it.
        paths: where the replicas are in each version of the workload, as managed fields spell it.
        read: makes a Scale of an object, without ``kind`` and ``apiVersion``.
        write: the object with the replicas of a Scale.
        check: refuses an object that has no replicas to show. With it, the workload's own validation says which
            replicas are wrong; without, they are checked here.
    """

    def __init__(
        self, store: Store, *, api_version: str, paths: Mapping[str, tuple[str, ...]], read: Callable[[Object], Object],
        write: Callable[[Object, Object], Object], check: Callable[[Object], None] | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._api_version = api_version
        self._paths = paths
        self._read = read
        self._write = write
        self._check_object = check

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        stored = await self._store.get(context, name, resource_version)
        if self._check_object is not None:
            self._check_object(stored.object)
        return Stored(stored.key, self._read(stored.object), stored.revision)

    def _owned(self, stored: Stored) -> Stored:
        """The Scale with those who own the replicas, for whoever is about to change it."""
        scale = self._read(stored.object)
        entries = scale_entries(stored.object["metadata"].get("managedFields"), self._paths)
        metadata = {**scale["metadata"], "managedFields": entries} if entries else scale["metadata"]
        return Stored(stored.key, {**scale, "metadata": metadata}, stored.revision)

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        self._store.find(context, name)

        async def of_object(existing: Stored | None) -> Object:
            if existing is None:
                raise StatusError.not_found(self._store.resource, name)
            scale = await transform(self._owned(existing))
            self._check(scale, existing.object)
            return self._scaled(existing.object, scale)

        updated = await self._store.update(context, name, of_object, patch=patch)
        stored = updated.stored
        return Updated(Stored(stored.key, self._read(stored.object), stored.revision), created=False)

    def _scaled(self, obj: Object, scale: Object) -> Object:
        changed = self._write(obj, scale)
        metadata: dict[str, Any] = dict(changed["metadata"])
        if version := scale["metadata"].get("resourceVersion"):
            metadata["resourceVersion"] = version
        metadata["managedFields"] = scaled_entries(
            metadata.get("managedFields"),
            scale["metadata"].get("managedFields"),
            self._api_version,
            self._paths,
        )
        return {**changed, "metadata": metadata}

    def _check(self, scale: Object, obj: Object) -> None:
        replicas = (scale.get("spec") or {}).get("replicas", 0)
        if replicas < 0 and self._check_object is None:
            error = FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0")
            raise StatusError.invalid(GroupKind("autoscaling", "Scale"), obj["metadata"]["name"], [error])
