"""Policy rules: whether one allows something, and many of them arranged so that few need to be asked.

The meaning of the fields is that of k8s.io/component-helpers, auth/rbac/validation, evaluation helpers: ``*`` stands for
all verbs, groups, resources and paths; ``*/scale`` for that subresource of everything; a trailing ``*`` for any path that
begins so; names restrict what has a name; there are no other patterns.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from fakes.apimachinery.golang import quote
from fakes.apiserver.authorization.bindings import Binding

__all__ = ["Grants", "missing_role"]


class _Everything:
    """Contains everything: the set that ``*`` stands for."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return True


_EVERYTHING = _Everything()


class ResourceGrant(NamedTuple):
    """What a rule says about one entry of its resources."""

    verbs: Container[str]
    groups: Container[str]
    names: Container[str]
    binding: Binding


class PathGrant(NamedTuple):
    """What a rule says about one of its paths."""

    verbs: Container[str]
    prefix: str
    binding: Binding


class Grants:
    """The rules that some bindings give to one subject, and the roles that are missing."""

    __slots__ = ("missing", "paths", "prefixes", "resources")

    def __init__(self) -> None:
        self.resources: dict[str, list[ResourceGrant]] = {}
        self.paths: dict[str, list[PathGrant]] = {}
        self.prefixes: list[PathGrant] = []
        self.missing: list[str] = []

    def add_missing(self, kind: str, name: str) -> None:
        self.missing.append(missing_role(f"{kind.lower()}.rbac.authorization.k8s.io", name))

    def add_rules(self, rules: Iterable[Mapping[str, Any]], binding: Binding) -> None:
        for rule in rules:
            verbs = _set(rule.get("verbs"))
            for path in rule.get("nonResourceURLs") or ():
                self._add_path(PathGrant(verbs, path, binding))
            if resources := rule.get("resources"):
                names = frozenset(rule.get("resourceNames") or ()) or _EVERYTHING
                grant = ResourceGrant(verbs, _set(rule.get("apiGroups")), names, binding)
                for resource in ("*",) if "*" in resources else dict.fromkeys(resources):
                    self.resources.setdefault(resource, []).append(grant)

    def _add_path(self, grant: PathGrant) -> None:
        if grant.prefix.endswith("*"):
            self.prefixes.append(grant._replace(prefix=grant.prefix.rstrip("*")))
        self.paths.setdefault(grant.prefix, []).append(grant)

    def for_resource(
        self, verb: str, group: str, resource: str, subresource: str, name: str
    ) -> Binding | None:
        """A binding that allows it. ``resource`` is ``pods/log`` for a subresource, which is then ``log``."""
        by_resource = self.resources
        if grants := by_resource.get(resource):
            for verbs, groups, names, binding in grants:
                if verb in verbs and group in groups and name in names:
                    return binding
        if grants := by_resource.get("*"):
            for verbs, groups, names, binding in grants:
                if verb in verbs and group in groups and name in names:
                    return binding
        if subresource and (grants := by_resource.get(f"*/{subresource}")):
            for verbs, groups, names, binding in grants:
                if verb in verbs and group in groups and name in names:
                    return binding
        return None

    def for_path(self, verb: str, path: str) -> Binding | None:
        """A binding that allows a path."""
        for verbs, _, binding in self.paths.get(path, ()):
            if verb in verbs:
                return binding
        for verbs, prefix, binding in self.prefixes:
            if verb in verbs and path.startswith(prefix):
                return binding
        return None


def missing_role(resource: str, name: str) -> str:
    """The error of a binding whose role is not there."""
    return f"{resource} {quote(name)} not found"


def _set(values: list[str] | None) -> Container[str]:
    if not values:
        return frozenset()
    return _EVERYTHING if "*" in values else frozenset(values)
