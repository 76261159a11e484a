"""Rules of flow control. Source: k8s.io/kubernetes, pkg/apis/flowcontrol/validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.rules import named, unsupported

__all__ = ["validate_flow_schema", "validate_priority_level"]

Spec = Mapping[str, Any]
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}


def validate_flow_schema(name: str, spec: Spec) -> list[FieldError]:
    """Errors of the spec of a FlowSchema of that name."""
    precedence, where = spec.get("matchingPrecedence", 1000), "spec.matchingPrecedence"
    errors: list[FieldError] = []
    if precedence <= 0:
        errors.append(FieldError.invalid(where, precedence, "must be a positive value"))
    if precedence > 10000:
        errors.append(FieldError.invalid(where, precedence, "must not be greater than 10000"))
    if precedence == 1 and name != "exempt":
        detail = "only the schema named 'exempt' may have matchingPrecedence 1"
        errors.append(FieldError.invalid(where, precedence, detail))
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in ("ByNamespace", "ByUser"):
        shown = internal_text("flowcontrol.FlowDistinguisherMethod", method)
        errors.append(
            FieldError.not_supported("spec.distinguisherMethod.type", shown, ("ByNamespace", "ByUser"))
        )
    at, level = (
        "spec.priorityLevelConfiguration.name",
        (spec.get("priorityLevelConfiguration") or {}).get("name"),
    )
    errors += (
        named(dns1123_subdomain, level, at)
        if level
        else [FieldError.required(at, "must reference a priority level")]
    )
    for position, rule in enumerate(spec.get("rules") or ()):
        errors += _rule(rule, f"spec.rules[{position}]")
    return errors


def _rule(rule: Spec, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not (subjects := rule.get("subjects") or ()):
        errors.append(FieldError.required(f"{path}.subjects", "subjects must contain at least one value"))
    for position, subject in enumerate(subjects):
        errors += _subject(subject, f"{path}.subjects[{position}]")
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        detail = "at least one of resourceRules and nonResourceRules has to be non-empty"
        errors.append(FieldError.required(path, detail))
    for position, each in enumerate(rule.get("resourceRules") or ()):
        errors += _resource_rule(each, f"{path}.resourceRules[{position}]")
    for position, each in enumerate(rule.get("nonResourceRules") or ()):
        errors += _non_resource_rule(each, f"{path}.nonResourceRules[{position}]")
    return errors


def _subject(subject: Spec, path: str) -> list[FieldError]:
    kind = subject.get("kind", "")
    if (field := _SUBJECTS.get(kind)) is None:
        return [FieldError.not_supported(f"{path}.kind", kind, tuple(_SUBJECTS))]
    at, who = f"{path}.{field}", subject.get(field)
    errors: list[FieldError] = []
    if who is None:
        errors.append(FieldError.required(at, f"{field} is required when subject kind is '{kind}'"))
    elif not (name := who.get("name", "")):
        errors.append(FieldError.required(f"{at}.name"))
    elif kind == "ServiceAccount" and name != "*":
        errors += named(dns1123_subdomain, name, f"{at}.name")
    if kind == "ServiceAccount" and who is not None:
        namespace, where = who.get("namespace", ""), f"{at}.namespace"
        missing = FieldError.required(where, "must specify namespace for service account")
        errors += named(dns1123_label, namespace, where) if namespace else [missing]
    others = [
        (other, its) for other, its in _SUBJECTS.items() if its != field and subject.get(its) is not None
    ]
    return errors + [
        FieldError.forbidden(f"{path}.{its}", f"{its} is forbidden when subject kind is not '{other}'")
        for other, its in sorted(others, key=lambda pair: ("ServiceAccount", "User", "Group").index(pair[0]))
    ]


def _alone(values: list[str], path: str, what: str) -> list[FieldError]:
    if "*" in values and len(values) > 1:
        return [FieldError.invalid(path, values, f"if '*' is present, must not specify other {what}")]
    return []


def _verbs(rule: Spec, path: str) -> list[FieldError]:
    verbs, at = rule.get("verbs") or [], f"{path}.verbs"
    if not verbs:
        return [FieldError.required(at, "verbs must contain at least one value")]
    if "*" in verbs:
        return _alone(verbs, at, "verbs")
    return [] if set(verbs) <= set(_VERBS) else [FieldError.not_supported(at, verbs, _VERBS)]


def _resource_rule(rule: Spec, path: str) -> list[FieldError]:
    errors = _verbs(rule, path)
    for field, what, plural in (
        ("apiGroups", "api group", "api groups"),
        ("resources", "resource", "resources"),
    ):
        values, at = rule.get(field) or [], f"{path}.{field}"
        missing = FieldError.required(at, f"resource rules must supply at least one {what}")
        errors += _alone(values, at, plural) if values else [missing]
    namespaces, at = rule.get("namespaces") or [], f"{path}.namespaces"
    if not namespaces and not rule.get("clusterScope"):
        detail = "resource rules that are not cluster scoped must supply at least one namespace"
        errors.append(FieldError.required(at, detail))
    if "*" in namespaces:
        return errors + _alone(namespaces, at, "namespaces")
    intro = "each member of this list must be '*' or a DNS-1123 label; "
    return errors + [
        FieldError.invalid(f"{at}[{position}]", each, intro + text)
        for position, each in enumerate(namespaces)
        for text in dns1123_label(each)
    ]


def _non_resource_rule(rule: Spec, path: str) -> list[FieldError]:
    errors = _verbs(rule, path)
    urls, at = rule.get("nonResourceURLs") or [], f"{path}.nonResourceURLs"
    if not urls:
        return [*errors, FieldError.required(at, "nonResourceURLs must contain at least one value")]
    if "*" in urls:
        return errors + _alone(urls, at, "non-resource URLs")
    return errors + [
        FieldError.invalid(f"{at}[{position}]", url, "must start with slash")
        for position, url in enumerate(urls)
        if not url.startswith("/")
    ]


def validate_priority_level(name: str, spec: Spec) -> list[FieldError]:
    """Errors of the spec of a PriorityLevelConfiguration of that name."""
    kind, limited, exempt = spec.get("type", ""), spec.get("limited"), spec.get("exempt")
    errors: list[FieldError] = []
    if (name == "exempt") != (kind == "Exempt"):
        detail = "must be 'Exempt' if and only if `name` is 'exempt'"
        errors.append(FieldError.invalid("spec.type", kind, detail))
    match kind:
        case "Exempt":
            if limited is not None:
                errors.append(FieldError.forbidden("spec.limited", "must be nil if the type is not Limited"))
        case "Limited":
            if exempt is not None:
                errors.append(FieldError.forbidden("spec.exempt", "must be nil if the type is Limited"))
            if limited is None:
                errors.append(FieldError.required("spec.limited", "must not be empty when type is Limited"))
            else:
                errors += _limited(limited)
        case _:
            errors += unsupported(kind, "spec.type", ("Exempt", "Limited"))
    return errors


def _limited(limited: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    if (shares := limited.get("nominalConcurrencyShares", 0)) < 0:
        where = "spec.limited.nominalConcurrencyShares"
        errors.append(FieldError.invalid(where, shares, "must be a non-negative integer"))
    errors += _limit_response(limited.get("limitResponse") or {}, "spec.limited.limitResponse")
    lendable, borrowing = limited.get("lendablePercent"), limited.get("borrowingLimitPercent")
    if lendable is not None and not 0 <= lendable <= 100:
        detail = "must be between 0 and 100, inclusive"
        errors.append(FieldError.invalid("spec.limited.lendablePercent", lendable, detail))
    if borrowing is not None and borrowing < 0:
        detail = "if specified, must be a non-negative integer"
        errors.append(FieldError.invalid("spec.limited.borrowingLimitPercent", borrowing, detail))
    return errors


def _limit_response(response: Spec, path: str) -> list[FieldError]:
    kind, queuing, at = response.get("type", ""), response.get("queuing"), f"{path}.queuing"
    if kind == "Reject":
        detail = "must be nil if limited.limitResponse.type is not Limited"
        return [] if queuing is None else [FieldError.forbidden(at, detail)]
    if kind != "Queue":
        return unsupported(kind, f"{path}.type", ("Queue", "Reject"))
    if queuing is None:
        return [FieldError.required(at, "must not be empty if limited.limitResponse.type is Limited")]
    length, queues, hand = (queuing.get(name, 0) for name in ("queueLengthLimit", "queues", "handSize"))
    errors = [] if length > 0 else [FieldError.invalid(f"{at}.queueLengthLimit", length, "must be positive")]
    if queues <= 0:
        errors.append(FieldError.invalid(f"{at}.queues", queues, "must be positive"))
    elif queues > 10_000_000:
        errors.append(FieldError.invalid(f"{at}.queues", queues, "must not be greater than 10000000"))
    if hand <= 0:
        errors.append(FieldError.invalid(f"{at}.handSize", hand, "must be positive"))
    elif hand > queues:
        detail = f"should not be greater than queues ({queues})"
        errors.append(FieldError.invalid(f"{at}.handSize", hand, detail))
    return errors
