"""Roles and bindings as an authorizer needs them: found by subject, with rules found by resource.

A policy is told of each object that is stored or removed, and works out what a subject may do when that is first asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.bindings import Binding, RoleReference, binding_of
from fakes.apiserver.authorization.rules import Grants, MissingRole

__all__ = ["Policy", "Scope"]

Object = Mapping[str, Any]


class Scope:
    """The bindings of one namespace, or those of the cluster, by subject."""

    __slots__ = ("group_grants", "groups", "user_grants", "users")

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Binding]] = {}
        self.groups: dict[str, dict[str, Binding]] = {}
        self.user_grants: dict[str, Grants[Binding]] = {}
        self.group_grants: dict[str, Grants[Binding]] = {}

    def add(self, binding: Binding) -> None:
        for subject in binding.subjects:
            bindings = self.groups if subject.is_group else self.users
            bindings.setdefault(subject.name, {})[binding.name] = binding
        self.forget(binding)

    def discard(self, binding: Binding) -> None:
        for subject in binding.subjects:
            bindings = self.groups if subject.is_group else self.users
            if (of_subject := bindings.get(subject.name)) is not None:
                of_subject.pop(binding.name, None)
                if not of_subject:
                    del bindings[subject.name]
        self.forget(binding)

    def forget(self, binding: Binding) -> None:
        """Drop what was worked out for the subjects of a binding."""
        for subject in binding.subjects:
            (self.group_grants if subject.is_group else self.user_grants).pop(subject.name, None)

    def bindings_for(self, user: UserInfo) -> dict[str, Binding]:
        """Every binding that is for the user, once."""
        found = dict(self.users.get(user.name, ()))
        for group in user.groups:
            if group in self.groups:
                found.update(self.groups[group])
        return found


class Policy:
    """An index of roles and bindings, kept up to date object by object."""

    def __init__(self) -> None:
        self._roles: dict[RoleReference, list[dict[str, Any]]] = {}
        self._bindings: dict[tuple[str, str], Binding] = {}
        self._referrers: dict[RoleReference, set[tuple[str, str]]] = {}
        self._scopes: dict[str, Scope] = {"": Scope()}

    def set(self, kind: str, namespace: str, name: str, obj: Object) -> None:
        """Learn of an object of rbac.authorization.k8s.io that was created or changed."""
        if kind in ("Role", "ClusterRole"):
            self._set_role(RoleReference(kind, namespace, name), obj.get("rules") or [])
        else:
            self._set_binding(binding_of(kind, namespace, name, obj))

    def remove(self, kind: str, namespace: str, name: str) -> None:
        """Learn that an object is gone; one that was never there is no error."""
        if kind in ("Role", "ClusterRole"):
            reference = RoleReference(kind, namespace, name)
            if self._roles.pop(reference, None) is not None:
                self._forget(reference)
        elif (binding := self._bindings.pop((namespace, name), None)) is not None:
            self._unlink(binding)

    def role_rules(self, reference: RoleReference) -> list[dict[str, Any]] | None:
        """The rules of a role as its API object has them; None if there is no such role."""
        return self._roles.get(reference)

    def bindings_for(self, user: UserInfo, namespace: str) -> Iterator[Binding]:
        """Every binding that is for the user: those of the cluster, then those of the namespace if one is given."""
        yield from self._scopes[""].bindings_for(user).values()
        if namespace and (scope := self._scopes.get(namespace)) is not None:
            yield from scope.bindings_for(user).values()

    def scope(self, namespace: str) -> Scope | None:
        return self._scopes.get(namespace)

    def grants_for(self, scope: Scope, user: UserInfo) -> list[Grants[Binding]]:
        """What the bindings of a scope give to the user: by name, then by each group."""
        found = []
        if (name := user.name) in scope.users:
            known = scope.user_grants.get(name)
            if known is None:
                known = scope.user_grants[name] = self._grants(scope.users[name].values())
            found.append(known)
        groups = scope.groups
        for group in user.groups:
            if group in groups:
                known = scope.group_grants.get(group)
                if known is None:
                    known = scope.group_grants[group] = self._grants(groups[group].values())
                found.append(known)
        return found

    def _grants(self, bindings: Iterable[Binding]) -> Grants[Binding]:
        grants = Grants[Binding]()
        for binding in bindings:
            rules = self._roles.get(binding.role)
            if rules is None:
                grants.missing.append(MissingRole(binding.role.kind, binding.role.name))
            else:
                grants.add_rules(rules, binding)
        return grants

    def _set_role(self, reference: RoleReference, rules: list[dict[str, Any]]) -> None:
        self._roles[reference] = rules
        self._forget(reference)

    def _set_binding(self, binding: Binding) -> None:
        key = binding.namespace, binding.name
        if (old := self._bindings.get(key)) is not None:
            self._unlink(old)
        self._bindings[key] = binding
        self._referrers.setdefault(binding.role, set()).add(key)
        self._scopes.setdefault(binding.namespace, Scope()).add(binding)

    def _unlink(self, binding: Binding) -> None:
        self._scopes[binding.namespace].discard(binding)
        referrers = self._referrers[binding.role]
        referrers.discard((binding.namespace, binding.name))
        if not referrers:
            del self._referrers[binding.role]

    def _forget(self, reference: RoleReference) -> None:
        for key in self._referrers.get(reference, ()):
            self._scopes[key[0]].forget(self._bindings[key])
