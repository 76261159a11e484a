"""What a handler must know of the resource it serves: its kind, its codec, its storage and its table.

The name is Kubernetes': a scope is made once per resource and version, not per request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from fakes.apimachinery.resource import APIResource
from fakes.apimachinery.schema import GroupResource, GroupVersionKind, GroupVersionResource
from fakes.apimachinery.table import TableConvertor
from fakes.apiserver.admission.chain import AdmissionChain

__all__ = ["Blank", "Codec", "Decoded", "PatchContext", "RequestScope"]

Object = dict[str, Any]


class Decoded(NamedTuple):
    """A body as an object with defaults, without ``kind`` and ``apiVersion``, and what there is to warn of."""

    object: Object
    warnings: Sequence[str]


class PatchContext(NamedTuple):
    """Who patches or writes what, for the ownership of fields."""

    manager: str
    subresource: str
    now: datetime
    force: bool = False


class Codec(Protocol):
    """How objects of one kind and version travel, and who owns their fields.

    Objects given and returned are in the stored form, without ``kind`` and ``apiVersion``, unless said otherwise.
    """

    media_types: tuple[str, ...]
    """Media types of bodies and answers."""
    patch_types: tuple[str, ...]
    """Media types of patches."""

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Decoded:
        """Read a body.

        Raises:
            StatusError: it cannot be read, or is of another kind, or has unknown fields and may not.
        """
        ...

    def patch(self, old: Object, patch: bytes, media_type: str, field_validation: str) -> Decoded:
        """Apply a JSON, merge or strategic merge patch to a stored object.

        Raises:
            StatusError: the patch is malformed or does not fit.
        """
        ...

    def own(self, old: Object | None, new: Object, context: PatchContext) -> Object:
        """The new object with the ownership of its fields as a write by the manager leaves it."""
        ...

    def apply(self, old: Object | None, raw: bytes, name: str, namespace: str, context: PatchContext,
              field_validation: str) -> Decoded:  # fmt: skip
        """Server-side apply of a configuration.

        Raises:
            StatusError: 409 for fields that others own, and whatever is wrong with the configuration.
        """
        ...

    def present(self, obj: Object) -> Object:
        """A stored object in this version; the object itself when there is nothing to convert."""
        ...


@runtime_checkable
class Blank(Protocol):
    """A codec whose kind has fields that cannot be left out."""

    def blank(self) -> Object:
        """An object in which nothing is set."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestScope:
    """A resource or subresource in one version.

    Args:
        rest: the storage; which verbs it has is asked of its protocols.
        custom: answers have the shapes of custom resources where those differ from built-in ones.
        typed_items: items of a list carry ``kind`` and ``apiVersion``.
        kind: of what travels: Scale for ``/scale``.
        deprecation: a warning for every request, or nothing.
        whole_types: the media types of a whole object, where they are not those of the codec.
        cluster_paths: a namespaced object may also be named without its namespace, and those of all namespaces deleted
            at once, as some extension servers have it and Kubernetes' own never do.
    """

    resource: APIResource
    subresource: str
    kind: GroupVersionKind
    rest: Any
    codec: Codec
    table: TableConvertor | None
    admission: AdmissionChain
    custom: bool = False
    typed_items: bool = False
    deprecation: str = ""
    whole_types: tuple[str, ...] = ()
    cluster_paths: bool = False

    @property
    def media_types(self) -> tuple[str, ...]:
        """In which types a whole object may be asked for; its metadata alone comes in all."""
        return self.whole_types or self.codec.media_types

    @property
    def group_version_resource(self) -> GroupVersionResource:
        return self.resource.group_version_resource

    @property
    def group_resource(self) -> GroupResource:
        return GroupResource(self.resource.group, self.resource.resource)

    @property
    def type_meta(self) -> bytes:
        """The start of an object of this kind as JSON: an open brace, ``kind`` and ``apiVersion``."""
        return b'{"kind":"%s","apiVersion":"%s"' % (self.kind.kind.encode(), self.kind.api_version.encode())
