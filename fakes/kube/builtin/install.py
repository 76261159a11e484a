"""Installs the built-in resources: a store, a codec and a table for each, and the subresources that hang on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.managedfields.field_manager import FieldManager
from fakes.apimachinery.managedfields.field_set import FieldSet, from_paths
from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.schema import GroupKind, GroupResource, GroupVersionKind
from fakes.apimachinery.table import TableConvertor
from fakes.apimachinery.types import ANY, Type
from fakes.apiserver.admission.chain import AdmissionChain
from fakes.apiserver.endpoints.installer import APIInstaller
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.registry.rest import Lister
from fakes.apiserver.registry.store import Store
from fakes.apiserver.registry.strategy import Strategy
from fakes.apiserver.storage.interface import Storage
from fakes.kube.builtin.codec import BuiltinCodec
from fakes.kube.builtin.schemas import BuiltinTypes
from fakes.kube.builtin.versions import Conversion, conversion_of
from fakes.kube.registry.namespaces import FinalizeStore, NamespaceStore
from fakes.kube.registry.status import StatusStore

__all__ = ["BuiltinInstaller", "Special"]

_DEPRECATIONS = {
    "componentstatuses": "v1 ComponentStatus is deprecated in v1.19+",
    "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
_SCALE = GroupVersionKind("autoscaling", "v1", "Scale")
Special = Callable[[Store], Any]
"""Makes the storage of a subresource from that of its resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinInstaller:
    """What the installation of every built-in resource needs.

    Args:
        strategy_of, table_of: the rules and the columns of a kind, by group, version and kind.
        subresources: storages of subresources other than ``status``, by ``resource.group/subresource``.
        resources: storages of resources that are not kept, by ``resource.group``.
        stores: filled with the store of each resource, by ``resource.version.group``.
        store_types: what keeps the objects of a resource, where it is not the generic store.
    """

    installer: APIInstaller
    storage: Storage
    clock: Clock
    types: BuiltinTypes
    admission: AdmissionChain
    strategy_of: Callable[[str, str, str], Strategy]
    table_of: Callable[[str, str, str], TableConvertor]
    subresources: Mapping[str, Special]
    resources: Mapping[str, Any]
    stores: dict[str, Store]
    store_types: Mapping[str, type[Store]]

    def install(self, resource: APIResource) -> None:
        """Serve a resource and its subresources."""
        name = str(GroupResource(resource.group, resource.resource))
        kind = resource.group_version_kind
        conversion = conversion_of(kind)
        strategy = self.strategy_of(resource.group, resource.version, resource.kind)
        if name in self.resources:
            storage = self.resources[name]
            table = self.table_of(*kind) if isinstance(storage, Lister) else None
            self._scope(resource, "", kind, storage, strategy, conversion, table=table)
            store = None
        else:
            store = self._store(resource, strategy, conversion)
            table = self.table_of(resource.group, resource.version, resource.kind)
            self._scope(resource, "", kind, store, strategy, conversion, table=table)
        for sub in resource.subresources:
            self._install_subresource(resource, sub, store, strategy, conversion)

    def _store(self, resource: APIResource, strategy: Strategy, conversion: Conversion) -> Store:
        stored_as = GroupResource(conversion.storage_group, resource.resource)
        table = str(stored_as)
        store = self.store_types.get(table, Store)(
            resource=GroupResource(resource.group, resource.resource),
            kind=GroupKind(conversion.storage_group, resource.kind), namespaced=resource.namespaced, strategy=strategy,
            storage=self.storage, clock=self.clock,
        )  # fmt: skip
        store.table = table
        self.stores[f"{resource.resource}.{resource.version}.{resource.group}"] = store
        return store

    def _install_subresource(
        self,
        resource: APIResource,
        sub: APISubresource,
        store: Store | None,
        strategy: Strategy,
        conversion: Conversion,
    ) -> None:
        kind = GroupVersionKind(sub.group, sub.version, sub.kind)
        key = f"{GroupResource(resource.group, resource.resource)}/{sub.name}"
        if sub.name == "status" and store is not None:
            table = self.table_of(resource.group, resource.version, resource.kind)
            self._scope(resource, sub.name, kind, StatusStore(store), strategy, conversion, table=table)
        elif key == "namespaces/finalize" and isinstance(store, NamespaceStore):
            self._scope(resource, sub.name, kind, FinalizeStore(store), strategy, conversion, table=None)
        elif key in self.subresources and store is not None:
            rules = strategy if kind == resource.group_version_kind else self.strategy_of(*kind)
            shown = self.table_of(*kind) if kind in (_SCALE, resource.group_version_kind) else None
            rest = self.subresources[key](store)
            self._scope(resource, sub.name, kind, rest, rules, conversion, table=shown)

    def _scope(
        self, resource: APIResource, subresource: str, kind: GroupVersionKind, rest: Any, strategy: Strategy,
        conversion: Conversion, *, table: TableConvertor | None,
    ) -> None:  # fmt: skip
        codec = BuiltinCodec(
            kind, self._type(kind), self._manager(kind, strategy), strategy.default, self._known,
            present=conversion.present, store=conversion.store,
        )  # fmt: skip
        self.installer.install(
            RequestScope(
                resource=resource, subresource=subresource, kind=kind, rest=rest, codec=codec, table=table,
                admission=self.admission, deprecation=_DEPRECATIONS.get(resource.resource, ""),
            )
        )  # fmt: skip

    def codec(self, kind: GroupVersionKind) -> BuiltinCodec:
        """The codec of a kind that nothing special is known of."""
        return BuiltinCodec(
            kind, self._type(kind), self._manager(kind, Strategy()), Strategy().default, self._known
        )

    def _type(self, kind: GroupVersionKind) -> Type:
        """The type of a kind; options of connections (PodExecOptions) travel in queries and need none."""
        return self.types.type_of(*kind) if self.types.knows(kind) else ANY

    def _known(self, kind: GroupVersionKind) -> Type | None:
        return self.types.type_of(*kind) if self.types.knows(kind) else None

    def _manager(self, kind: GroupVersionKind, strategy: Strategy) -> FieldManager:
        return FieldManager(
            type=self._type(kind),
            api_version=kind.api_version,
            kind=kind.kind,
            reset_fields=reset_fields(strategy),
        )


def reset_fields(strategy: Strategy) -> Mapping[str, FieldSet]:
    """Which fields a write through the object itself, and one through its status, does not change."""
    if not strategy.has_status:
        return {}
    resets = {"finalize": strategy.resets[""], **strategy.resets}
    return {
        subresource: from_paths(*(tuple(f"f:{name}" for name in path.split(".")) for path in paths))
        for subresource, paths in resets.items()
    }
