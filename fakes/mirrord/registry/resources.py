"""What the operator serves: every resource of its group with its storage, and what discovery says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fakes.apimachinery.resource import APIResource, APISubresource
from fakes.apimachinery.table import DefaultTableConvertor, TableConvertor
from fakes.apiserver.admission.chain import AdmissionChain
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.registry import rest
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.registry.codec import OperatorCodec

__all__ = ["VERSION", "Served", "Subserved", "scopes"]

Object = dict[str, Any]

VERSION = "v1"

_PROTOCOLS: tuple[tuple[str, type], ...] = (
    ("create", rest.Creater),
    ("delete", rest.Deleter),
    ("deletecollection", rest.CollectionDeleter),
    ("get", rest.Getter),
    ("list", rest.Lister),
    ("watch", rest.Watcher),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subserved:
    """A subresource, which takes requests over; ``verb`` is what discovery calls that."""

    name: str
    kind: str
    verb: str
    storage: rest.Connecter


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A resource. ``present`` makes what is shown of what is stored."""

    kind: str
    plural: str
    storage: Any
    namespaced: bool = True
    table: TableConvertor = field(default_factory=DefaultTableConvertor)
    present: Callable[[Object], Object] | None = None
    cluster_paths: bool = False
    subresources: tuple[Subserved, ...] = ()

    @property
    def api_resource(self) -> APIResource:
        return APIResource(
            group=GROUP, version=VERSION, kind=self.kind, resource=self.plural, singular=self.kind.lower(),
            namespaced=self.namespaced, verbs=tuple(verb for verb, able in _PROTOCOLS if isinstance(self.storage, able)),
            subresources=tuple(
                APISubresource(name=sub.name, group=GROUP, version=VERSION, kind=sub.kind, verbs=(sub.verb,))
                for sub in self.subresources
            ),
        )  # fmt: skip


def scopes(served: Iterable[Served]) -> Iterable[RequestScope]:
    """A scope for each resource and subresource."""
    admission = AdmissionChain()
    for each in served:
        resource = each.api_resource
        kind = resource.group_version_kind
        yield RequestScope(
            resource=resource, subresource="", kind=kind, rest=each.storage, codec=OperatorCodec(kind, each.present),
            table=each.table, admission=admission, typed_items=True, cluster_paths=each.cluster_paths,
        )  # fmt: skip
        for sub in each.subresources:
            yield RequestScope(
                resource=resource, subresource=sub.name, kind=kind, rest=sub.storage, codec=OperatorCodec(kind),
                table=None, admission=admission,
            )  # fmt: skip
