"""ValidatingAdmissionPolicy: expressions that refuse a write or warn of it, where a binding says so.

Not here: audit annotations, type checking of expressions against schemas (``status.typeChecking`` is not written), limits
on costs, and MutatingAdmissionPolicy. Source: k8s.io/apiserver, pkg/admission/plugin/policy/validating.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.schema import GroupVersionResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.conditions import Conditions
from fakes.kube.admission.configured import Configured
from fakes.kube.admission.expressions import AdmissionExpression, CompileError, EvaluationError, variables_of
from fakes.kube.admission.matching import Match, Versions, is_exempt
from fakes.kube.admission.params import ParamError, Params, Resources
from fakes.kube.admission.subject import shown_name

__all__ = ["ValidatingPolicies"]

_GROUP = "admissionregistration.k8s.io"
_CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413}
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Validation:
    expression: AdmissionExpression | str
    message: str
    message_expression: AdmissionExpression | str | None
    reason: str

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> _Validation:
        text = str(rule.get("expression", ""))
        said = rule.get("messageExpression")
        return cls(
            expression=_compiled(text),
            message=str(rule.get("message") or f"failed expression: {text.strip()}").strip(),
            message_expression=_compiled(said) if said else None,
            reason=rule.get("reason") or "Invalid",
        )

    def failure(self, values: Values) -> str | None:
        """What to say if the expression does not hold.

        Raises:
            EvaluationError: it has no value.
        """
        if _evaluate(self.expression, values) is True:
            return None
        if self.message_expression is None:
            return self.message
        try:
            text = _evaluate(self.message_expression, values)
        except EvaluationError:
            return self.message
        usable = isinstance(text, str) and text.strip() and "\n" not in text.strip()
        return str(text).strip() if usable else self.message


def _compiled(text: str) -> AdmissionExpression | str:
    try:
        return AdmissionExpression(text)
    except CompileError as error:
        return f"compilation error: compilation failed: {error}"


def _evaluate(expression: AdmissionExpression | str, values: Values) -> Any:
    if isinstance(expression, str):
        raise EvaluationError(expression)
    return expression.evaluate(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Policy:
    name: str
    match: Match
    conditions: Conditions
    variables: tuple[tuple[str, AdmissionExpression | str], ...]
    validations: tuple[_Validation, ...]
    param_kind: Mapping[str, Any] | None
    ignores_failure: bool

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> _Policy:
        spec = policy.get("spec") or {}
        ignores = spec.get("failurePolicy") == "Ignore"
        return cls(
            name=policy["metadata"]["name"],
            match=Match.of(spec.get("matchConstraints") or {}),
            conditions=Conditions.of(spec.get("matchConditions") or (), ignores_failure=ignores),
            variables=tuple(
                (each.get("name", ""), _compiled(each.get("expression", "")))
                for each in spec.get("variables") or ()
            ),
            validations=tuple(map(_Validation.of, spec.get("validations") or ())),
            param_kind=spec.get("paramKind"),
            ignores_failure=ignores,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Binding:
    name: str
    policy: str
    match: Match | None
    param_ref: Mapping[str, Any] | None
    actions: Sequence[str]

    @classmethod
    def of(cls, binding: Mapping[str, Any]) -> _Binding:
        spec = binding.get("spec") or {}
        resources = spec.get("matchResources")
        return cls(
            name=binding["metadata"]["name"],
            policy=spec.get("policyName", ""),
            match=Match.of(resources) if resources else None,
            param_ref=spec.get("paramRef"),
            actions=tuple(spec.get("validationActions") or ()),
        )


@dataclass(frozen=True, slots=True)
class _Denied:
    """A validation that does not hold, or cannot be looked at."""

    reason: str
    message: str


class ValidatingPolicies:
    """The plugin. A policy without a binding does nothing."""

    def __init__(self, storage: Storage, versions: Versions, resources: Resources) -> None:
        self._storage = storage
        self._versions = versions
        self._params = Params(storage, resources)
        self._policies = Configured(storage, f"validatingadmissionpolicies.{_GROUP}", _Policy.of)
        self._bindings = Configured(storage, f"validatingadmissionpolicybindings.{_GROUP}", _Binding.of)

    async def validate(self, attributes: Attributes) -> None:
        if not self._bindings.values or not self._policies.values or is_exempt(attributes):
            return
        refusals: list[StatusError] = []
        for policy in self._policies.values:
            bindings = [binding for binding in self._bindings.values if binding.policy == policy.name]
            if not bindings:
                continue
            resource = policy.match.resource(attributes, self._storage, self._versions)
            if resource is None:
                continue
            for binding in bindings:
                if self._bound(binding, attributes):
                    refusals.extend(self._apply(policy, binding, attributes, resource))
        if refusals:
            raise refusals[0]

    def _bound(self, binding: _Binding, attributes: Attributes) -> bool:
        match = binding.match
        return match is None or (
            match.resource(attributes, self._storage, self._versions, any_rule=True) is not None
        )

    def _apply(
        self, policy: _Policy, binding: _Binding, attributes: Attributes, resource: GroupVersionResource
    ) -> Iterator[StatusError]:
        for denied in self._denials(policy, binding, attributes, resource):
            if "Warn" in binding.actions:
                by = f"ValidatingAdmissionPolicy '{policy.name}' with binding '{binding.name}'"
                attributes.warnings.append(f"Validation failed for {by}: {denied.message}")
            if "Deny" in binding.actions:
                yield _refusal(policy, binding, denied, attributes)

    def _denials(
        self, policy: _Policy, binding: _Binding, attributes: Attributes, resource: GroupVersionResource
    ) -> Iterator[_Denied]:
        try:
            every = self._params.find(policy.param_kind, binding.param_ref, attributes.namespace)
        except ParamError as error:
            if not policy.ignores_failure:
                yield _Denied("Invalid", f"failed to configure binding: {error}")
            return
        known = variables_of(attributes, resource) | {"namespaceObject": self._namespace(attributes)}
        for params in every:
            values = {**known, "params": params, "variables": {}}
            if not policy.conditions.hold(attributes, resource, values):
                continue
            values["variables"] = _variables(policy, values)
            yield from _validate(policy, values)

    def _namespace(self, attributes: Attributes) -> Mapping[str, Any] | None:
        stored = self._storage.get("namespaces", attributes.namespace) if attributes.namespace else None
        return None if stored is None else {"kind": "Namespace", "apiVersion": "v1", **stored.object}


def _variables(policy: _Policy, values: Values) -> dict[str, Any]:
    """The variables of a policy; one that has no value is missing, so that only who reads it fails."""
    found: dict[str, Any] = {}
    for name, expression in policy.variables:
        try:
            found[name] = _evaluate(expression, {**values, "variables": found})
        except EvaluationError:
            continue
    return found


def _validate(policy: _Policy, values: Values) -> Iterator[_Denied]:
    for validation in policy.validations:
        try:
            message = validation.failure(values)
        except EvaluationError as error:
            if not policy.ignores_failure:
                yield _Denied("Invalid", str(error))
            continue
        if message is not None:
            yield _Denied(validation.reason, message)


def _refusal(policy: _Policy, binding: _Binding, denied: _Denied, attributes: Attributes) -> StatusError:
    by = f"ValidatingAdmissionPolicy '{policy.name}' with binding '{binding.name}'"
    message = f"{by} denied request: {denied.message}"
    name = attributes.name or shown_name(attributes.object or {})
    error = StatusError.forbidden(attributes.resource.group_resource, name, message)
    error.status["reason"] = denied.reason
    error.status["details"]["causes"] = [{"message": message}]
    error.status["code"] = _CODES.get(denied.reason, 422)
    return error
