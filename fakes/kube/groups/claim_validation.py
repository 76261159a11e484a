"""Requests for devices. Expressions are not compiled. Source: k8s.io/kubernetes, pkg/apis/resource/validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain
from fakes.kube.groups.rules import named

__all__ = [
    "default_requests",
    "validate_allocation",
    "validate_device_claim",
    "validate_selectors",
    "validate_slice",
]

Spec = Mapping[str, Any]
_ONE = "exactly one of `exactly` or `firstAvailable` is required"
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


def _names(devices: Spec) -> set[str]:
    names: set[str] = set()
    for request in devices.get("requests") or ():
        name = request.get("name", "")
        names |= {name, *(f"{name}/{each.get('name', '')}" for each in request.get("firstAvailable") or ())}
    return names


def validate_device_claim(devices: Spec, path: str) -> list[FieldError]:
    """Errors of the ``devices`` of a ResourceClaimSpec."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, request in enumerate(devices.get("requests") or ()):
        at, name = f"{path}.requests[{position}]", request.get("name", "")
        errors += _request(request, at)
        if name in seen:
            errors.append(FieldError.duplicate(at, name))
        seen.add(name)
    known = _names(devices)
    for field in ("constraints", "config"):
        for position, each in enumerate(devices.get(field) or ()):
            at = f"{path}.{field}[{position}]"
            errors += [
                FieldError.invalid(f"{at}.requests[{number}]", name, _UNKNOWN)
                for number, name in enumerate(each.get("requests") or ())
                if name not in known
            ]
            if field == "config" and each.get("opaque") is None:
                errors.append(FieldError.required(f"{at}.opaque"))
    return errors


def _request_name(name: str, path: str) -> list[FieldError]:
    return named(dns1123_label, name, path) if name else [FieldError.required(path)]


def _request(request: Spec, path: str) -> list[FieldError]:
    errors = _request_name(request.get("name", ""), f"{path}.name")
    exact, choices = request.get("exactly"), request.get("firstAvailable") or ()
    if exact is None and not choices:
        return [*errors, FieldError.required(path, _ONE)]
    if exact is not None and choices:
        return [*errors, FieldError.invalid(path, None, f"{_ONE}, but multiple fields are set")]
    if exact is not None:
        return errors + _device(exact, f"{path}.exactly")
    for position, choice in enumerate(choices):
        at = f"{path}.firstAvailable[{position}]"
        errors += _request_name(choice.get("name", ""), f"{at}.name") + _device(choice, at)
    return errors


def _device(request: Spec, path: str) -> list[FieldError]:
    name, at = request.get("deviceClassName", ""), f"{path}.deviceClassName"
    errors = named(dns1123_subdomain, name, at) if name else [FieldError.required(at)]
    errors += validate_selectors(request.get("selectors") or (), f"{path}.selectors")
    mode, count = request.get("allocationMode", ""), request.get("count", 0)
    match mode:
        case "All":
            detail = "must not be specified when allocationMode is 'All'"
            return errors + ([FieldError.invalid(f"{path}.count", count, detail)] if count else [])
        case "ExactCount":
            wrong = FieldError.invalid(f"{path}.count", count, "must be greater than zero")
            return errors if count > 0 else [*errors, wrong]
        case _:
            return [*errors, FieldError.not_supported(f"{path}.allocationMode", mode, ("All", "ExactCount"))]


def validate_selectors(selectors: Any, path: str) -> list[FieldError]:
    """Selectors are expressions."""
    return [
        FieldError.required(f"{path}[{position}].cel")
        for position, each in enumerate(selectors)
        if each.get("cel") is None
    ]


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


def validate_slice(spec: Spec) -> list[FieldError]:
    """Errors of the spec of a ResourceSlice: what a driver offers, and where. Values of attributes are not looked at."""
    driver, pool = spec.get("driver", ""), spec.get("pool") or {}
    errors = [] if driver else [FieldError.required("spec.driver")]
    errors += (
        [FieldError.invalid("spec.driver", driver, text) for text in dns1123_subdomain(driver.lower())]
        if driver
        else []
    )
    if not pool.get("name"):
        errors.append(FieldError.required("spec.pool.name"))
    if (count := pool.get("resourceSliceCount", 0)) <= 0:
        errors.append(FieldError.invalid("spec.pool.resourceSliceCount", count, "must be greater than zero"))
    if (generation := pool.get("generation", 0)) < 0:
        detail = "must be greater than or equal to zero"
        errors.append(FieldError.invalid("spec.pool.generation", generation, detail))
    given = [name for name in _WHERE if spec.get(name)]
    if not given:
        errors.append(FieldError.required("spec", _ONE_PLACE))
    if len(given) > 1:
        shown = "{" + ", ".join(f"`{name}`" for name in given) + "}"
        errors.append(FieldError.invalid("spec", shown, f"{_ONE_PLACE}, but multiple fields are set"))
    seen: set[str] = set()
    for position, device in enumerate(spec.get("devices") or ()):
        name, at = device.get("name", ""), f"spec.devices[{position}]"
        errors += _request_name(name, f"{at}.name")
        if name in seen:
            errors.append(FieldError.duplicate(at, name))
        seen.add(name)
    return errors
