"""Policy rules: whether one allows something, and many of them arranged so that few need to be asked.

The meaning of the fields is that of k8s.io/component-helpers, auth/rbac/validation, evaluation helpers: ``*`` stands for
all verbs, groups, resources and paths; ``*/scale`` for that subresource of everything; a trailing ``*`` for any path that
begins so; names restrict what has a name; there are no other patterns.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from fakes.apimachinery.golang import quote

__all__ = ["Grants", "MissingRole"]

Origin = TypeVar("Origin")
"""What a rule is there because of: a binding, for an authorizer."""


class _Everything:
    """Contains everything: the set that ``*`` stands for."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return True


_EVERYTHING = _Everything()


class ResourceGrant(NamedTuple, Generic[Origin]):
    """What a rule says about one entry of its resources."""

    verbs: Container[str]
    groups: Container[str]
    names: Container[str | None]
    origin: Origin


class PathGrant(NamedTuple, Generic[Origin]):
    """What a rule says about one of its paths."""

    verbs: Container[str]
    prefix: str
    origin: Origin


class MissingRole(NamedTuple):
    """A role that a binding names and that is not there."""

    kind: str
    name: str

    def message(self, resource: str = "") -> str:
        """The error; ``resource`` is what to call it, by default its kind."""
        return f"{resource or self.kind.lower()}.rbac.authorization.k8s.io {quote(self.name)} not found"


class Grants(Generic[Origin]):
    """The rules that some bindings give to one subject, and the roles that are missing."""

    __slots__ = ("missing", "paths", "prefixes", "resources")

    def __init__(self) -> None:
        self.resources: dict[str, list[ResourceGrant[Origin]]] = {}
        self.paths: dict[str, list[PathGrant[Origin]]] = {}
        self.prefixes: list[PathGrant[Origin]] = []
        self.missing: list[MissingRole] = []

    def add_rules(self, rules: Iterable[Mapping[str, Any]], origin: Origin) -> None:
        for rule in rules:
            verbs = _set(rule.get("verbs"))
            for path in rule.get("nonResourceURLs") or ():
                self._add_path(PathGrant(verbs, path, origin))
            if resources := rule.get("resources"):
                names: Container[str | None] = frozenset(rule.get("resourceNames") or ()) or _EVERYTHING
                grant = ResourceGrant(verbs, _set(rule.get("apiGroups")), names, origin)
                for resource in ("*",) if "*" in resources else dict.fromkeys(resources):
                    self.resources.setdefault(resource, []).append(grant)

    def _add_path(self, grant: PathGrant[Origin]) -> None:
        if grant.prefix.endswith("*"):
            self.prefixes.append(grant._replace(prefix=grant.prefix.rstrip("*")))
        self.paths.setdefault(grant.prefix, []).append(grant)

    def for_resource(
        self, verb: str, group: str, resource: str, subresource: str, name: str | None
    ) -> Origin | None:
        """The origin of a rule that allows it. ``resource`` is ``pods/log`` for a subresource, which is then ``log``.

        A ``name`` of None asks for the right to it whatever its name.
        """
        by_resource = self.resources
        if grants := by_resource.get(resource):
            for verbs, groups, names, origin in grants:
                if verb in verbs and group in groups and name in names:
                    return origin
        if grants := by_resource.get("*"):
            for verbs, groups, names, origin in grants:
                if verb in verbs and group in groups and name in names:
                    return origin
        if subresource and (grants := by_resource.get(f"*/{subresource}")):
            for verbs, groups, names, origin in grants:
                if verb in verbs and group in groups and name in names:
                    return origin
        return None

    def for_path(self, verb: str, path: str) -> Origin | None:
        """The origin of a rule that allows a path."""
        for verbs, _, origin in self.paths.get(path, ()):
            if verb in verbs:
                return origin
        for verbs, prefix, origin in self.prefixes:
            if verb in verbs and path.startswith(prefix):
                return origin
        return None


def _set(values: list[str] | None) -> Container[str]:
    if not values:
        return frozenset()
    return _EVERYTHING if "*" in values else frozenset(values)
