"""Configurations of admission webhooks and admission policies. Source: k8s.io/kubernetes, pkg/apis/admissionregistration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain, path_segment_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.expression_validation import PolicyExpressions, validate_match_conditions
from fakes.kube.groups.policy_validation import validate_mutation, validate_param_kind, validate_param_ref
from fakes.kube.groups.rules import named, required_one_of, unsupported
from fakes.kube.groups.webhook_validation import validate_rule, validate_webhook

__all__ = [
    "AdmissionPolicyBindingStrategy",
    "AdmissionPolicyStrategy",
    "MutatingWebhookConfigurationStrategy",
    "ValidatingAdmissionPolicyBindingStrategy",
    "ValidatingAdmissionPolicyStrategy",
    "WebhookConfigurationStrategy",
]

_MUTATING = ("*", "CONNECT", "CREATE", "UPDATE")


class _AdmissionStrategy(BuiltinStrategy):
    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    standard_finalizers = False
    has_generation = True
    allow_unconditional_update = False


def _default_rules(rules: Any) -> None:
    for rule in rules or ():
        fill(rule, {"scope": "*"})


class WebhookConfigurationStrategy(_AdmissionStrategy):
    """ValidatingWebhookConfiguration."""

    def default(self, obj: Object) -> None:
        for hook in obj.get("webhooks") or ():
            fill(hook, {"failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10})
            fill(hook, {"namespaceSelector": {}, "objectSelector": {}})
            _default_rules(hook.get("rules"))
            if (service := (hook.get("clientConfig") or {}).get("service")) is not None:
                fill(service, {"port": 443})

    def validate(self, obj: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        seen: set[str] = set()
        for position, hook in enumerate(obj.get("webhooks") or ()):
            at = f"webhooks[{position}]"
            errors += validate_webhook(hook, at)
            if (name := hook.get("name", "")) in seen and name:
                errors.append(FieldError.duplicate(f"{at}.name", name))
            seen.add(name)
        return errors


class MutatingWebhookConfigurationStrategy(WebhookConfigurationStrategy):
    """MutatingWebhookConfiguration."""

    def default(self, obj: Object) -> None:
        super().default(obj)
        for hook in obj.get("webhooks") or ():
            fill(hook, {"reinvocationPolicy": "Never"})


class AdmissionPolicyStrategy(_AdmissionStrategy):
    """MutatingAdmissionPolicy."""

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        fill(spec, {"failurePolicy": "Fail"})
        if (match := spec.get("matchConstraints")) is not None:
            _default_match(match)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors, expressions = _policy(spec, composed=True)
        if not spec.get("mutations"):
            errors.append(FieldError.required("spec.mutations", "mutations must contain at least one item"))
        for position, mutation in enumerate(spec.get("mutations") or ()):
            errors += validate_mutation(mutation, f"spec.mutations[{position}]", expressions)
        policies = ("IfNeeded", "Never")
        return errors + required_one_of(spec.get("reinvocationPolicy"), "spec.reinvocationPolicy", policies)


def _default_match(match: dict[str, Any]) -> None:
    fill(match, {"namespaceSelector": {}, "objectSelector": {}, "matchPolicy": "Equivalent"})
    _default_rules(match.get("resourceRules"))
    _default_rules(match.get("excludeResourceRules"))


def _policy(spec: Mapping[str, Any], *, composed: bool) -> tuple[list[FieldError], PolicyExpressions]:
    """Errors of what policies have in common; their expressions, of which the variables are known.

    ``composed`` is of those that mutate: they may name variables even if they have none, and do not delete.
    """
    errors = unsupported(spec.get("failurePolicy"), "spec.failurePolicy", ("Fail", "Ignore"))
    if (kind := spec.get("paramKind")) is not None:
        errors += validate_param_kind(kind, "spec.paramKind")
    match = spec.get("matchConstraints")
    if match is None:
        errors.append(FieldError.required("spec.matchConstraints"))
    else:
        errors += _match(match, "spec.matchConstraints")
        if composed:
            errors += _mutable(match, "spec.matchConstraints")
    expressions = PolicyExpressions(spec)
    conditions = spec.get("matchConditions") or ()
    errors += validate_match_conditions(conditions, "spec.matchConditions", params=expressions.params)
    variables = spec.get("variables") or ()
    errors += expressions.variables(variables, composed=composed or bool(variables))
    return errors, expressions


def _mutable(match: Mapping[str, Any], path: str) -> list[FieldError]:
    return [
        error
        for rule in match.get("resourceRules") or ()
        for operation in rule.get("operations") or ()
        for error in unsupported(operation, f"{path}.resourceRules.operations", _MUTATING)
    ]


def _match(match: Mapping[str, Any], path: str) -> list[FieldError]:
    errors = unsupported(match.get("matchPolicy"), f"{path}.matchPolicy", ("Equivalent", "Exact"))
    for name in ("namespaceSelector", "objectSelector"):
        if (selector := match.get(name)) is not None:
            errors += validate_label_selector(selector, f"{path}.{name}")
    for name in ("resourceRules", "excludeResourceRules"):
        for position, rule in enumerate(match.get(name) or ()):
            at = f"{path}.{name}[{position}]"
            errors += _names(rule.get("resourceNames") or (), f"{at}.resourceNames") + validate_rule(rule, at)
    if path == "spec.matchConstraints" and not match.get("resourceRules"):
        errors.append(FieldError.required(f"{path}.resourceRules"))
    return errors


def _names(names: Sequence[str], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, name in enumerate(names):
        errors += named(path_segment_name, name, f"{path}[{position}]")
        if name in names[:position]:
            errors.append(FieldError.duplicate(f"{path}[{position}]", name))
    return errors


class ValidatingAdmissionPolicyStrategy(_AdmissionStrategy):
    """ValidatingAdmissionPolicy."""

    has_status = True
    status_keeps_metadata = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    zero_status: ClassVar[Mapping[str, Any] | None] = {}

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        fill(spec, {"failurePolicy": "Fail"})
        if (match := spec.get("matchConstraints")) is not None:
            _default_match(match)
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors, expressions = _policy(spec, composed=False)
        rules, audits = spec.get("validations") or (), spec.get("auditAnnotations") or ()
        if not rules and not audits:
            detail = "validations or auditAnnotations must contain at least one item"
            errors += [
                FieldError.required("spec.validations", detail),
                FieldError.required("spec.auditAnnotations", detail),
            ]
        for position, rule in enumerate(rules):
            errors += expressions.validation(rule, f"spec.validations[{position}]")
        return errors + expressions.annotations(audits, obj["metadata"].get("name", ""))


class AdmissionPolicyBindingStrategy(_AdmissionStrategy):
    """MutatingAdmissionPolicyBinding. ``mutates`` is of this kind alone."""

    mutates = True

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        if (match := spec.get("matchResources")) is not None:
            _default_match(match)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        policy = spec.get("policyName", "")
        missing = FieldError.required("spec.policyName")
        errors = named(dns1123_subdomain, policy, "spec.policyName") if policy else [missing]
        if (reference := spec.get("paramRef")) is not None:
            errors += validate_param_ref(reference, "spec.paramRef")
        if (match := spec.get("matchResources")) is not None:
            errors += _match(match, "spec.matchResources")
        if match is not None and self.mutates:
            errors += _mutable(match, "spec.matchResources")
        return errors


class ValidatingAdmissionPolicyBindingStrategy(AdmissionPolicyBindingStrategy):
    """ValidatingAdmissionPolicyBinding."""

    mutates = False

    def validate(self, obj: Object) -> list[FieldError]:
        actions = (obj.get("spec") or {}).get("validationActions") or ()
        errors = super().validate(obj)
        where = "spec.validationActions"
        if not actions:
            errors.append(FieldError.required(where, "at least one validation action is required"))
        for position, action in enumerate(actions):
            errors += unsupported(action, f"{where}[{position}]", ("Audit", "Deny", "Warn"))
            if action in actions[:position]:
                errors.append(FieldError.duplicate(f"{where}[{position}]", action))
        if {"Deny", "Warn"} <= set(actions):
            detail = "must not contain both Deny and Warn (repeating the same validation failure information in the API "
            detail += "response and headers serves no purpose)"
            errors.append(FieldError.invalid(where, list(actions), detail))
        return errors
