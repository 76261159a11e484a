"""Requests for devices. Source: k8s.io/kubernetes, pkg/apis/resource/validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain
from fakes.kube.builtin.internal import internal_form
from fakes.kube.custom_resources.cel_declared import ANYTHING, compile_declared, record
from fakes.kube.groups.affinity_validation import validate_node_selector
from fakes.kube.groups.device_validation import (
    validate_attributes,
    validate_capacity,
    validate_configuration,
    validate_driver,
    validate_full_name,
    validate_taints,
    validate_tolerations,
)
from fakes.kube.groups.rules import immutable, named

__all__ = [
    "default_requests",
    "validate_allocation",
    "validate_device_claim",
    "validate_selectors",
    "validate_slice",
]

Spec = Mapping[str, Any]
_ONE = "exactly one of `exactly` or `firstAvailable` is required"
_ONE_ATTRIBUTE = (
    'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
)
_UNKNOWN = (
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
)


def default_requests(devices: Spec) -> None:
    """A request asks for exactly one device unless it says otherwise."""
    for request in devices.get("requests") or ():
        exact = request.get("exactly")
        for each in (*([] if exact is None else [exact]), *(request.get("firstAvailable") or ())):
            each["allocationMode"] = each.get("allocationMode") or "ExactCount"
            if each["allocationMode"] == "ExactCount" and not each.get("count"):
                each["count"] = 1
            for toleration in each.get("tolerations") or ():
                toleration["operator"] = toleration.get("operator") or "Equal"


def _names(devices: Spec) -> set[str]:
    names: set[str] = set()
    for request in devices.get("requests") or ():
        name = request.get("name", "")
        names |= {name, *(f"{name}/{each.get('name', '')}" for each in request.get("firstAvailable") or ())}
    return names


def validate_device_claim(devices: Spec, path: str) -> list[FieldError]:
    """Errors of the ``devices`` of a ResourceClaimSpec."""
    requests = devices.get("requests") or ()
    if len(requests) > _MOST_REQUESTS:
        return [FieldError.too_many(f"{path}.requests", len(requests), _MOST_REQUESTS)]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, request in enumerate(requests):
        at, name = f"{path}.requests[{position}]", request.get("name", "")
        errors += _request(request, at)
        if name in seen:
            errors.append(FieldError.duplicate(at, name))
        seen.add(name)
    known = _names(devices)
    for field in ("constraints", "config"):
        for position, each in enumerate(devices.get(field) or ()):
            at = f"{path}.{field}[{position}]"
            asked = each.get("requests") or ()
            errors += [
                error
                for number, name in enumerate(asked)
                for error in _reference(name, f"{at}.requests[{number}]", known)
            ]
            errors += [
                FieldError.duplicate(f"{at}.requests[{number}]", name)
                for number, name in enumerate(asked)
                if name in asked[:number]
            ]
            if field == "config":
                errors += validate_configuration(each, at)
                continue
            given = [name for name in ("matchAttribute", "distinctAttribute") if each.get(name) is not None]
            if given:
                errors += validate_full_name(each[given[0]], f"{at}.{given[0]}")
            else:
                errors.append(FieldError.required(at, _ONE_ATTRIBUTE))
    return errors


def _reference(name: str, path: str, known: set[str]) -> list[FieldError]:
    wrong = FieldError.invalid(path, name, _UNKNOWN)
    if name.count("/") > 1:
        return [wrong]
    errors = [error for part in name.split("/") for error in _request_name(part, path)]
    return errors if name in known else [*errors, wrong]


def _request_name(name: str, path: str) -> list[FieldError]:
    return named(dns1123_label, name, path)


def _request(request: Spec, path: str) -> list[FieldError]:
    errors = _request_name(request.get("name", ""), f"{path}.name")
    exact, choices = request.get("exactly"), request.get("firstAvailable") or ()
    if exact is None and not choices:
        return [*errors, FieldError.required(path, _ONE)]
    if exact is not None and choices:
        return [*errors, FieldError.invalid(path, None, f"{_ONE}, but multiple fields are set")]
    if exact is not None:
        return errors + _device(exact, f"{path}.exactly")
    if len(choices) > _MOST_CHOICES:
        return [*errors, FieldError.too_many(f"{path}.firstAvailable", len(choices), _MOST_CHOICES)]
    for position, choice in enumerate(choices):
        at = f"{path}.firstAvailable[{position}]"
        errors += _request_name(choice.get("name", ""), f"{at}.name") + _device(choice, at)
    names = [choice.get("name", "") for choice in choices]
    return errors + [
        FieldError.duplicate(f"{path}.firstAvailable[{position}]", name)
        for position, name in enumerate(names)
        if name in names[:position]
    ]


def _device(request: Spec, path: str) -> list[FieldError]:
    name, at = request.get("deviceClassName", ""), f"{path}.deviceClassName"
    errors = named(dns1123_subdomain, name, at) if name else [FieldError.required(at)]
    errors += validate_selectors(request.get("selectors") or (), f"{path}.selectors")
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    match mode:
        case "All":
            detail = "must not be specified when allocationMode is 'All'"
            errors += [FieldError.invalid(f"{path}.count", count, detail)] if count else []
        case "ExactCount":
            wrong = FieldError.invalid(f"{path}.count", count, "must be greater than zero")
            errors += [] if count > 0 else [wrong]
        case _:
            errors.append(FieldError.not_supported(f"{path}.allocationMode", mode, ("All", "ExactCount")))
    return errors + validate_tolerations(request.get("tolerations") or (), f"{path}.tolerations")


_DEVICE = {
    "device": record("driver", attributes=ANYTHING, capacity=ANYTHING, allowMultipleAllocations=ANYTHING)
}
_MOST_SELECTORS = _MOST_REQUESTS = 32
_MOST_CHOICES = 8


def validate_selectors(selectors: Any, path: str) -> list[FieldError]:
    """Selectors are expressions over a device."""
    if len(selectors) > _MOST_SELECTORS:
        return [FieldError.too_many(path, len(selectors), _MOST_SELECTORS)]
    errors: list[FieldError] = []
    for position, each in enumerate(selectors):
        at = f"{path}[{position}].cel"
        if each.get("cel") is None:
            errors.append(FieldError.required(at))
            continue
        text = each["cel"].get("expression", "")
        problem, found = compile_declared(text, _DEVICE)
        if not problem and found not in ("", "bool", "dyn"):
            problem = f"must evaluate to bool or the unknown type, not {found}"
        if problem:
            errors.append(FieldError.invalid(f"{at}.expression", text, problem))
    return errors


def validate_allocation(status: Spec, devices: Spec) -> list[FieldError]:
    """Errors of what was given to a claim: it must have been asked for."""
    results = ((status.get("allocation") or {}).get("devices") or {}).get("results") or ()
    known = _names(devices)
    return [
        FieldError.invalid(
            f"status.allocation.devices.results[{position}].request", each.get("request", ""), _UNKNOWN
        )
        for position, each in enumerate(results)
        if each.get("request", "") not in known
    ]


_WHERE = ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")
_ONE_PLACE = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
_OF_DEVICES = (
    "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the "
    "ResourceSlice spec"
)


def validate_slice(spec: Spec, old: Spec | None = None) -> list[FieldError]:
    """Errors of the spec of a ResourceSlice: what a driver offers, and where; ``old`` is what it was before."""
    driver, pool = spec.get("driver", ""), spec.get("pool") or {}
    errors = validate_driver(driver, "spec.driver") + _pool(pool)
    if old is not None:
        before = (old.get("pool") or {}).get("name", "")
        errors += immutable(pool.get("name", ""), before, "spec.pool.name")
        errors += immutable(driver, old.get("driver", ""), "spec.driver")
        errors += immutable(spec.get("nodeName"), old.get("nodeName"), "spec.nodeName")
    errors += _place(spec)
    seen: set[str] = set()
    doubled: list[FieldError] = []
    for position, device in enumerate(spec.get("devices") or ()):
        name, at = device.get("name", ""), f"spec.devices[{position}]"
        errors += _offered(device, at, placed=bool(spec.get("perDeviceNodeSelection")))
        if name in seen:
            doubled.append(FieldError.duplicate(at, name))
        seen.add(name)
    return errors + doubled + _counters(spec.get("sharedCounters") or ())


def _pool(pool: Spec) -> list[FieldError]:
    name = pool.get("name", "")
    errors = [
        FieldError.invalid("spec.pool.name", part, text)
        for part in name.split("/")
        for text in dns1123_subdomain(part)
    ]
    if not name:
        errors = [FieldError.required("spec.pool.name")]
    if (count := pool.get("resourceSliceCount", 0)) <= 0:
        errors.append(FieldError.invalid("spec.pool.resourceSliceCount", count, "must be greater than zero"))
    if (generation := pool.get("generation", 0)) < 0:
        detail = "must be greater than or equal to zero"
        errors.append(FieldError.invalid("spec.pool.generation", generation, detail))
    return errors


def _place(spec: Spec) -> list[FieldError]:
    errors: list[FieldError] = []
    if (node := spec.get("nodeName")) == "":
        detail = "must be either unset or set to a non-empty string"
        errors.append(FieldError.invalid("spec.nodeName", node, detail))
    elif node:
        errors += named(dns1123_subdomain, node, "spec.nodeName")
    if (selector := spec.get("nodeSelector")) is not None:
        terms, at = selector.get("nodeSelectorTerms") or [], "spec.nodeSelector.nodeSelectorTerms"
        errors += validate_node_selector(selector, "spec.nodeSelector")
        if len(terms) != 1:
            shown = [internal_form("core.NodeSelectorTerm", term) for term in terms] or None
            errors.append(FieldError.invalid(at, shown, "must have exactly one node selector term"))
    errors += [
        FieldError.invalid(f"spec.{name}", False, "must be either unset or set to true")
        for name in ("allNodes", "perDeviceNodeSelection")
        if spec.get(name) is False
    ]
    given = [name for name in _WHERE if spec.get(name) or (name == "nodeSelector" and selector is not None)]
    if not given:
        errors.append(FieldError.required("spec", _ONE_PLACE))
    if len(given) > 1:
        both = "{" + ", ".join(f"`{name}`" for name in given) + "}"
        errors.append(FieldError.invalid("spec", both, f"{_ONE_PLACE}, but multiple fields are set"))
    return errors


def _offered(device: Spec, path: str, *, placed: bool) -> list[FieldError]:
    errors = _request_name(device.get("name", ""), f"{path}.name")
    errors += validate_attributes(device.get("attributes") or {}, f"{path}.attributes")
    errors += validate_capacity(device, f"{path}.capacity")
    errors += validate_taints(device.get("taints") or (), f"{path}.taints")
    if not placed and any(device.get(name) is not None for name in ("nodeName", "nodeSelector", "allNodes")):
        errors.append(FieldError.invalid(path, None, _OF_DEVICES))
    names = ("bindingConditions", "bindingFailureConditions")
    for name, other in (names, names[::-1]):
        if not device.get(name) and device.get(other):
            errors.append(FieldError.invalid(f"{path}.{name}", None, f"{name} are required to use {other}"))
    return errors


def _counters(counters: Sequence[Spec]) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, each in enumerate(counters):
        at = f"spec.sharedCounters[{position}]"
        name = each.get("name", "")
        errors += _request_name(name, f"{at}.name") if name else [FieldError.required(f"{at}.name")]
        if not each.get("counters"):
            errors.append(FieldError.required(f"{at}.counters"))
    return errors
