"""What a role or binding must look like, and what is filled in.

Source: kubernetes, pkg/apis/rbac/validation, and the recorded answers of a v1.36.2 server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError, child, index
from fakes.apimachinery.selectors import LabelSelector, SelectorError, validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain, path_segment_name

__all__ = ["GROUP", "role_ref_errors", "role_ref_text", "rule_errors", "selector_errors", "subject_errors"]

GROUP = "rbac.authorization.k8s.io"

Object = Mapping[str, Any]


def rule_errors(rules: list[Object] | None, *, namespaced: bool) -> list[FieldError]:
    """Errors of the rules of a role."""
    errors: list[FieldError] = []
    for position, rule in enumerate(rules or ()):
        errors += _rule_errors(rule, index("rules", position), namespaced=namespaced)
    return errors


def _rule_errors(rule: Object, path: str, *, namespaced: bool) -> list[FieldError]:
    errors = []
    if not rule.get("verbs"):
        errors.append(FieldError.required(child(path, "verbs"), "verbs must contain at least one value"))
    if urls := rule.get("nonResourceURLs"):
        at = child(path, "nonResourceURLs")
        if namespaced:
            detail = "namespaced rules cannot apply to non-resource URLs"
            errors.append(FieldError.invalid(at, urls, detail))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(FieldError.invalid(at, urls, detail))
        return errors
    if not rule.get("apiGroups"):
        detail = "resource rules must supply at least one api group"
        errors.append(FieldError.required(child(path, "apiGroups"), detail))
    if not rule.get("resources"):
        detail = "resource rules must supply at least one resource"
        errors.append(FieldError.required(child(path, "resources"), detail))
    return errors


def selector_errors(aggregation_rule: Object | None) -> list[FieldError]:
    """Errors of ``aggregationRule``."""
    if aggregation_rule is None:
        return []
    path = "aggregationRule.clusterRoleSelectors"
    selectors = aggregation_rule.get("clusterRoleSelectors")
    if not selectors:
        detail = "at least one clusterRoleSelector required if aggregationRule is non-nil"
        return [FieldError.required(path, detail)]
    errors: list[FieldError] = []
    for position, selector in enumerate(selectors):
        at = index(path, position)
        errors += validate_label_selector(selector, at)
        try:
            LabelSelector.from_dict(selector)
        except SelectorError:
            errors.append(FieldError.invalid(at, None, "invalid label selector."))
    return errors


def role_ref_errors(role_ref: Object, kinds: tuple[str, ...]) -> list[FieldError]:
    """Errors of ``roleRef``, which may point to a role of these kinds."""
    errors = []
    group, kind, name = (role_ref.get(key, "") for key in ("apiGroup", "kind", "name"))
    if group != GROUP:
        errors.append(FieldError.not_supported("roleRef.apiGroup", group, [GROUP]))
    if kind not in kinds:
        errors.append(FieldError.not_supported("roleRef.kind", kind, kinds))
    if not name:
        errors.append(FieldError.required("roleRef.name"))
    errors += [FieldError.invalid("roleRef.name", name, text) for text in path_segment_name(name) if name]
    return errors


def role_ref_text(role_ref: Object) -> dict[str, str]:
    """A reference as messages show it: by the names of its fields in Go."""
    return {name: role_ref.get(key, "") for name, key in _GO_NAMES.items()}


_GO_NAMES = {"APIGroup": "apiGroup", "Kind": "kind", "Name": "name"}


def subject_errors(subjects: list[Object] | None, *, namespaced: bool) -> list[FieldError]:
    """Errors of ``subjects``; service accounts need a namespace where the binding has none."""
    errors: list[FieldError] = []
    for position, subject in enumerate(subjects or ()):
        errors += _subject_errors(subject, index("subjects", position), namespaced=namespaced)
    return errors


def _subject_errors(subject: Object, path: str, *, namespaced: bool) -> list[FieldError]:
    errors = []
    kind, name, group = (subject.get(key, "") for key in ("kind", "name", "apiGroup"))
    if not name:
        errors.append(FieldError.required(child(path, "name")))
    if kind == "ServiceAccount":
        if name:
            at = child(path, "name")
            errors += [FieldError.invalid(at, name, text) for text in dns1123_subdomain(name)]
        if group:
            errors.append(FieldError.not_supported(child(path, "apiGroup"), group, [""]))
        if not namespaced and not subject.get("namespace"):
            errors.append(FieldError.required(child(path, "namespace")))
    elif kind not in ("User", "Group"):
        kinds = ("ServiceAccount", "User", "Group")
        errors.append(FieldError.not_supported(child(path, "kind"), kind, kinds))
    elif group != GROUP:
        errors.append(FieldError.not_supported(child(path, "apiGroup"), group, [GROUP]))
    return errors
