"""Priority: the number behind the name of a PriorityClass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.kube.admission.subject import shown_name

__all__ = ["keep_priority", "resolve_priority"]

PriorityClass = Mapping[str, Any]
_PODS = GroupResource("", "pods")
_COMPUTED = "must not be provided in pod spec; priority admission controller computed"


def resolve_priority(pod: dict[str, Any], *, classes: Iterable[PriorityClass]) -> None:
    """Write the priority and the preemption policy of a Pod.

    Raises:
        StatusError: there is no such class, or the Pod says another number than its class.
    """
    spec = pod["spec"]
    found = _class_of(pod, list(classes))
    name = found["metadata"]["name"] if found else ""
    value = found.get("value", 0) if found else 0
    policy = found.get("preemptionPolicy", "PreemptLowerPriority") if found else "PreemptLowerPriority"
    if name:
        spec["priorityClassName"] = name
    sent = spec.get("priority")
    if sent is not None and sent != value:
        raise _refused(
            pod,
            f"the integer value of priority ({sent}) {_COMPUTED} {value} from the given PriorityClass name",
        )
    spec["priority"] = value
    sent = spec.get("preemptionPolicy")
    if sent is not None and sent != policy:
        text = f"the string value of PreemptionPolicy ({sent}) {_COMPUTED} {policy} from the given PriorityClass name"
        raise _refused(pod, text)
    spec["preemptionPolicy"] = policy


def keep_priority(pod: dict[str, Any], old: Mapping[str, Any]) -> None:
    """Give a changed Pod the priority that it had, where it says none."""
    spec, before = pod["spec"], old.get("spec") or {}
    for name in ("priority", "preemptionPolicy"):
        if spec.get(name) is None and before.get(name) is not None:
            spec[name] = before[name]


def _class_of(pod: Mapping[str, Any], classes: list[PriorityClass]) -> PriorityClass | None:
    name = pod["spec"].get("priorityClassName", "")
    if not name:
        defaults = [each for each in classes if each.get("globalDefault")]
        return min(defaults, key=lambda each: each.get("value", 0)) if defaults else None
    for each in classes:
        if each["metadata"]["name"] == name:
            return each
    raise _refused(pod, f"no PriorityClass with name {name} was found")


def _refused(pod: Mapping[str, Any], text: str) -> StatusError:
    return StatusError.forbidden(_PODS, shown_name(pod), text)
