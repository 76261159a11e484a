"""Role-based access control: allows what some binding of the user allows, and never denies.

Which of several bindings that allow a request is named is not defined; those of the cluster come before those of the
namespace. Source: kubernetes, plugin/pkg/auth/authorizer/rbac.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authorization.authorizer import NO_OPINION, Attributes, Authorization, Decision
from fakes.apiserver.authorization.bindings import Binding
from fakes.apiserver.authorization.policy import Policy, Scope
from fakes.apiserver.authorization.rules import MissingRole

__all__ = ["RBACAuthorizer", "Rules", "aggregate"]

Rule = dict[str, Any]


class Rules(NamedTuple):
    """What a user may do in a namespace, in the shapes of a SelfSubjectRulesReview; and what could not be resolved."""

    resource_rules: list[Rule]
    non_resource_rules: list[Rule]
    errors: list[str]


class RBACAuthorizer:
    """Decides by a policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    async def authorize(self, attributes: Attributes) -> Authorization:
        return self.decide(attributes)

    def decide(self, attributes: Attributes) -> Authorization:
        """Allow with the binding as the reason, or have no opinion; then roles that are missing are the reason."""
        policy = self._policy
        namespace = attributes.namespace
        missing: list[MissingRole] = []
        cluster = policy.scope("")
        if cluster is not None and (binding := _search(policy, cluster, attributes, missing)) is not None:
            return _answer(binding, attributes.user)
        if namespace:
            scope = policy.scope(namespace)
            if scope is not None and (binding := _search(policy, scope, attributes, missing)) is not None:
                return _answer(binding, attributes.user)
        if not missing:
            return NO_OPINION
        return Authorization(Decision.NO_OPINION, f"RBAC: {aggregate(role.message() for role in missing)}")

    def rules_for(self, user: UserInfo, namespace: str) -> Rules:
        """Every rule that applies to the user, in the order of the bindings, not merged."""
        found = Rules([], [], [])
        for binding in self._policy.bindings_for(user, namespace):
            rules = self._policy.role_rules(binding.role)
            if rules is None:
                found.errors.append(MissingRole(binding.role.kind, binding.role.name).message())
                continue
            for rule in rules:
                if rule.get("resources"):
                    found.resource_rules.append(
                        _part(rule, "verbs", "apiGroups", "resources", "resourceNames")
                    )
                if rule.get("nonResourceURLs"):
                    found.non_resource_rules.append(_part(rule, "verbs", "nonResourceURLs"))
        return found


def aggregate(errors: Iterable[str]) -> str:
    """Several errors as one text: each once, brackets around more than one."""
    texts = list(dict.fromkeys(errors))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _search(
    policy: Policy, scope: Scope, attributes: Attributes, missing: list[MissingRole]
) -> Binding | None:
    user, verb, is_resource, _, group, _, resource, subresource, name, path, _, _ = attributes
    if subresource:
        resource = f"{resource}/{subresource}"
    for grants in policy.grants_for(scope, user):
        if is_resource:
            binding = grants.for_resource(verb, group, resource, subresource, name)
        else:
            binding = grants.for_path(verb, path)
        if binding is not None:
            return binding
        if grants.missing:
            missing.extend(grants.missing)
    return None


def _answer(binding: Binding, user: UserInfo) -> Authorization:
    subjects = binding.subjects
    return subjects[0].answer if len(subjects) == 1 else binding.answer_for(user)


def _part(rule: Rule, *keys: str) -> Rule:
    return {key: rule[key] for key in keys if rule.get(key)}
