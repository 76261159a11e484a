"""Rules that workloads share: a selector that fits the template, a template that runs for ever, counts that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import LabelSelector, SelectorError, validate_label_selector
from fakes.kube.groups.pod_validation import validate_pod_template
from fakes.kube.groups.rules import nonnegative

__all__ = [
    "counts_within",
    "selector_matches",
    "template_mismatch",
    "validate_forever",
    "validate_selector",
    "validate_template",
]

_MISMATCH = "`selector` does not match template `labels`"


def validate_selector(spec: Mapping[str, Any], kind: str) -> list[FieldError]:
    """A selector that is there, valid and not empty."""
    selector = spec.get("selector")
    if selector is None:
        return [FieldError.required("spec.selector")]
    errors = validate_label_selector(selector, "spec.selector")
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(FieldError.invalid("spec.selector", selector, f"empty selector is invalid for {kind}"))
    return errors


def selector_matches(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool | None:
    """Whether a selector matches; no selector matches nothing, an invalid one gives None."""
    if selector is None:
        return False
    try:
        return LabelSelector.from_dict(selector).matches(labels)
    except SelectorError:
        return None


def template_mismatch(template: Mapping[str, Any]) -> FieldError:
    """A template whose labels its selector does not match."""
    labels = (template.get("metadata") or {}).get("labels")
    return FieldError.invalid("spec.template.metadata.labels", labels, _MISMATCH)


def validate_template(spec: Mapping[str, Any], kind: str) -> list[FieldError]:
    """A template whose labels the selector matches and whose Pods are always restarted."""
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    matches = selector_matches(spec.get("selector"), labels)
    if matches is None:
        return [FieldError.invalid("spec.selector", spec.get("selector"), "invalid label selector")]
    errors = [] if matches else [template_mismatch(template)]
    errors += validate_pod_template(template, "spec.template")
    return errors + validate_forever(template, kind)


def validate_forever(template: Mapping[str, Any], kind: str) -> list[FieldError]:
    """A template whose Pods do not end."""
    spec = template.get("spec") or {}
    errors: list[FieldError] = []
    if (policy := spec.get("restartPolicy")) != "Always":
        errors.append(FieldError.not_supported("spec.template.spec.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(FieldError.forbidden("spec.template.spec.activeDeadlineSeconds", detail))
    return errors


def counts_within(
    status: Mapping[str, Any], counts: Sequence[str], within: Sequence[str], ready: str = "readyReplicas"
) -> list[FieldError]:
    """Counts of Pods that are not negative; those of ``within`` are of the replicas, the available of the ready."""
    errors = nonnegative(status, "status", *counts)
    replicas = status.get("replicas", 0)
    for name in within:
        if (count := status.get(name, 0)) > replicas:
            errors.append(
                FieldError.invalid(f"status.{name}", count, "cannot be greater than status.replicas")
            )
    available = status.get("availableReplicas", 0)
    if available > status.get("readyReplicas", 0):
        errors.append(
            FieldError.invalid("status.availableReplicas", available, f"cannot be greater than {ready}")
        )
    return errors
