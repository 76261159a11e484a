"""Which writes a webhook or an admission policy wants to see.

Source: k8s.io/apiserver, pkg/admission/plugin/webhook/predicates and pkg/admission/plugin/policy/matching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fakes.apimachinery.schema import GroupResource, GroupVersionResource
from fakes.apimachinery.selectors import LabelSelector
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage

__all__ = ["EXEMPT", "Match", "Rule", "Versions", "is_exempt"]

Object = Mapping[str, Any]
Versions = Callable[[str, str], Sequence[str]]
"""From group and plural to the versions in which a resource is served."""

EXEMPT = frozenset(
    {
        "validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies",
        "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
    }
)  # fmt: skip
_GROUP = "admissionregistration.k8s.io"
_NAMESPACES = GroupResource("", "namespaces")


def is_exempt(attributes: Attributes) -> bool:
    """Whether nobody is asked: what configures admission cannot be kept from being repaired."""
    return attributes.resource.group == _GROUP and attributes.resource.resource in EXEMPT


class Rule(NamedTuple):
    """One rule: operations on resources."""

    operations: frozenset[str]
    groups: frozenset[str]
    versions: frozenset[str]
    resources: frozenset[str]
    scope: str
    names: frozenset[str]

    @classmethod
    def of(cls, rule: Object) -> Rule:
        return cls(
            frozenset(rule.get("operations") or ()), frozenset(rule.get("apiGroups") or ()),
            frozenset(rule.get("apiVersions") or ()), frozenset(rule.get("resources") or ()),
            rule.get("scope") or "*", frozenset(rule.get("resourceNames") or ()),
        )  # fmt: skip

    def matches(self, attributes: Attributes, resource: GroupVersionResource) -> bool:
        """Whether a write is meant, were it of this version."""
        return (
            _has(self.operations, attributes.operation)
            and _has(self.groups, resource.group)
            and _has(self.versions, resource.version)
            and self._fits_resource(resource.resource, attributes.subresource)
            and self._fits_scope(attributes)
            and (not self.names or attributes.name in self.names)
        )

    def _fits_resource(self, resource: str, subresource: str) -> bool:
        for wanted in self.resources:
            parent, separator, sub = wanted.partition("/")
            if parent not in ("*", resource):
                continue
            if (sub in ("*", subresource) and separator) or (not separator and not subresource):
                return True
        return False

    def _fits_scope(self, attributes: Attributes) -> bool:
        namespaced = bool(attributes.namespace) and attributes.resource.group_resource != _NAMESPACES
        return self.scope == "*" or self.scope == ("Namespaced" if namespaced else "Cluster")


def _has(wanted: frozenset[str], value: str) -> bool:
    return value in wanted or "*" in wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a webhook or policy wants: rules, exceptions from them, and labels of namespace and object."""

    rules: tuple[Rule, ...]
    excluded: tuple[Rule, ...]
    equivalent: bool
    namespaces: LabelSelector
    objects: LabelSelector

    @classmethod
    def of(cls, spec: Object, *, rules: str = "resourceRules") -> Match:
        """Read a webhook (whose rules are in ``rules``), or the matchConstraints of a policy."""
        return cls(
            rules=tuple(map(Rule.of, spec.get(rules) or ())),
            excluded=tuple(map(Rule.of, spec.get("excludeResourceRules") or ())),
            equivalent=spec.get("matchPolicy", "Equivalent") == "Equivalent",
            namespaces=LabelSelector.from_dict(spec.get("namespaceSelector") or {}),
            objects=LabelSelector.from_dict(spec.get("objectSelector") or {}),
        )

    def resource(
        self, attributes: Attributes, storage: Storage, versions: Versions, *, any_rule: bool = False
    ) -> GroupVersionResource | None:
        """The version of the resource in which the write is wanted; None if it is not.

        ``any_rule`` lets no rules mean all resources, as in bindings.

        Raises:
            StatusError: its namespace is not there to be looked at.
        """
        found = self._version(attributes, versions, any_rule)
        if found is None:
            return None
        if any(rule.matches(attributes, attributes.resource) for rule in self.excluded):
            return None
        if not self._wants_namespace(attributes, storage) or not self._wants_object(attributes):
            return None
        return found

    def _version(
        self, attributes: Attributes, versions: Versions, any_rule: bool
    ) -> GroupVersionResource | None:
        own = attributes.resource
        if any_rule and not self.rules:
            return own
        if self._matched(attributes, own):
            return own
        if self.equivalent:
            for version in versions(own.group, own.resource):
                other = GroupVersionResource(own.group, version, own.resource)
                if version != own.version and self._matched(attributes, other):
                    return other
        return None

    def _matched(self, attributes: Attributes, resource: GroupVersionResource) -> bool:
        return any(rule.matches(attributes, resource) for rule in self.rules)

    def _wants_namespace(self, attributes: Attributes, storage: Storage) -> bool:
        if self.namespaces.empty:
            return True
        is_namespace = attributes.resource.group_resource == _NAMESPACES
        if not attributes.namespace and not is_namespace:
            return True
        if is_namespace and attributes.object is not None and not attributes.subresource:
            return self.namespaces.matches(_labels(attributes.object))
        namespace = storage.get("namespaces", attributes.namespace or attributes.name)
        if namespace is None:
            raise StatusError.not_found(_NAMESPACES, attributes.namespace or attributes.name)
        return self.namespaces.matches(_labels(namespace.object))

    def _wants_object(self, attributes: Attributes) -> bool:
        if self.objects.empty:
            return True
        return any(
            self.objects.matches(_labels(obj)) for obj in _given(attributes.object, attributes.old_object)
        )


def _given(*objects: Object | None) -> Iterable[Object]:
    return (each for each in objects if each is not None)


def _labels(obj: Object) -> Mapping[str, str]:
    return (obj.get("metadata") or {}).get("labels") or {}
