"""Rules of where a Pod may run: affinity, tolerations, spreading. Source: k8s.io/kubernetes, pkg/apis/core/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_label, label_value, qualified_name
from fakes.kube.groups.rules import named, unsupported

__all__ = [
    "taint_effect",
    "validate_affinity",
    "validate_node_selector",
    "validate_spread",
    "validate_tolerations",
]

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_RANGE = "must be in the range 1-100"


def validate_tolerations(tolerations: Sequence[Mapping[str, Any]], path: str) -> list[FieldError]:
    """Errors of the taints that a Pod bears."""
    errors: list[FieldError] = []
    for position, toleration in enumerate(tolerations):
        errors += _toleration(toleration, f"{path}[{position}]")
    return errors


def _toleration(toleration: Mapping[str, Any], path: str) -> list[FieldError]:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    value, effect = toleration.get("value", ""), toleration.get("effect", "")
    errors = named(qualified_name, key, f"{path}.key") if key else []
    if not key and operator != "Exists":
        detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        errors.append(FieldError.invalid(f"{path}.operator", operator, detail))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        detail = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        errors.append(FieldError.invalid(f"{path}.effect", effect, detail))
    if operator in ("", "Equal"):
        if texts := label_value(value):
            errors.append(FieldError.invalid(f"{path}.operator", value, ";".join(texts)))
    elif operator == "Exists":
        if value:
            errors.append(
                FieldError.invalid(
                    f"{path}.operator", value, "value must be empty when `operator` is 'Exists'"
                )
            )
    else:
        errors.append(FieldError.not_supported(f"{path}.operator", operator, ("Equal", "Exists")))
    return errors + (taint_effect(effect, f"{path}.effect") if effect else [])


def taint_effect(effect: str, path: str) -> list[FieldError]:
    """What a taint does to Pods that do not bear it."""
    return unsupported(effect, path, _EFFECTS)


def validate_affinity(affinity: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of attraction to nodes and Pods, and of repulsion by Pods."""
    errors: list[FieldError] = []
    if (node := affinity.get("nodeAffinity")) is not None:
        errors += _node_affinity(node, f"{path}.nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        if (pods := affinity.get(name)) is not None:
            errors += _pod_affinity(pods, f"{path}.{name}")
    return errors


def _node_affinity(affinity: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if (required := affinity.get(_REQUIRED)) is not None:
        errors += validate_node_selector(required, f"{path}.{_REQUIRED}")
    for position, term in enumerate(affinity.get(_PREFERRED) or ()):
        at = f"{path}.{_PREFERRED}[{position}]"
        if not 1 <= (weight := term.get("weight", 0)) <= 100:
            errors.append(FieldError.invalid(f"{at}.weight", weight, _RANGE))
        errors += _node_term(term.get("preference") or {}, f"{at}.preference", check_values=False)
    return errors


def validate_node_selector(selector: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of a NodeSelector: at least one term, each with valid expressions."""
    terms = selector.get("nodeSelectorTerms") or ()
    at = f"{path}.nodeSelectorTerms"
    if not terms:
        return [FieldError.required(at, "must have at least one node selector term")]
    return [
        error
        for position, term in enumerate(terms)
        for error in _node_term(term, f"{at}[{position}]", check_values=True)
    ]


def _node_term(term: Mapping[str, Any], path: str, *, check_values: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, expression in enumerate(term.get("matchExpressions") or ()):
        errors += _node_expression(expression, f"{path}.matchExpressions[{position}]", check_values)
    for position, expression in enumerate(term.get("matchFields") or ()):
        at = f"{path}.matchFields[{position}]"
        if (key := expression.get("key", "")) != "metadata.name":
            errors.append(FieldError.invalid(f"{at}.key", key, "not a valid field selector key"))
    return errors


def _node_expression(expression: Mapping[str, Any], path: str, check_values: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(
                FieldError.required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
            )
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(FieldError.forbidden(f"{path}.values", detail))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            detail = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            errors.append(FieldError.required(f"{path}.values", detail))
    else:
        errors.append(FieldError.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    errors += named(qualified_name, expression.get("key", ""), f"{path}.key")
    if check_values:
        for position, value in enumerate(values):
            errors += named(label_value, value, f"{path}.values[{position}]")
    return errors


def _pod_affinity(affinity: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, term in enumerate(affinity.get(_REQUIRED) or ()):
        errors += _pod_term(term, f"{path}.{_REQUIRED}[{position}]")
    for position, weighted in enumerate(affinity.get(_PREFERRED) or ()):
        at = f"{path}.{_PREFERRED}[{position}]"
        if not 1 <= (weight := weighted.get("weight", 0)) <= 100:
            errors.append(FieldError.invalid(f"{at}.weight", weight, _RANGE))
        errors += _pod_term(weighted.get("podAffinityTerm") or {}, f"{at}.podAffinityTerm")
    return errors


def _pod_term(term: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("labelSelector", "namespaceSelector"):
        if (selector := term.get(name)) is not None:
            errors += validate_label_selector(selector, f"{path}.{name}")
    for namespace in term.get("namespaces") or ():
        errors += named(dns1123_label, namespace, f"{path}.namespace")
    key = term.get("topologyKey", "")
    if not key:
        errors.append(FieldError.required(f"{path}.topologyKey", "can not be empty"))
    return errors + named(qualified_name, key, f"{path}.topologyKey")


def validate_spread(constraints: Sequence[Mapping[str, Any]], path: str) -> list[FieldError]:
    """Errors of topologySpreadConstraints."""
    errors: list[FieldError] = []
    pairs = [(each.get("topologyKey", ""), each.get("whenUnsatisfiable", "")) for each in constraints]
    for position, constraint in enumerate(constraints):
        at = f"{path}[{position}]"
        key, when = pairs[position]
        if (skew := constraint.get("maxSkew", 0)) <= 0:
            errors.append(FieldError.invalid(f"{at}.maxSkew", skew, "must be greater than zero"))
        if not key:
            errors.append(FieldError.required(f"{at}.topologyKey", "can not be empty"))
        errors += unsupported(when, f"{at}.whenUnsatisfiable", ("DoNotSchedule", "ScheduleAnyway"))
        if pairs[position] in pairs[position + 1 :]:
            errors.append(
                FieldError.duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {when}}}")
            )
        errors += _spread_details(constraint, at)
        if (selector := constraint.get("labelSelector")) is not None:
            errors += validate_label_selector(selector, f"{at}.labelSelector")
    return errors


def _spread_details(constraint: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    domains, when = constraint.get("minDomains"), constraint.get("whenUnsatisfiable", "")
    if domains is not None and domains <= 0:
        errors.append(FieldError.invalid(f"{path}.minDomains", domains, "must be greater than zero"))
    if domains is not None and when != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {when}"
        errors.append(FieldError.invalid(f"{path}.minDomains", domains, detail))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if (policy := constraint.get(name)) is not None:
            errors += unsupported(policy, f"{path}.{name}", ("Honor", "Ignore"))
    if constraint.get("matchLabelKeys") and constraint.get("labelSelector") is None:
        detail = "must not be specified when labelSelector is not set"
        errors.append(FieldError.forbidden(f"{path}.matchLabelKeys", detail))
    return errors
