"""What discovery says of a resource: the same for built-in kinds, custom ones and those of an aggregated server."""

from __future__ import annotations

from dataclasses import dataclass

from fakes.apimachinery.schema import GroupVersionKind, GroupVersionResource

__all__ = ["APIResource", "APISubresource"]


@dataclass(frozen=True, slots=True, kw_only=True)
class APISubresource:
    """A subresource; ``group`` and ``version`` are those of its kind (``autoscaling/v1`` of a ``scale``)."""

    name: str
    group: str
    version: str
    kind: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class APIResource:
    """A resource in one version; ``resource`` is the plural, verbs are in the order in which a server lists them."""

    group: str
    version: str
    kind: str
    resource: str
    singular: str
    namespaced: bool
    verbs: tuple[str, ...]
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[APISubresource, ...] = ()

    @property
    def group_version_kind(self) -> GroupVersionKind:
        return GroupVersionKind(self.group, self.version, self.kind)

    @property
    def group_version_resource(self) -> GroupVersionResource:
        return GroupVersionResource(self.group, self.version, self.resource)

    def subresource(self, name: str) -> APISubresource | None:
        """The subresource of that name."""
        return next((each for each in self.subresources if each.name == name), None)
