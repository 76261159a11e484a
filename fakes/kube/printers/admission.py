"""Admission configurations in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    age_of,
    column,
    go_label_selector,
    name_of,
    of_spec,
)

__all__ = ["PRINTERS"]


def _param_kind(spec: Mapping[str, Any]) -> str:
    kind = spec.get("paramKind")
    return "<unset>" if kind is None else f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}"


def _binding(_: Object, spec: Mapping[str, Any]) -> list[Any]:
    reference = spec.get("paramRef") or {}
    shown = "<unset>"
    if name := reference.get("name"):
        shown = f"{reference.get('namespace') or '*'}/{name}"
    elif reference.get("selector") is not None:
        shown = go_label_selector(reference["selector"])
    return [spec.get("policyName", ""), shown]


_WEBHOOKS = Printer(
    shown=(
        NAME,
        column(
            "Webhooks",
            "Webhooks indicates the number of webhooks registered in this configuration",
            kind="integer",
        ),
        AGE,
    ),
    row=lambda obj, now: [name_of(obj), len(obj.get("webhooks") or ()), age_of(obj, now)],
)
_POLICY_BINDING = Printer(
    shown=(
        NAME,
        column("PolicyName", "PolicyName indicates the policy definition which the policy binding binded to"),
        column("ParamRef", "ParamRef indicates the param resource which sets the configuration param"),
        AGE,
    ),
    row=of_spec(_binding),
)
_PARAM_KIND = column(
    "ParamKind", "ParamKind specifies the kind of resources used to parameterize this policy"
)

PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): Printer(
        shown=(
            NAME,
            column(
                "Mutations",
                "Mutation indicates the number of mutations rules defined in this configuration",
                kind="integer",
            ),
            _PARAM_KIND,
            AGE,
        ),
        row=of_spec(lambda _, spec: [len(spec.get("mutations") or ()), _param_kind(spec)]),
    ),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): _POLICY_BINDING,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): Printer(
        shown=(
            NAME,
            column(
                "Validations",
                "Validations indicates the number of validation rules defined in this configuration",
                kind="integer",
            ),
            _PARAM_KIND,
            AGE,
        ),
        row=of_spec(lambda _, spec: [len(spec.get("validations") or ()), _param_kind(spec)]),
    ),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): _POLICY_BINDING,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _WEBHOOKS,
}
