"""Which names of a definition are accepted, and the conditions that say so.

Source: k8s.io/apiextensions-apiserver, pkg/controller/status, pkg/controller/establish, pkg/controller/finalizer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.golang import quote

__all__ = [
    "CLEANUP_FINALIZER",
    "accepted_status",
    "condition",
    "is_established",
    "is_true",
    "terminating_status",
    "with_condition",
]

CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"

Condition = Mapping[str, Any]
Status = dict[str, Any]
_TERMINATING: Mapping[str, tuple[str, str]] = {
    "InstanceDeletionPending": (
        "True",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    ),
    "InstanceDeletionInProgress": ("True", "CustomResource deletion is in progress"),
    "InstanceDeletionCompleted": ("False", "removed all instances"),
    "NeverEstablished": ("False", "resource was never established"),
}


def condition(crd: Mapping[str, Any], kind: str) -> Condition | None:
    """The condition of that type."""
    conditions = (crd.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each["type"] == kind), None)


def is_true(crd: Mapping[str, Any], kind: str) -> bool:
    """Whether a condition is there and true."""
    found = condition(crd, kind)
    return found is not None and found["status"] == "True"


def is_established(crd: Mapping[str, Any]) -> bool:
    """Whether the definition's resources are served."""
    return is_true(crd, "Established")


def with_condition(
    status: Mapping[str, Any], kind: str, value: str, reason: str, message: str, now: datetime
) -> Status:
    """The status with a condition set; its time changes only if its status does."""
    old = list(status.get("conditions") or ())
    before = next((each for each in old if each["type"] == kind), None)
    time = rfc3339(now)
    if before is not None and before["status"] == value:
        time = before.get("lastTransitionTime") or time
    new = {"type": kind, "status": value, "lastTransitionTime": time, "reason": reason, "message": message}
    if before is None:
        return {**status, "conditions": [*old, new]}
    return {**status, "conditions": [new if each is before else each for each in old]}


def terminating_status(crd: Mapping[str, Any], reason: str, now: datetime) -> Status:
    """The status of a definition that is being deleted; ``reason`` is how far that has come."""
    value, message = _TERMINATING[reason]
    return with_condition(crd.get("status") or {}, "Terminating", value, reason, message, now)


def accepted_status(crd: Mapping[str, Any], others: Iterable[Mapping[str, Any]], now: datetime) -> Status:
    """The status once names have been compared with those accepted for ``others``.

    ``others`` are all definitions there are; those of other groups, and the definition itself, do not count.
    Establishing follows at once.
    """
    status = dict(crd.get("status") or {})
    names, reason, message = _accept(crd, _claimed(crd, others))
    status["acceptedNames"] = names
    if reason:
        status = with_condition(status, "NamesAccepted", "False", reason, message, now)
    else:
        status = with_condition(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now)
    if is_established(crd):
        return status
    if reason:
        return with_condition(
            status, "Established", "False", "NotAccepted", "not all names are accepted", now
        )
    accepted = "the initial names have been accepted"
    return with_condition(status, "Established", "True", "InitialNamesAccepted", accepted, now)


def _claimed(crd: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    """Names of resources and of kinds that the group has given away."""
    resources: set[str] = set()
    kinds: set[str] = set()
    for other in others:
        if (
            other["spec"]["group"] != crd["spec"]["group"]
            or other["metadata"]["name"] == crd["metadata"]["name"]
        ):
            continue
        names = (other.get("status") or {}).get("acceptedNames") or {}
        resources |= {names.get("plural", ""), names.get("singular", ""), *(names.get("shortNames") or ())}
        kinds |= {names.get("kind", ""), names.get("listKind", "")}
    return resources - {""}, kinds - {""}


def _accept(crd: Mapping[str, Any], claimed: tuple[set[str], set[str]]) -> tuple[dict[str, Any], str, str]:
    """The names accepted, and the last conflict: its reason and message, empty if there is none."""
    resources, kinds = claimed
    requested = crd["spec"]["names"]
    accepted = dict((crd.get("status") or {}).get("acceptedNames") or {})
    reason = message = ""
    checks = (
        ("plural", resources, "PluralConflict"),
        ("singular", resources, "SingularConflict"),
        ("shortNames", resources, "ShortNamesConflict"),
        ("kind", kinds, "KindConflict"),
        ("listKind", kinds, "ListKindConflict"),
    )
    for field, used, failure in checks:
        conflicts = _conflicts(requested.get(field), accepted.get(field), used)
        if conflicts:
            reason, message = failure, conflicts
        elif field in requested:
            accepted[field] = requested[field]
        else:
            accepted.pop(field, None)
    if "categories" in requested:
        accepted["categories"] = requested["categories"]
    return accepted, reason, message


def _conflicts(requested: Any, accepted: Any, used: set[str]) -> str:
    if not requested or requested == accepted:
        return ""
    if isinstance(requested, str):
        return f"{quote(requested)} is already in use" if requested in used else ""
    own = set(accepted or ())
    texts = [f"{quote(name)} is already in use" for name in requested if name in used and name not in own]
    texts = list(dict.fromkeys(texts))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]" if texts else ""
