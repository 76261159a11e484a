"""From kinds to resources and back, for whoever follows references between objects of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fakes.apimachinery.resource import APIResource
from fakes.apiserver.endpoints.discovery import DiscoveredGroup
from fakes.kube.controllers.kinds import Kind

__all__ = ["ResourceMapping"]

Groups = Callable[[], Sequence[tuple[int, int, DiscoveredGroup]]]


class ResourceMapping:
    """Which kinds this cluster serves.

    Args:
        builtin: groups that never change.
        custom: groups that definitions have made.
        aggregated: groups of servers behind the aggregator, whose objects no storage here has.
    """

    def __init__(self, builtin: Groups, custom: Groups, aggregated: Groups) -> None:
        self._builtin_groups = builtin
        self._custom = custom
        self._aggregated = aggregated
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._tables: dict[str, Kind] = {}

    def of_kind(self, api_version: str, kind: str) -> Kind | None:
        """The resource of a kind, wherever it is served."""
        self._load()
        found = self._kinds.get((api_version, kind))
        if found is not None:
            return found
        others = [*_kinds(self._custom()), *_kinds(self._aggregated())]
        return next((each for each in others if (each.api_version, each.kind) == (api_version, kind)), None)

    def of_table(self, table: str) -> Kind | None:
        """The resource whose objects a storage files under a name, in its preferred version."""
        self._load()
        found = self._tables.get(table)
        if found is not None:
            return found
        return next((each for each in _kinds(self._custom()) if each.table == table), None)

    def is_stored(self, kind: Kind) -> bool:
        """Whether objects of the kind are in our storage."""
        return self.of_table(kind.table) is not None

    def namespaced(self) -> list[Kind]:
        """Every kind of objects in namespaces that is kept here and can be deleted, each once, by name."""
        self._load()
        found = {**self._tables, **{each.table: each for each in reversed(list(_kinds(self._custom())))}}
        return [each for _, each in sorted(found.items()) if each.namespaced and "delete" in each.verbs]

    def elsewhere(self) -> list[Kind]:
        """The same of the servers behind the aggregator that answer."""
        found = {each.table: each for each in reversed(list(_kinds(self._aggregated())))}
        return [each for _, each in sorted(found.items()) if each.namespaced and "delete" in each.verbs]

    def failing(self) -> list[str]:
        """Groups and versions of servers that do not answer."""
        return sorted(
            f"{group.group}/{version.version}"
            for _, _, group in self._aggregated()
            for version in group.versions
            if version.freshness == "Stale"
        )

    def _load(self) -> None:
        if self._kinds:
            return
        for each in _kinds(self._builtin_groups()):
            self._kinds[each.api_version, each.kind] = each
            self._tables.setdefault(each.table, each)


def _kinds(groups: Sequence[tuple[int, int, DiscoveredGroup]]) -> Iterator[Kind]:
    for _, _, group in groups:
        for version in group.versions:
            if version.freshness == "Current":
                yield from map(_kind, version.resources)


def _kind(resource: APIResource) -> Kind:
    api_version = f"{resource.group}/{resource.version}" if resource.group else resource.version
    return Kind(api_version, resource.kind, resource.resource, resource.namespaced, resource.verbs)
