"""When a Job fails or succeeds before all its Pods have. Source: k8s.io/kubernetes, pkg/apis/batch/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import Verbatim
from fakes.apimachinery.validation import qualified_name
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.job_indexes import IndexesError, count_of_indexes
from fakes.kube.groups.rules import named

__all__ = ["validate_failure_policy", "validate_success_policy"]

Spec = Mapping[str, Any]
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OMITTED = "Invalid value: "


def validate_failure_policy(spec: Spec, path: str) -> list[FieldError]:
    """Errors of ``podFailurePolicy`` of a JobSpec."""
    template = (spec.get("template") or {}).get("spec") or {}
    names = {
        each.get("name", "") for kind in ("containers", "initContainers") for each in template.get(kind) or ()
    }
    rules = spec["podFailurePolicy"].get("rules") or ()
    errors = [FieldError.too_many(f"{path}.rules", len(rules), 20)] if len(rules) > 20 else []
    indexed = spec.get("backoffLimitPerIndex") is not None
    for position, rule in enumerate(rules):
        errors += _rule(rule, indexed, names, f"{path}.rules[{position}]")
    return errors


def _rule(rule: Spec, indexed: bool, names: set[str], path: str) -> list[FieldError]:
    action, where = rule.get("action", ""), f"{path}.action"
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or ()
    errors: list[FieldError] = []
    if not action:
        errors.append(FieldError.required(where, f"valid values: {_listed(_ACTIONS)}"))
    elif action == "FailIndex":
        if not indexed:
            errors.append(FieldError.invalid(where, action, "requires the backoffLimitPerIndex to be set"))
    elif action not in _ACTIONS:
        errors.append(FieldError.not_supported(where, action, _ACTIONS))
    if codes is not None:
        errors += _exit_codes(codes, names, f"{path}.onExitCodes")
    for position, pattern in enumerate(conditions):
        errors += _condition(pattern, f"{path}.onPodConditions[{position}]")
    if codes is not None and conditions:
        errors.append(_whole(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        errors.append(_whole(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return errors


def _whole(path: str, detail: str) -> FieldError:
    """An error whose value is not shown."""
    return FieldError(reason="FieldValueInvalid", path=path, body=_OMITTED + detail)


def _listed(values: Sequence[str]) -> str:
    return "[" + " ".join(f'"{value}"' for value in values) + "]"


def _condition(pattern: Spec, path: str) -> list[FieldError]:
    status, statuses = pattern.get("status", ""), ("False", "True", "Unknown")
    errors = named(qualified_name, pattern.get("type", ""), f"{path}.type")
    if status not in statuses:
        errors.append(FieldError.not_supported(f"{path}.status", status, statuses))
    return errors


def _exit_codes(codes: Spec, names: set[str], path: str) -> list[FieldError]:
    operator, operators = codes.get("operator", ""), ("In", "NotIn")
    errors: list[FieldError] = []
    if not operator:
        errors.append(FieldError.required(f"{path}.operator", f"valid values: {_listed(operators)}"))
    elif operator not in operators:
        errors.append(FieldError.not_supported(f"{path}.operator", operator, operators))
    container = codes.get("containerName")
    if container is not None and container not in names:
        detail = "must be one of the container or initContainer names in the pod template"
        errors.append(FieldError.invalid(f"{path}.containerName", container, detail))
    values, where = codes.get("values") or [], f"{path}.values"
    if not values:
        errors.append(FieldError.invalid(where, codes.get("values"), "at least one value is required"))
    elif len(values) > 255:
        errors.append(FieldError.too_many(where, len(values), 255))
    for position, value in enumerate(values):
        at = f"{where}[{position}]"
        if operator == "In" and value == 0:
            errors.append(FieldError.invalid(at, value, "must not be 0 for the In operator"))
        if value in values[:position]:
            errors.append(FieldError.duplicate(at, value))
    if values != sorted(values):
        errors.append(FieldError.invalid(where, values, "must be ordered"))
    return errors


def validate_success_policy(spec: Spec, path: str) -> list[FieldError]:
    """Errors of ``successPolicy`` of a JobSpec."""
    policy = spec["successPolicy"]
    if spec.get("completionMode") != "Indexed":
        shown: Verbatim = internal_text("batch.SuccessPolicy", policy)
        return [FieldError.invalid(path, shown, "requires indexed completion mode")]
    rules, most = policy.get("rules") or (), spec.get("completions") or 0
    errors: list[FieldError] = []
    if not rules:
        detail = "at least one rules must be specified when the successPolicy is specified"
        errors.append(FieldError.required(f"{path}.rules", detail))
    if len(rules) > 20:
        errors.append(FieldError.too_many(f"{path}.rules", len(rules), 20))
    for position, rule in enumerate(rules):
        at, count = f"{path}.rules[{position}]", rule.get("succeededCount")
        if count is None and rule.get("succeededIndexes") is None:
            detail = "at least one of succeededCount or succeededIndexes must be specified"
            errors.append(FieldError.required(at, detail))
        indexes, total = rule.get("succeededIndexes"), 0
        if indexes is not None:
            try:
                total = count_of_indexes(indexes, most)
            except IndexesError as error:
                detail = f"error parsing succeededIndexes: {error}"
                errors.append(FieldError.invalid(f"{at}.succeededIndexes", indexes, detail))
        if count is not None and count < 0:
            detail = "must be greater than or equal to 0"
            errors.append(FieldError.invalid(f"{at}.succeededCount", count, detail))
        if count is not None and count > most:
            detail = f"must be less than or equal to {most} (the number of specified completions)"
            errors.append(FieldError.invalid(f"{at}.succeededCount", count, detail))
        if count is not None and indexes is not None and count > total:
            what = "the number of indexes in the specified succeededIndexes field"
            detail = f"must be less than or equal to {total} ({what})"
            errors.append(FieldError.invalid(f"{at}.succeededCount", count, detail))
    return errors
