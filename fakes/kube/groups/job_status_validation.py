"""Which statuses a Job may have, and which may follow which.

Most rules look only at what a write changes, so that a status that was accepted once does not stand in the way of another.
Source: k8s.io/kubernetes, pkg/apis/batch/validation and pkg/registry/batch/job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.job_indexes import IndexesError, count_of_indexes, first_common_index
from fakes.kube.groups.rules import nonnegative

__all__ = ["validate_job_status"]

Object = Mapping[str, Any]
_CONDITIONS = "status.conditions"
_EXCLUSIVE = (("Complete", "Failed"), ("Complete", "FailureTarget"))


def validate_job_status(obj: Object, old: Object) -> list[FieldError]:
    """Errors of a changed status."""
    change = _Change(obj, old)
    return [
        *nonnegative(change.status, "status", "active", "succeeded", "failed", "ready", "terminating"),
        *_uncounted(change.status.get("uncountedTerminatedPods") or {}),
        *_completion(change),
        *_ending(change),
        *_indexes(change),
        *_pods(change),
        *_success(change),
        *_transition(change),
    ]


class _Change:
    """A status, the one before it, and the spec that both are of."""

    def __init__(self, obj: Object, old: Object) -> None:
        self.spec: Object = obj.get("spec") or {}
        self.status: Object = obj.get("status") or {}
        self.before: Object = old.get("status") or {}

    def has(self, kind: str) -> bool:
        return _is(self.status, kind, "True")

    def had(self, kind: str) -> bool:
        return _is(self.before, kind, "True")

    def turned(self, *kinds: str) -> bool:
        """Whether one of the conditions is another than it was."""
        return any(self.has(kind) != self.had(kind) for kind in kinds)

    def changed(self, *names: str) -> bool:
        """Whether one of the fields is another than it was."""
        return any(self.status.get(name) != self.before.get(name) for name in names)

    @property
    def finished(self) -> bool:
        return self.has("Complete") or self.has("Failed")

    @property
    def finishing(self) -> bool:
        """Whether the Job ends by this write, or begins anew."""
        return self.finished != (self.had("Complete") or self.had("Failed"))

    @property
    def indexed(self) -> bool:
        return bool(self.spec.get("completionMode") == "Indexed")


def _is(status: Object, kind: str, value: str) -> bool:
    return any(
        each.get("type") == kind and each.get("status") == value for each in status.get("conditions") or ()
    )


def _refused(detail: str) -> FieldError:
    return FieldError(reason="FieldValueInvalid", path=_CONDITIONS, body=f"Invalid value: {detail}")


def _uncounted(pods: Object) -> Iterator[FieldError]:
    seen: set[str] = set()
    for name in ("succeeded", "failed"):
        for position, uid in enumerate(pods.get(name) or ()):
            at = f"status.uncountedTerminatedPods.{name}[{position}]"
            if not uid:
                yield FieldError.invalid(at, uid, "must not be empty")
            elif uid in seen:
                yield FieldError.duplicate(at, uid)
            seen.add(uid)


def _completion(change: _Change) -> Iterator[FieldError]:
    for one, other in _EXCLUSIVE:
        if change.turned(one, other) and change.has(one) and change.has(other):
            yield _refused(f"cannot set {one}=True and {other}=true conditions")
    at, ended, began = (
        "status.completionTime",
        change.status.get("completionTime"),
        change.status.get("startTime"),
    )
    if change.turned("Complete") or change.changed("completionTime"):
        if ended is not None and not change.has("Complete"):
            detail = "cannot set completionTime when there is no Complete=True condition"
            yield FieldError.invalid(at, ended, detail)
        if ended is None and change.has("Complete"):
            yield FieldError.required(at, "completionTime is required for Complete jobs")
    if change.changed("startTime", "completionTime") and began and ended and ended < began:
        yield FieldError.invalid(at, ended, "must be equal to or after `startTime`")


def _ending(change: _Change) -> Iterator[FieldError]:
    failing = change.turned("Failed") or change.changed("failedIndexes")
    if failing and change.has("Failed") and not change.has("FailureTarget"):
        yield _refused("cannot set Failed=True condition without the FailureTarget=true condition")
    succeeding = change.turned("Complete", "SuccessCriteriaMet")
    if succeeding and change.has("Complete") and not change.has("SuccessCriteriaMet"):
        yield _refused("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")
    if not change.finished:
        return
    active, finishing = change.status.get("active", 0), change.finishing
    if (finishing or change.changed("active")) and active > 0:
        yield FieldError.invalid("status.active", active, "active>0 is invalid for finished job")
    nothing_to_do = change.spec.get("suspend") is True and change.spec.get("completions") == 0
    starting = (finishing or change.changed("startTime")) and not nothing_to_do
    if starting and change.status.get("startTime") is None:
        yield FieldError.required("status.startTime", "startTime is required for finished job")
    uncounted = change.status.get("uncountedTerminatedPods") or {}
    if (finishing or change.changed("uncountedTerminatedPods")) and any(uncounted.values()):
        at = "status.uncountedTerminatedPods"
        shown = internal_text("batch.UncountedTerminatedPods", uncounted)
        yield FieldError.invalid(at, shown, "must be empty for finished job")


def _indexes(change: _Change) -> Iterator[FieldError]:
    completed, failed = change.status.get("completedIndexes", ""), change.status.get("failedIndexes")
    completions, per_index = change.spec.get("completions"), change.spec.get("backoffLimitPerIndex")
    if change.changed("completedIndexes") and completions is not None:
        yield from _format(completed, "completedIndexes", completions)
    if change.changed("failedIndexes") and None not in (completions, per_index, failed):
        yield from _format(failed or "", "failedIndexes", completions or 0)
    if change.changed("completedIndexes") and completed and not change.indexed:
        detail = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield FieldError.invalid("status.completedIndexes", completed, detail)
    if change.changed("failedIndexes") and per_index is None and failed is not None:
        detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        yield FieldError.invalid("status.failedIndexes", failed, detail)
    if change.changed("failedIndexes", "completedIndexes") and completions is not None and failed is not None:
        common = first_common_index(completed, failed, completions)
        if common is not None:
            detail = f"failedIndexes and completedIndexes overlap at index: {common}"
            yield FieldError.invalid("status.failedIndexes", failed, detail)


def _format(text: str, name: str, completions: int) -> Iterator[FieldError]:
    try:
        count_of_indexes(text, completions)
    except IndexesError as error:
        yield FieldError.invalid(f"status.{name}", text, f"error parsing {name}: {error}")


def _pods(change: _Change) -> Iterator[FieldError]:
    terminating, ready = change.status.get("terminating"), change.status.get("ready")
    if (change.finishing or change.changed("terminating")) and terminating and change.finished:
        detail = "terminating>0 is invalid for finished job"
        yield FieldError.invalid("status.terminating", terminating, detail)
    if change.changed("ready", "active") and ready is not None and ready > change.status.get("active", 0):
        yield FieldError.invalid("status.ready", ready, "cannot set more ready pods than active")


def _success(change: _Change) -> Iterator[FieldError]:
    met = change.has("SuccessCriteriaMet")
    for other in ("Failed", "FailureTarget"):
        if met and change.has(other):
            yield _refused(f"cannot set SuccessCriteriaMet=True and {other}=true conditions")
    if change.spec.get("successPolicy") is not None and not met and change.has("Complete"):
        yield _refused("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True")


def _transition(change: _Change) -> Iterator[FieldError]:
    for kind in ("Failed", "Complete", "FailureTarget"):
        if change.had(kind) and not change.has(kind):
            yield _refused(f"cannot disable the terminal {kind}=True condition")
    scaled = change.indexed and change.spec.get("completions") == change.spec.get("parallelism")
    for name in ("failed",) if scaled else ("failed", "succeeded"):
        if (count := change.status.get(name, 0)) < change.before.get(name, 0):
            yield FieldError.invalid(f"status.{name}", count, f"cannot decrease the {name} counter")
    new, before = change.status.get("completionTime"), change.before.get("completionTime")
    if new is not None and before is not None and new != before:
        yield FieldError.invalid("status.completionTime", new, "field is immutable")
    began, resumed = change.before.get("startTime"), _is(change.status, "Suspended", "False")
    if (
        began is not None
        and change.changed("startTime")
        and not (change.had("Suspended") and resumed)
        and not change.spec.get("suspend")
    ):
        detail = "field is immutable for unsuspended job once set"
        yield FieldError.invalid("status.startTime", change.status.get("startTime"), detail)
    if change.had("SuccessCriteriaMet") and not change.has("SuccessCriteriaMet"):
        yield _refused("cannot disable the SuccessCriteriaMet=True condition")
    if change.had("Complete") and not change.had("SuccessCriteriaMet") and change.has("SuccessCriteriaMet"):
        yield _refused("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions")
