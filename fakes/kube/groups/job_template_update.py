"""What of the Pods of a Job may change: nothing once it runs; where they go and what they get while it is suspended.

Source: k8s.io/kubernetes, pkg/apis/batch/validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.rules import immutable

__all__ = ["validate_template_update"]

Object = Mapping[str, Any]
_DIRECTIVES = ("nodeSelector", "tolerations", "schedulingGates")


def validate_template_update(obj: Object, old: Object) -> list[FieldError]:
    """Errors of a changed template."""
    template, before = _template(obj), _template(old)
    if not _is_waiting(old):
        return _unchanged(template, before)
    spec, was = template.get("spec") or {}, _directed(before.get("spec") or {}, template.get("spec") or {})
    for kind in ("containers", "initContainers"):
        was = _with_resources(was, spec, kind)
    shown = internal_text("core.PodSpec", spec)
    return immutable(_present(spec), _present(was), "spec.template.spec", shown=shown)


def _template(obj: Object) -> Object:
    template: Object = (obj.get("spec") or {}).get("template") or {}
    return template


def _unchanged(new: Object, before: Object) -> list[FieldError]:
    return immutable(new, before, "spec.template", shown=internal_text("core.PodTemplateSpec", new))


def _is_waiting(job: Object) -> bool:
    """Whether a Job is suspended and has no Pods."""
    status = job.get("status") or {}
    stopped = status.get("startTime") is None or any(
        each.get("type") == "Suspended" and each.get("status") == "True"
        for each in status.get("conditions") or ()
    )
    return bool((job.get("spec") or {}).get("suspend")) and stopped and not status.get("active")


def _directed(old: Object, new: Object) -> dict[str, Any]:
    """The old Pods, sent where the new ones go."""
    directed = {**old, **{name: new.get(name) for name in _DIRECTIVES}}
    affinity, before = new.get("affinity"), old.get("affinity")
    if affinity is not None:
        directed["affinity"] = {**(before or {}), "nodeAffinity": affinity.get("nodeAffinity")}
    elif before is not None:
        kept = {name: value for name, value in before.items() if name != "nodeAffinity"}
        directed["affinity"] = kept or None
    if isinstance(directed.get("affinity"), dict):
        directed["affinity"] = _present(directed["affinity"])
    return directed


def _with_resources(old: dict[str, Any], new: Object, kind: str) -> dict[str, Any]:
    """The old Pods with the resources of the new ones, as long as the containers are the same."""
    before, after = old.get(kind) or [], new.get(kind) or []
    if len(before) != len(after):
        return old
    merged = [
        {**one, "resources": other.get("resources")} if one.get("name") == other.get("name") else one
        for one, other in zip(before, after, strict=True)
    ]
    return {**old, kind: merged}


def _present(spec: Object) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if value not in (None, [], {})}
