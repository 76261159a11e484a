"""What of a Pod may change, and what of its status.

Source: k8s.io/kubernetes, pkg/apis/core/validation (ValidatePodUpdate, ValidatePodStatusUpdate). The server shows a
difference of two Go structs in one message; here it names the fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_subdomain, qualified_name
from fakes.kube.builtin.internal import internal_diff
from fakes.kube.groups.rules import MAX_INT32, immutable, ip_address, named

__all__ = ["validate_pod_change", "validate_pod_status"]

Spec = Mapping[str, Any]
_UPDATABLE = ",".join(
    (
        "`spec.containers[*].image`",
        "`spec.initContainers[*].image`",
        "`spec.activeDeadlineSeconds`",
        "`spec.tolerations` (only additions to existing tolerations)",
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    )
)
_MUTABLE = ("activeDeadlineSeconds", "tolerations", "schedulingGates")
_WHILE_GATED = ("nodeSelector", "affinity")


def validate_pod_change(new: Spec, old: Spec) -> list[FieldError]:
    """Errors of a change to the spec of a Pod."""
    errors: list[FieldError] = []
    for name in ("containers", "initContainers"):
        if len(new.get(name) or ()) != len(old.get(name) or ()):
            detail = "pod updates may not add or remove containers"
            return [*errors, FieldError.forbidden(f"spec.{name}", detail)]
        errors += _images(new.get(name) or (), f"spec.{name}")
    found, stop = _deadline(new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds"))
    errors += found
    if stop:
        return errors
    errors += _tolerations(new.get("tolerations") or (), old.get("tolerations") or ())
    errors += _scheduling_gates(new.get("schedulingGates") or (), old.get("schedulingGates") or ())
    munged = _munged(new, old)
    if any(munged.get(name) != old.get(name) for name in {**munged, **old}):
        difference = internal_diff("core.PodSpec", old, munged)
        detail = f"pod updates may not change fields other than {_UPDATABLE}\n{difference}"
        errors.append(FieldError.forbidden("spec", detail))
    return errors


def _images(containers: Sequence[Spec], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, container in enumerate(containers):
        image = container.get("image", "")
        where = f"{path}[{position}].image"
        if not image:
            errors.append(FieldError.required(where))
        if image != image.strip():
            errors.append(FieldError.invalid(where, image, "must not have leading or trailing whitespace"))
    return errors


def _deadline(new: int | None, old: int | None) -> tuple[list[FieldError], bool]:
    where = "spec.activeDeadlineSeconds"
    if new is None:
        if old is None:
            return [], False
        return [
            FieldError.invalid(where, None, "must not update from a positive integer to nil value")
        ], False
    if not 0 <= new <= MAX_INT32:
        return [FieldError.invalid(where, new, "must be between 0 and 2147483647, inclusive")], True
    if old is not None and old < new:
        return [FieldError.invalid(where, new, "must be less than or equal to previous value")], True
    return [], False


def _tolerations(new: Sequence[Spec], old: Sequence[Spec]) -> list[FieldError]:
    kept = [_without_seconds(toleration) for toleration in new]
    if all(_without_seconds(toleration) in kept for toleration in old):
        return []
    detail = "existing toleration can not be modified except its tolerationSeconds"
    return [FieldError.forbidden("spec.tolerations", detail)]


def _without_seconds(toleration: Spec) -> dict[str, Any]:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds"}


def _scheduling_gates(new: Sequence[Spec], old: Sequence[Spec]) -> list[FieldError]:
    known = {gate.get("name") for gate in old}
    return [
        FieldError.forbidden(
            f"spec.schedulingGates[{position}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'",
        )
        for position, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _munged(new: Spec, old: Spec) -> dict[str, Any]:
    """The new spec with what may change as it was."""
    munged = {name: value for name, value in new.items() if name not in _MUTABLE}
    munged |= {name: old[name] for name in _MUTABLE if name in old}
    if old.get("schedulingGates"):
        munged |= {name: old.get(name) for name in _WHILE_GATED}
    for name in ("containers", "initContainers"):
        if new.get(name):
            munged[name] = [
                {**container, "image": before.get("image")}
                for container, before in zip(new[name], old[name], strict=True)
            ]
    grace = old.get("terminationGracePeriodSeconds")
    if grace is not None and grace < 0 and munged.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = grace
    return munged


def validate_pod_status(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[FieldError]:
    """Errors of a Pod whose status is written."""
    status, before = new.get("status") or {}, old.get("status") or {}
    errors: list[FieldError] = []
    for position, condition in enumerate(status.get("conditions") or ()):
        if (seen := condition.get("observedGeneration", 0)) < 0:
            where = f"status.conditions[{position}].observedGeneration"
            errors.append(FieldError.invalid(where, seen, "must be a non-negative integer"))
        if (kind := condition.get("type", "")) not in ("PodScheduled", "Ready", "Initialized"):
            errors += named(qualified_name, kind, f"status.conditions[{position}].Type")
    nominated = status.get("nominatedNodeName")
    if nominated and nominated != before.get("nominatedNodeName"):
        errors += named(dns1123_subdomain, nominated, "status.nominatedNodeName")
    if nominated and nominated != before.get("nominatedNodeName") and (old.get("spec") or {}).get("nodeName"):
        detail = "may not be set on pods that are already bound to a node"
        errors.append(FieldError.forbidden("status.nominatedNodeName", detail))
    if (seen := status.get("observedGeneration", 0)) < 0:
        errors.append(FieldError.invalid("status.observedGeneration", seen, "must be a non-negative integer"))
    errors += immutable(status.get("qosClass", ""), before.get("qosClass", ""), "status.qosClass")
    policy = (old.get("spec") or {}).get("restartPolicy", "Always")
    for name in ("containerStatuses", "initContainerStatuses"):
        errors += _transitions(status.get(name) or (), before.get(name) or (), f"status.{name}", policy)
    errors += _claim_statuses(status, new.get("spec") or {})
    errors += _addresses(status.get("podIPs") or (), "status.podIPs", before.get("podIPs") or ())
    hosts = status.get("hostIPs") or ()
    if hosts and hosts[0].get("ip", "") != status.get("hostIP", ""):
        detail = "must be equal to `hostIP`"
        errors.append(FieldError.invalid("status.hostIPs[0].ip", hosts[0].get("ip", ""), detail))
    return errors + _addresses(hosts, "status.hostIPs", before.get("hostIPs") or ())


def _claim_statuses(status: Mapping[str, Any], spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    known = {claim.get("name") for claim in spec.get("resourceClaims") or ()}
    for position, each in enumerate(status.get("resourceClaimStatuses") or ()):
        where, name = f"status.resourceClaimStatuses[{position}].name", each.get("name", "")
        if name not in known:
            detail = "must match the name of an entry in `spec.resourceClaims`"
            errors.append(FieldError.invalid(where, name, detail))
        if name in seen:
            errors.append(FieldError.duplicate(where, name))
        seen.add(name)
    return errors


def _addresses(new: Sequence[Spec], path: str, old: Sequence[Spec]) -> list[FieldError]:
    """Addresses of both families at most; those that were there before may be malformed."""
    known, texts = {each.get("ip") for each in old}, [each.get("ip", "") for each in new]
    errors = [
        error
        for position, text in enumerate(texts)
        if text not in known
        for error in ip_address(text, f"{path}[{position}]")
    ]
    if len(texts) > len({":" in text for text in texts}):
        shown = [{"IP": text} for text in texts]
        detail = "may specify no more than one IP for each IP family"
        errors.append(FieldError.invalid(path, shown, detail))
    return errors


def _transitions(new: Sequence[Spec], old: Sequence[Spec], path: str, policy: str) -> list[FieldError]:
    if policy == "Always":
        return []
    errors: list[FieldError] = []
    for position, before in enumerate(old):
        ended = (before.get("state") or {}).get("terminated")
        if ended is None or (policy == "OnFailure" and ended.get("exitCode", 0) != 0):
            continue
        errors += [
            FieldError.forbidden(
                f"{path}[{position}].state", "may not be transitioned to non-terminated state"
            )
            for after in new
            if after.get("name") == before.get("name")
            and (after.get("state") or {}).get("terminated") is None
        ]
    return errors
