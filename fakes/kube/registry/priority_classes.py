"""PriorityClasses, two of which the system depends on."""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Deleted, DeleteOptions, Listed, ListOptions
from fakes.apiserver.registry.store import Store

__all__ = ["PriorityClassStore"]

_SYSTEM = frozenset({"system-cluster-critical", "system-node-critical"})


class PriorityClassStore(Store):
    """The store of classes, from which those of the system cannot be deleted."""

    async def delete(self, context: Context, name: str, options: DeleteOptions) -> Deleted:
        if name in _SYSTEM:
            text = "this is a system priority class and cannot be deleted"
            raise StatusError.forbidden(self.resource, name, text)
        return await super().delete(context, name, options)

    async def delete_collection(self, context: Context, options: DeleteOptions, which: ListOptions) -> Listed:
        """The collection is not protected."""
        plain = Store(
            resource=self.resource, kind=self.kind, namespaced=self.namespaced, strategy=self.strategy,
            storage=self.storage, clock=self.clock,
        )  # fmt: skip
        plain.table = self.table
        return await plain.delete_collection(context, options, which)
