"""Whether a write of a role or binding grants more than its author may: the check, and the plugin that makes it.

It comes after admission has changed the object and before anything is validated, so that an escalating and invalid
object is forbidden, not invalid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.apimachinery.golang import quote, quote_slice
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.admission.attributes import Attributes as AdmissionAttributes
from fakes.apiserver.authentication.user import MASTERS, UserInfo
from fakes.apiserver.authorization.authorizer import Attributes, Decider
from fakes.apiserver.authorization.bindings import RoleReference
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.authorization.rbac import aggregate
from fakes.kube.rbac.escalation import compact, missing_rights
from fakes.kube.rbac.validation import GROUP

__all__ = ["GrantingCheck", "check_grant"]

Object = Mapping[str, Any]

_ROLES = frozenset({"roles", "clusterroles"})
_BINDINGS = frozenset({"rolebindings", "clusterrolebindings"})
_FULL_AUTHORITY: tuple[Object, ...] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_COLLECTED = frozenset({"ownerReferences", "finalizers", "managedFields", "selfLink"})
"""Metadata that a garbage collector must be able to change whatever its rights are."""


class GrantingCheck:
    """The check as an admission plugin: the last of those that may change an object."""

    def __init__(self, decider: Decider, policy: Policy) -> None:
        self._decider = decider
        self._policy = policy

    async def admit(self, attributes: AdmissionAttributes) -> None:
        resource, obj = attributes.resource, attributes.object
        if resource.group != GROUP or attributes.subresource or obj is None:
            return
        if attributes.operation not in ("CREATE", "UPDATE"):
            return
        check_grant(
            attributes.user,
            self._decider,
            self._policy,
            resource.resource,
            obj,
            attributes.old_object,
            namespace=attributes.namespace,
            request_name=attributes.name if attributes.operation == "UPDATE" else "",
        )


def check_grant(
    user: UserInfo,
    decider: Decider,
    policy: Policy,
    resource: str,
    obj: Object,
    old: Object | None = None,
    *,
    namespace: str = "",
    request_name: str = "",
) -> None:
    """Refuse a write that grants more than the user holds.

    Args:
        decider: the server's authorizer, asked for the verbs ``escalate`` and ``bind``.
        resource: the plural that is written.
        namespace: that of the URL; a new object may not say it yet.
        request_name: the name in the URL; a POST has none.

    Raises:
        StatusError: 403 with the missing rights, or 404 for a binding to a role that is not there.
    """
    if MASTERS in user.groups or (old is not None and _only_collected(obj, old)):
        return
    writing = _Writing(user, policy, resource, namespace, obj["metadata"].get("name", ""))
    if resource in _ROLES:
        ask = Attributes(user, "escalate", True, namespace, GROUP, "*", resource, name=request_name)
        if not decider.decide(ask).allowed:
            writing.check_role(obj, old)
    elif resource in _BINDINGS:
        role_ref = obj["roleRef"]
        if not _may_bind(user, decider, role_ref, namespace):
            writing.check_rules(writing.rules_of(role_ref))


def _may_bind(user: UserInfo, decider: Decider, role_ref: Object, namespace: str) -> bool:
    resource = {"ClusterRole": "clusterroles", "Role": "roles"}.get(role_ref.get("kind", ""))
    if resource is None:
        return False
    group, name = role_ref.get("apiGroup", ""), role_ref.get("name", "")
    return decider.decide(Attributes(user, "bind", True, namespace, group, "", resource, name=name)).allowed


class _Writing:
    """One write, by somebody who may not grant whatever they like."""

    def __init__(self, user: UserInfo, policy: Policy, resource: str, namespace: str, name: str) -> None:
        self._user = user
        self._policy = policy
        self._resource = resource
        self._namespace = namespace
        self._name = name
        scopes = [policy.scope("")] + ([policy.scope(namespace)] if namespace else [])
        self._held = [grants for scope in scopes if scope for grants in policy.grants_for(scope, user)]

    def check_role(self, obj: Object, old: Object | None) -> None:
        self.check_rules(obj.get("rules") or ())
        aggregates = self._resource == "clusterroles" and (_aggregates(obj) or _aggregates(old or {}))
        if aggregates and missing_rights(self._held, _FULL_AUTHORITY):
            raise self._forbidden("must have cluster-admin privileges to use the aggregationRule")

    def check_rules(self, rules: Iterable[Object]) -> None:
        missing = missing_rights(self._held, rules)
        if not missing:
            return
        message = (
            f"user {quote(self._user.name)} (groups={quote_slice(self._user.groups)}) is attempting to grant "
            "RBAC permissions not currently held:\n" + "\n".join(compact(missing))
        )
        roles = [role for grants in self._held for role in grants.missing]
        if roles:
            # A real server takes the resource from the request, whichever role is missing.
            message += f"; resolution errors: [{aggregate(role.message(self._resource) for role in roles)}]"
        raise self._forbidden(message)

    def rules_of(self, role_ref: Object) -> Iterable[Object]:
        kind, name = role_ref.get("kind", ""), role_ref.get("name", "")
        if kind not in ("Role", "ClusterRole"):
            raise StatusError.plain(f"unsupported role reference kind: {quote(kind)}")
        namespace = self._namespace if kind == "Role" else ""
        if kind == "Role" and not namespace:
            raise StatusError.bad_request("Namespace parameter required.")
        if not name:
            raise StatusError.bad_request("Name parameter required.")
        if problems := path_segment_name(name):
            raise StatusError.bad_request(f"Name parameter invalid: {quote(name)}: {';'.join(problems)}")
        rules = self._policy.role_rules(RoleReference(kind, namespace, name))
        if rules is None:
            raise StatusError.not_found(GroupResource(GROUP, self._resource), name)
        return rules

    def _forbidden(self, message: str) -> StatusError:
        return StatusError.forbidden(GroupResource(GROUP, self._resource), self._name, message)


def _aggregates(obj: Object) -> bool:
    return bool((obj.get("aggregationRule") or {}).get("clusterRoleSelectors"))


def _only_collected(new: Object, old: Object) -> bool:
    """Whether nothing differs but what a garbage collector changes."""
    return _significant(new) == _significant(old)


def _significant(obj: Object) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if value and key not in _COLLECTED}
    return {key: value for key, value in obj.items() if value} | {"metadata": metadata}
