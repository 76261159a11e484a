"""The scopes of a definition: for each served version the resource, its status and its scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.clock import Clock
from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.schema import GroupKind, GroupResource, GroupVersionKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.apiserver.admission.chain import AdmissionChain
from fakes.apiserver.endpoints.negotiation import CUSTOM_TYPES
from fakes.apiserver.endpoints.request_scope import Codec, RequestScope
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Storage
from fakes.kube.custom_resources.codec import CustomResourceCodec
from fakes.kube.custom_resources.columns import scale_table
from fakes.kube.custom_resources.scale import ScalePaths
from fakes.kube.custom_resources.scale_codec import CustomScaleCodec
from fakes.kube.custom_resources.serving import version_rank
from fakes.kube.custom_resources.strategy import CustomResourceStrategy
from fakes.kube.custom_resources.version import CustomResourceVersion
from fakes.kube.registry.scale import ScaleStore
from fakes.kube.registry.status import StatusStore

__all__ = ["EndpointBuilder", "resource_of"]

Object = dict[str, Any]

_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_SUBRESOURCE_VERBS = ("get", "patch", "update")
_SCALE = GroupVersionKind("autoscaling", "v1", "Scale")


def resource_of(crd: Mapping[str, Any], version: CustomResourceVersion) -> APIResource:
    """What discovery says of a version."""
    spec, names = crd["spec"], crd["status"]["acceptedNames"]
    group, kind = spec["group"], names["kind"]
    subresources = []
    if version.has_status:
        subresources.append(
            APISubresource(
                name="status", group=group, version=version.kind.version, kind=kind, verbs=_SUBRESOURCE_VERBS
            )
        )
    if version.scale is not None:
        subresources.append(
            APISubresource(
                name="scale", group="autoscaling", version="v1", kind="Scale", verbs=_SUBRESOURCE_VERBS
            )
        )
    return APIResource(
        group=group, version=version.kind.version, kind=kind, resource=names["plural"], singular=names["singular"],
        namespaced=version.namespaced, verbs=_VERBS, short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()), subresources=tuple(subresources),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointBuilder:
    """Makes scopes of an established definition.

    Args:
        scale_codec: the codec of autoscaling/v1 Scale.
    """

    storage: Storage
    clock: Clock
    admission: AdmissionChain
    scale_codec: Callable[[], Codec]

    def build(self, crd: Object) -> list[list[RequestScope]]:
        """For each served version the scopes of the resource and its subresources."""
        served = [each["name"] for each in crd["spec"]["versions"] if each["served"]]
        versions = [CustomResourceVersion.parse(crd, name) for name in served]
        paths = {
            version.kind.api_version: _steps(version.scale.spec)
            for version in versions
            if version.scale is not None
        }
        kept = {
            name: CustomResourceVersion.parse(crd, name)
            for name in (each["name"] for each in crd["spec"]["versions"])
        }
        stored = next(kept[each["name"]] for each in crd["spec"]["versions"] if each.get("storage"))
        types = {version.kind.api_version: version.type for version in kept.values()}
        return [self._scopes(crd, version, paths, stored, types) for version in versions]

    def _scopes(
        self,
        crd: Object,
        version: CustomResourceVersion,
        paths: Mapping[str, tuple[str, ...]],
        stored: CustomResourceVersion,
        types: Mapping[str, Type],
    ) -> list[RequestScope]:
        resource = resource_of(crd, version)
        store = Store(
            resource=GroupResource(resource.group, resource.resource), kind=GroupKind(resource.group, resource.kind),
            namespaced=version.namespaced, strategy=CustomResourceStrategy(version), storage=self.storage,
            clock=self.clock,
        )  # fmt: skip
        self.storage.begin(store.table)
        own = version.kind
        codec = CustomResourceCodec(
            version, alone=len(types) == 1, storage=None if stored.kind == own else stored,
            others={name: each for name, each in types.items() if name != own.api_version},
        )  # fmt: skip
        for kept in self.storage.list(store.table):
            codec.refresh(kept.object)
        warning = _deprecation(resource, version, crd["spec"]["versions"])
        scopes = [self._scope(resource, "", version.kind, store, codec, version, warning)]
        if version.has_status:
            scopes.append(
                self._scope(resource, "status", version.kind, StatusStore(store), codec, version, warning)
            )
        if version.scale is not None:
            scale = scale_store(store, version, version.scale, paths)
            scopes.append(
                self._scope(
                    resource, "scale", _SCALE, scale, CustomScaleCodec(self.scale_codec()), version, warning
                )
            )
        return scopes

    def _scope(
        self, resource: APIResource, subresource: str, kind: GroupVersionKind, rest: Any, codec: Codec,
        version: CustomResourceVersion, deprecation: str,
    ) -> RequestScope:  # fmt: skip
        return RequestScope(
            resource=resource, subresource=subresource, kind=kind, rest=rest, codec=codec,
            table=scale_table() if subresource == "scale" else version.table, admission=self.admission,
            custom=subresource != "scale", typed_items=True, whole_types=CUSTOM_TYPES, deprecation=deprecation,
        )  # fmt: skip


def _deprecation(
    resource: APIResource, version: CustomResourceVersion, served: Sequence[Mapping[str, Any]]
) -> str:
    """The warning that answers every request for a deprecated version."""
    definition = version.definition
    if not definition.get("deprecated"):
        return ""
    given = definition.get("deprecationWarning")
    return (
        given
        or f"{resource.group}/{resource.version} {resource.kind} is deprecated{_instead(resource, served)}"
    )


def _instead(resource: APIResource, served: Sequence[Mapping[str, Any]]) -> str:
    """The newest version to use instead, if there is one that is newer."""
    names = [each["name"] for each in served if each.get("served") and not each.get("deprecated")]
    newer = sorted(
        (name for name in names if version_rank(name) < version_rank(resource.version)), key=version_rank
    )
    return f"; use {resource.group}/{newer[0]} {resource.kind}" if newer else ""


def _steps(path: str) -> tuple[str, ...]:
    return tuple(f"f:{name}" for name in path.lstrip(".").split("."))


def scale_store(
    store: Store, version: CustomResourceVersion, scale: ScalePaths, paths: Mapping[str, tuple[str, ...]]
) -> ScaleStore:
    """The scale of a custom resource, by the paths of its definition."""

    def read(obj: Object) -> Object:
        wanted, there, selector = scale.read(obj)
        metadata = obj["metadata"]
        shown = {
            name: metadata[name]
            for name in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
            if name in metadata
        }
        status: Object = {"replicas": there}
        if selector:
            status["selector"] = selector
        return {"metadata": shown, "spec": {"replicas": wanted} if wanted else {}, "status": status}

    def check(obj: Object) -> None:
        if scale.read(obj)[0] is None:
            raise StatusError.internal(f"the spec replicas field {golang.quote(scale.spec)} does not exist")

    def write(obj: Object, changed: Object) -> Object:
        return scale.replace(obj, (changed.get("spec") or {}).get("replicas", 0))

    return ScaleStore(
        store, api_version=version.kind.api_version, paths=paths, read=read, write=write, check=check
    )
