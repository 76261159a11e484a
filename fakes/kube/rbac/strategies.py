"""The strategies of roles and bindings."""

from __future__ import annotations

from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.registry.strategy import MetadataCheck, Strategy
from fakes.kube.rbac.validation import (
    GROUP,
    role_ref_errors,
    role_ref_text,
    rule_errors,
    selector_errors,
    subject_errors,
)

__all__ = [
    "ClusterRoleBindingStrategy",
    "ClusterRoleStrategy",
    "RoleBindingStrategy",
    "RoleStrategy",
]

Object = dict[str, Any]

_RULE_LISTS = ("apiGroups", "resources", "resourceNames", "nonResourceURLs")


class RoleStrategy(Strategy):
    """Role."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    allow_create_on_update = True
    validate_name = staticmethod(path_segment_name)

    def registry_path(self, resource: GroupResource) -> str:
        return resource.resource

    def default(self, obj: Object) -> None:
        """``rules`` is always printed, as null if it must be; the lists in a rule only where they say something."""
        rules = obj.setdefault("rules", None)
        if rules:
            obj["rules"] = [_without_empty(rule, _RULE_LISTS) for rule in rules]

    def prepare_for_create(self, obj: Object) -> None:
        obj["rules"] = obj.get("rules") or None

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        obj["rules"] = obj.get("rules") or None

    def validate(self, obj: Object) -> list[FieldError]:
        return rule_errors(obj.get("rules"), namespaced=True)


class ClusterRoleStrategy(RoleStrategy):
    """ClusterRole."""

    def validate(self, obj: Object) -> list[FieldError]:
        errors = rule_errors(obj.get("rules"), namespaced=False)
        return errors + selector_errors(obj.get("aggregationRule"))


class RoleBindingStrategy(Strategy):
    """RoleBinding."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    allow_create_on_update = True
    validate_name = staticmethod(path_segment_name)
    namespaced: ClassVar[bool] = True
    role_kinds: ClassVar[tuple[str, ...]] = ("Role", "ClusterRole")

    def registry_path(self, resource: GroupResource) -> str:
        return resource.resource

    def default(self, obj: Object) -> None:
        """The API group of the role and of users and groups; a service account has none."""
        sent = obj.get("roleRef") or {}
        obj["roleRef"] = {
            "apiGroup": sent.get("apiGroup") or GROUP,
            "kind": sent.get("kind", ""),
            "name": sent.get("name", ""),
        }
        if not obj.get("subjects"):
            obj.pop("subjects", None)
        else:
            obj["subjects"] = [_defaulted(subject) for subject in obj["subjects"]]

    def validate(self, obj: Object) -> list[FieldError]:
        errors = role_ref_errors(obj["roleRef"], self.role_kinds)
        return errors + subject_errors(obj.get("subjects"), namespaced=self.namespaced)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors = self.validate(obj)
        if obj["roleRef"] != old["roleRef"]:
            shown = role_ref_text(obj["roleRef"])
            errors.append(FieldError.invalid("roleRef", shown, "cannot change roleRef"))
        return errors


class ClusterRoleBindingStrategy(RoleBindingStrategy):
    """ClusterRoleBinding."""

    namespaced: ClassVar[bool] = False
    role_kinds: ClassVar[tuple[str, ...]] = ("ClusterRole",)


def _defaulted(subject: Object) -> Object:
    group = subject.get("apiGroup") or (GROUP if subject.get("kind") in ("User", "Group") else "")
    whole = {"kind": subject.get("kind", ""), "apiGroup": group, "name": subject.get("name", "")}
    return _without_empty(whole | {"namespace": subject.get("namespace", "")}, ("apiGroup", "namespace"))


def _without_empty(obj: Object, keys: tuple[str, ...]) -> Object:
    return {key: value for key, value in obj.items() if value or key not in keys}
