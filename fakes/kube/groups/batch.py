"""Jobs and CronJobs. Source: k8s.io/kubernetes, pkg/apis/batch and pkg/registry/batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_label
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.builtin import BuiltinStrategy, fill
from fakes.kube.groups.cron import schedule_error, time_zone
from fakes.kube.groups.job_policies import validate_failure_policy, validate_success_policy
from fakes.kube.groups.job_status_validation import validate_job_status
from fakes.kube.groups.job_template_update import validate_template_update
from fakes.kube.groups.pod_defaults import default_pod_template
from fakes.kube.groups.pod_validation import validate_pod_template
from fakes.kube.groups.pod_warnings import template_warnings
from fakes.kube.groups.rules import (
    MAX_INT32,
    domain_prefixed_path,
    immutable,
    nonnegative,
    required_one_of,
    unsupported,
)
from fakes.kube.groups.selectable import SelectableStrategy
from fakes.kube.groups.workload_validation import selector_matches

__all__ = ["CronJobStrategy", "JobStrategy"]

_MOST_INDEXES = 100000
_PREFIX = "batch.kubernetes.io/"
_COUNTS = (
    "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished",
    "backoffLimitPerIndex", "maxFailedIndexes",
)  # fmt: skip


_POLICIES = {"podFailurePolicy": "batch.PodFailurePolicy", "successPolicy": "batch.SuccessPolicy"}
_ORPHANS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)


class JobStrategy(SelectableStrategy):
    """Job. Its selector is the uid, which the server writes into the labels of the template."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole", "rules", "change")
    has_generation = True
    has_status = True
    default_propagation = "Orphan"
    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    field_labels: ClassVar[Mapping[str, str]] = {"status.successful": "0"}
    unknown_field_label = 'field label "{label}" not supported for Job'

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old)

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        if spec.get("completions") is None and spec.get("parallelism") is None:
            spec["completions"] = 1
        backoff = 6 if spec.get("backoffLimitPerIndex") is None else MAX_INT32
        replacement = "TerminatingOrFailed" if spec.get("podFailurePolicy") is None else "Failed"
        fill(
            spec,
            {"parallelism": 1, "backoffLimit": backoff, "completionMode": "NonIndexed", "suspend": False},
        )
        fill(spec, {"podReplacementPolicy": replacement, "manualSelector": False})
        _default_failure_policy(spec.get("podFailurePolicy") or {})
        _label_as_template(obj)
        super().default(obj)

    def prepare_for_create(self, obj: Object) -> None:
        super().prepare_for_create(obj)
        spec, metadata = obj["spec"], obj["metadata"]
        if not spec.get("manualSelector"):
            uid, name = metadata.get("uid", ""), metadata.get("name", "")
            template = spec["template"]["metadata"]
            generated = {
                f"{_PREFIX}controller-uid": uid,
                f"{_PREFIX}job-name": name,
                "controller-uid": uid,
                "job-name": name,
            }
            given = template.get("labels")
            template["labels"] = {**generated, **(given or {})}
            if given is not None and metadata.get("labels") is given:
                metadata["labels"] = dict(template["labels"])
            selector = spec.get("selector") or {}
            if f"{_PREFIX}controller-uid" not in (selector.get("matchLabels") or {}):
                labels = {**(selector.get("matchLabels") or {}), f"{_PREFIX}controller-uid": uid}
                spec["selector"] = {**selector, "matchLabels": labels}
        _label_as_template(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = _generated_selector(obj) + _selecting_job_spec(spec)
        completions = spec.get("completions")
        if spec.get("completionMode") == "Indexed" and completions:
            name = obj["metadata"].get("name", "")
            highest = f"{name}-{completions - 1}"
            if dns1123_label(highest):
                detail = f"will not able to create pod with invalid DNS label: {highest}"
                errors.append(FieldError.invalid("metadata.name", name, detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        new, before = obj.get("spec") or {}, old.get("spec") or {}
        errors = self.validate(obj) + _selecting_job_spec(new) + _completions(new, before)
        errors += immutable(new.get("selector"), before.get("selector"), "spec.selector")
        errors += validate_template_update(obj, old)
        for name in (
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy",
        ):
            shown = internal_text(_POLICIES[name], new.get(name)) if name in _POLICIES else None
            errors += immutable(new.get(name), before.get(name), f"spec.{name}", shown=shown)
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_job_status(obj, old)

    def deletion_warnings(self, explicit: bool) -> list[str]:
        return [] if explicit else [_ORPHANS]

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        fields = dict(super().selectable_fields(obj))
        fields["status.successful"] = str((obj.get("status") or {}).get("succeeded", 0))
        return fields


def _completions(new: Mapping[str, Any], before: Mapping[str, Any]) -> list[FieldError]:
    """Completions follow the parallelism of an indexed Job, and do not change otherwise."""
    where, value = "spec.completions", new.get("completions")
    if new.get("completionMode") != "Indexed":
        return immutable(value, before.get("completions"), where)
    if value is None or value in (before.get("completions"), new.get("parallelism")):
        return []
    return [FieldError.invalid(where, value, "can only be modified in tandem with spec.parallelism")]


def _template_labels(spec: Mapping[str, Any]) -> dict[str, str] | None:
    labels: dict[str, str] | None = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    return labels


def _label_as_template(obj: Object) -> None:
    """A Job without labels has those of its template: the very same, so that what is generated for one is in both."""
    metadata = obj.setdefault("metadata", {})
    if not metadata.get("labels") and (labels := _template_labels(obj["spec"])):
        metadata["labels"] = labels


def _default_failure_policy(policy: Mapping[str, Any]) -> None:
    for rule in policy.get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            pattern["status"] = pattern.get("status") or "True"


def _selecting_job_spec(spec: Mapping[str, Any]) -> list[FieldError]:
    errors = _job_spec(spec, "spec")
    selector = spec.get("selector")
    if selector is None:
        errors.append(FieldError.required("spec.selector"))
    else:
        errors += validate_label_selector(selector, "spec.selector")
    labels = _template_labels(spec)
    if selector_matches(selector, labels or {}) is False:
        detail = "`selector` does not match template `labels`"
        errors.append(FieldError.invalid("spec.template.metadata.labels", labels, detail))
    return errors


def _generated_selector(obj: Object) -> list[FieldError]:
    spec, metadata = obj.get("spec") or {}, obj.get("metadata") or {}
    if spec.get("manualSelector") or (selector := spec.get("selector")) is None:
        return []
    uid, name = metadata.get("uid", ""), metadata.get("name", "")
    expected = {"controller-uid": uid, "job-name": name}
    expected = {f"{_PREFIX}{key}": value for key, value in expected.items()} | expected
    labels = _template_labels(spec) or {}
    errors: list[FieldError] = []
    for key in ("controller-uid", "job-name", f"{_PREFIX}controller-uid", f"{_PREFIX}job-name"):
        where, detail = f"spec.template.metadata.labels[{key}]", f"must be '{expected[key]}'"
        if key not in labels:
            errors.append(FieldError.required(where, detail))
        elif labels[key] != expected[key]:
            errors.append(FieldError.invalid(where, labels, detail))
    if selector_matches(selector, expected) is False:
        errors.append(FieldError.invalid("spec.selector", selector, "`selector` not auto-generated"))
    return errors


def _job_spec(spec: Mapping[str, Any], path: str) -> list[FieldError]:
    errors = nonnegative(spec, path, *_COUNTS)
    failed, per_index = spec.get("maxFailedIndexes"), spec.get("backoffLimitPerIndex")
    if failed is not None and per_index is None:
        errors.append(
            FieldError.required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
        )
    if (manager := spec.get("managedBy")) is not None:
        errors += domain_prefixed_path(manager, f"{path}.managedBy")
    errors += _completion_mode(spec, path)
    if spec.get("podFailurePolicy") is not None:
        errors += validate_failure_policy(spec, f"{path}.podFailurePolicy")
    if spec.get("successPolicy") is not None:
        errors += validate_success_policy(spec, f"{path}.successPolicy")
    if (replacement := spec.get("podReplacementPolicy")) is not None:
        supported = ("Failed", "TerminatingOrFailed") if spec.get("podFailurePolicy") is None else ("Failed",)
        errors += unsupported(replacement, f"{path}.podReplacementPolicy", supported)
    template = spec.get("template") or {}
    errors += validate_pod_template(template, f"{path}.template")
    where = f"{path}.template.spec.restartPolicy"
    policy = (template.get("spec") or {}).get("restartPolicy")
    if policy == "Always":
        errors.append(FieldError.required(where, 'valid values: "OnFailure", "Never"'))
    elif policy == "OnFailure" and spec.get("podFailurePolicy") is not None:
        detail = 'only "Never" is supported when podFailurePolicy is specified'
        errors.append(FieldError.invalid(where, policy, detail))
    else:
        errors += unsupported(policy, where, ("OnFailure", "Never"))
    return errors


def _completion_mode(spec: Mapping[str, Any], path: str) -> list[FieldError]:
    mode, completions, parallelism = (
        spec.get(name) for name in ("completionMode", "completions", "parallelism")
    )
    errors: list[FieldError] = []
    if mode is not None:
        errors += unsupported(mode, f"{path}.completionMode", ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        if completions is None:
            errors.append(FieldError.required(f"{path}.completions", "when completion mode is Indexed"))
        if (parallelism or 0) > _MOST_INDEXES:
            detail = f"must be less than or equal to {_MOST_INDEXES} when completion mode is Indexed"
            errors.append(FieldError.invalid(f"{path}.parallelism", parallelism, detail))
        failed = spec.get("maxFailedIndexes")
        if failed is not None and completions is not None and failed > completions:
            detail = "must be less than or equal to completions"
            errors.append(FieldError.invalid(f"{path}.maxFailedIndexes", failed, detail))
        return errors
    if mode is None or mode == "NonIndexed":
        errors += [
            FieldError.invalid(f"{path}.{name}", spec[name], "requires indexed completion mode")
            for name in ("backoffLimitPerIndex", "maxFailedIndexes")
            if spec.get(name) is not None
        ]
    return errors


class CronJobStrategy(BuiltinStrategy):
    """CronJob."""

    status_metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ()
    has_generation = True
    has_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return template_warnings(obj, old, "spec.jobTemplate.spec.template")

    def default(self, obj: Object) -> None:
        spec = obj.setdefault("spec", {})
        spec["concurrencyPolicy"] = spec.get("concurrencyPolicy") or "Allow"
        fill(spec, {"suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1})
        job = spec.setdefault("jobTemplate", {})
        job.setdefault("metadata", {})
        default_pod_template(job.setdefault("spec", {}).setdefault("template", {}))
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        name = obj["metadata"].get("name", "")
        errors = _cron_job_spec(obj.get("spec") or {})
        if len(name) > 52:
            errors.append(FieldError.invalid("metadata.name", name, "must be no more than 52 characters"))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return _cron_job_spec(obj.get("spec") or {})


def _cron_job_spec(spec: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    if not (schedule := spec.get("schedule")):
        errors.append(FieldError.required("spec.schedule"))
    elif detail := schedule_error(schedule):
        errors.append(FieldError.invalid("spec.schedule", schedule, detail))
    errors += nonnegative(spec, "spec", "startingDeadlineSeconds")
    if (zone := spec.get("timeZone")) is not None:
        errors += time_zone(zone, "spec.timeZone")
    errors += required_one_of(
        spec.get("concurrencyPolicy"), "spec.concurrencyPolicy", ("Allow", "Forbid", "Replace")
    )
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    errors += _job_spec(job, "spec.jobTemplate.spec")
    if (selector := job.get("selector")) is not None:
        errors.append(
            FieldError.invalid(
                "spec.jobTemplate.spec.selector", selector, "`selector` will be auto-generated"
            )
        )
    if job.get("manualSelector"):
        errors.append(
            FieldError.not_supported("spec.jobTemplate.spec.manualSelector", True, ("nil", "false"))
        )
    return errors + nonnegative(spec, "spec", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
