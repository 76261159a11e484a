"""Which changes to what the containers of a Pod ask for are a resize, and what stands in the way of one.

Source: k8s.io/kubernetes, pkg/registry/core/pod/strategy.go and pkg/apis/core/validation (ValidatePodResize).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.groups.pod_validation import validate_pod_spec
from fakes.kube.groups.resources import qos_class

__all__ = ["resized", "validate_resize"]

Object = Mapping[str, Any]
_SIZES = ("resources", "resizePolicy")
_KINDS = ("containers", "initContainers")
_MUTABLE = ("cpu", "memory")
_ONLY = "only cpu and memory resources are mutable"
_MIRROR = "kubernetes.io/config.mirror"


def resized(sent: Object, old: Object) -> dict[str, Any]:
    """The old spec with the sizes of the new one; all of the new one, to be refused, if containers come or go."""
    if any(len(sent.get(kind) or ()) != len(old.get(kind) or ()) for kind in _KINDS):
        return dict(sent)
    spec = {**old, **{kind: _sized(sent[kind], old[kind]) for kind in _KINDS if sent.get(kind)}}
    spec.pop("resources", None)
    return spec | ({"resources": sent["resources"]} if sent.get("resources") is not None else {})


def _sized(sent: Sequence[Object], old: Sequence[Object]) -> list[dict[str, Any]]:
    if [each.get("name") for each in sent] != [each.get("name") for each in old]:
        return [dict(each) for each in sent]
    return [
        {name: value for name, value in before.items() if name not in _SIZES}
        | {name: each[name] for name in _SIZES if name in each}
        for each, before in zip(sent, old, strict=True)
    ]


def validate_resize(pod: Object, old: Object) -> list[FieldError]:
    """Errors of a resize, ``pod`` being the old Pod with another spec."""
    if _MIRROR in (old["metadata"].get("annotations") or {}):
        return [FieldError.forbidden("[]", "static pods cannot be resized")]
    spec, before, status = pod["spec"], old["spec"], old.get("status") or {}
    errors = validate_pod_spec(spec, "spec", pod=True)
    known = status.get("qosClass") or qos_class(before)
    if known != qos_class(spec):
        detail = "Pod QOS Class may not change as a result of resizing"
        errors.append(FieldError.invalid("spec", status.get("qosClass", ""), detail))
    if not _node_can(status):
        errors.append(FieldError.forbidden("spec", "Pod running on node without support for resize"))
    errors += _pod_level(spec, before)
    if misplaced := [error for kind in _KINDS for error in _order(spec, before, kind)]:
        return errors + misplaced
    for kind in ("initContainers", "containers"):
        errors += [error for at, new, was in _pairs(spec, before, kind) for error in _removed(new, was, at)]
    for _, new, was in _pairs(spec, before, "containers"):
        if _munged(new, was) != was:
            errors.append(FieldError.forbidden("spec", _ONLY))
    for at, new, was in _pairs(spec, before, "initContainers"):
        errors += _init_container(at, new, was)
    return errors


def _node_can(status: Object) -> bool:
    """Whether the node reports resources of what runs; as long as nothing runs, nobody knows."""
    running = (
        each for each in status.get("containerStatuses") or () if (each.get("state") or {}).get("running")
    )
    first = next(running, None)
    return first is None or first.get("resources") is not None


def _pod_level(spec: Object, before: Object) -> list[FieldError]:
    new, was = spec.get("resources"), before.get("resources")
    if was is not None and new is None:
        return [FieldError.forbidden("spec.resources", "pod-level resources cannot be removed")]
    errors: list[FieldError] = []
    for kind in ("requests", "limits"):
        if was is not None and _lost((new or {}).get(kind), was.get(kind)):
            detail = f"pod-level resource {kind} cannot be removed"
            errors.append(FieldError.forbidden(f"spec.resources.{kind}", detail))
    if new is not None and _kept(new) != _kept(was or {}):
        errors.append(FieldError.forbidden("spec", f"{_ONLY} at pod-level"))
    return errors


def _order(spec: Object, before: Object, kind: str) -> list[FieldError]:
    new, was = spec.get(kind) or (), before.get(kind) or ()
    if len(new) != len(was):
        return [FieldError.forbidden(f"spec.{kind}", f"{kind} may not be added or removed on resize")]
    return [
        FieldError.forbidden(
            f"spec.{kind}[{position}].name", f"{kind} may not be renamed or reordered on resize"
        )
        for position, (one, other) in enumerate(zip(new, was, strict=True))
        if one.get("name") != other.get("name")
    ]


def _pairs(spec: Object, before: Object, kind: str) -> list[tuple[str, Object, Object]]:
    pairs = zip(spec.get(kind) or (), before.get(kind) or (), strict=True)
    return [(f"spec.{kind}[{position}]", new, was) for position, (new, was) in enumerate(pairs)]


def _removed(new: Object, was: Object, path: str) -> list[FieldError]:
    now, then = new.get("resources") or {}, was.get("resources") or {}
    return [
        FieldError.forbidden(f"{path}.resources.{kind}", f"resource {kind} cannot be removed")
        for kind in ("requests", "limits")
        if _lost(now.get(kind), then.get(kind))
    ]


def _lost(new: Object | None, was: Object | None) -> bool:
    return not set(was or ()) <= set(new or ())


def _munged(new: Object, was: Object) -> dict[str, Any]:
    """A container with the processor and the memory that it had."""
    now, then = new.get("resources") or {}, was.get("resources") or {}
    merged: dict[str, Any] = {}
    for kind in ("limits", "requests"):
        kept = {name: value for name, value in (now.get(kind) or {}).items() if name not in _MUTABLE}
        kept |= {name: value for name, value in (then.get(kind) or {}).items() if name in _MUTABLE}
        if kept:
            merged[kind] = kept
    return {**new, "resources": merged} if "resources" in new or merged else dict(new)


def _kept(resources: Object) -> dict[str, Any]:
    """What of the resources of a Pod may not change."""
    return {
        kind: kept
        for kind in ("requests", "limits")
        if (
            kept := {name: each for name, each in (resources.get(kind) or {}).items() if name not in _MUTABLE}
        )
    }


def _init_container(path: str, new: Object, was: Object) -> list[FieldError]:
    errors: list[FieldError] = []
    if _munged(new, was) != was:
        detail = "only cpu and memory resources for init or sidecar containers are mutable"
        errors.append(FieldError.forbidden(path, detail))
    if new != was and new.get("restartPolicy") != "Always":
        detail = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
        errors += [
            FieldError.forbidden(path, detail)
            for policy in new.get("resizePolicy") or ()
            if policy.get("restartPolicy") == "RestartContainer"
        ]
    return errors
