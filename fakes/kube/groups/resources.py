"""Requests and limits of containers, and the quality of service that follows from them.

Source: k8s.io/kubernetes, pkg/apis/core/validation, and pkg/apis/core/helper/qos.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity, QuantityError
from fakes.apimachinery.validation import qualified_name

__all__ = [
    "container_resource_name",
    "is_extended",
    "positive_quantity",
    "qos_class",
    "resource_field",
    "resource_name",
    "resource_quantity",
    "validate_pod_requirements",
    "validate_requirements",
]

_CONTAINER_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
_STANDARD = frozenset(
    {
        "configmaps", "cpu", "ephemeral-storage", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "memory",
        "persistentvolumeclaims", "pods", "replicationcontrollers", "requests.cpu", "requests.ephemeral-storage",
        "requests.memory", "requests.storage", "resourcequotas", "secrets", "services", "services.loadbalancers",
        "services.nodeports", "storage",
    }
)  # fmt: skip
_INTEGERS = frozenset(
    {
        "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services",
        "services.loadbalancers", "services.nodeports",
    }
)  # fmt: skip
_HUGE_PAGES = "hugepages-"
_FIELDS = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
    "requests.memory",
)  # fmt: skip


def resource_quantity(name: str, value: Any, path: str) -> list[FieldError]:
    """A quantity that is not negative, and whole where halves make no sense."""
    quantity = Quantity.parse(str(value))
    errors: list[FieldError] = []
    if quantity.value < 0:
        errors.append(FieldError.invalid(path, str(quantity), "must be greater than or equal to 0"))
    if _is_integer(name) and quantity.value.denominator != 1:
        errors.append(FieldError.invalid(path, str(quantity), "must be an integer"))
    return errors


def positive_quantity(value: Any, path: str) -> list[FieldError]:
    """A quantity of more than nothing."""
    quantity = Quantity.parse(str(value))
    return (
        [] if quantity.value > 0 else [FieldError.invalid(path, str(quantity), "must be greater than zero")]
    )


def _is_integer(name: str) -> bool:
    return name in _INTEGERS or is_extended(name)


def _is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Whether a name is of a resource that the platform does not define."""
    return (
        not _is_native(name) and not name.startswith("requests.") and not qualified_name(f"requests.{name}")
    )


def _may_overcommit(name: str) -> bool:
    return _is_native(name) and not name.startswith(_HUGE_PAGES)


def resource_name(name: str, path: str) -> list[FieldError]:
    """The name of a standard resource, or of one with a domain."""
    if errors := [FieldError.invalid(path, name, text) for text in qualified_name(name)]:
        return errors
    if (
        "/" not in name
        and name not in _STANDARD
        and not name.startswith((_HUGE_PAGES, "requests.hugepages-"))
    ):
        return [FieldError.invalid(path, name, "must be a standard resource type or fully qualified")]
    return []


def container_resource_name(name: str, path: str) -> list[FieldError]:
    """The name of a resource that a container can ask for."""
    errors = resource_name(name, path)
    if "/" not in name:
        if name not in _CONTAINER_RESOURCES and not name.startswith(_HUGE_PAGES):
            errors.append(FieldError.invalid(path, name, "must be a standard resource for containers"))
    elif not _is_native(name) and not is_extended(name):
        errors.append(FieldError.invalid(path, name, "doesn't follow extended resource name standard"))
    return errors


def resource_field(reference: Mapping[str, Any], path: str, *, volume: bool = False) -> list[FieldError]:
    """Errors of a reference to a request or limit; in a ``volume`` it must name the container."""
    resource, at = reference.get("resource", ""), f"{path}.resource"
    if volume and not reference.get("containerName"):
        return [FieldError.required(f"{path}.containerName")]
    if not resource:
        return [FieldError.required(at)]
    if resource in _FIELDS or resource.startswith(("requests.hugepages-", "limits.hugepages-")):
        return []
    return [FieldError.not_supported(at, resource, _FIELDS)]


def validate_requirements(requirements: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of the requests and limits of a container."""
    limits, requests = requirements.get("limits") or {}, requirements.get("requests") or {}
    errors: list[FieldError] = []
    for name, value in limits.items():
        at = f"{path}.limits[{name}]"
        errors += [*container_resource_name(name, at), *resource_quantity(name, value, at)]
        errors += _whole_pages(name, value, at)
    for name, value in requests.items():
        at = f"{path}.requests[{name}]"
        errors += [*container_resource_name(name, at), *resource_quantity(name, value, at)]
        errors += _against_limit(name, value, limits, path) + _whole_pages(name, value, at)
    if not {"cpu", "memory"} & {*limits, *requests} and any(
        name.startswith(_HUGE_PAGES) for name in (*limits, *requests)
    ):
        errors.append(FieldError.forbidden(path, "HugePages require cpu or memory"))
    return errors


def validate_pod_requirements(requirements: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of the requests and limits of a Pod as a whole."""
    limits, requests = requirements.get("limits") or {}, requirements.get("requests") or {}
    errors: list[FieldError] = []
    if requirements.get("claims") is not None:
        errors.append(
            FieldError.forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level")
        )
    for name, value in requests.items():
        if name in limits:
            errors += _against_limit(name, value, limits, path)
    return errors


def _whole_pages(name: str, value: Any, path: str) -> list[FieldError]:
    if not name.startswith(_HUGE_PAGES):
        return []
    quantity = Quantity.parse(str(value))
    try:
        size = Quantity.parse(name.removeprefix(_HUGE_PAGES)).value
    except QuantityError:
        return []
    if size > 0 and quantity.value % size == 0:
        return []
    return [FieldError.invalid(path, str(quantity), f"{quantity} is not positive integer multiple of {name}")]


def _against_limit(name: str, value: Any, limits: Mapping[str, Any], path: str) -> list[FieldError]:
    if name not in limits:
        if _may_overcommit(name):
            return []
        return [FieldError.required(f"{path}.limits", "Limit must be set for non overcommitable resources")]
    request, limit = Quantity.parse(str(value)), Quantity.parse(str(limits[name]))
    if request.value != limit.value and not _may_overcommit(name):
        detail = f"must be equal to {name} limit of {limit}"
    elif request.value > limit.value:
        detail = f"must be less than or equal to {name} limit of {limit}"
    else:
        return []
    return [FieldError.invalid(f"{path}.requests", str(request), detail)]


def qos_class(spec: Mapping[str, Any]) -> str:
    """Guaranteed, Burstable or BestEffort: from what the containers ask for and are limited to."""
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    asked = False
    guaranteed = True
    for container in containers:
        resources = container.get("resources") or {}
        limits, requests = _computed(resources.get("limits")), _computed(resources.get("requests"))
        asked = asked or bool(limits or requests)
        guaranteed = guaranteed and set(limits) == {"cpu", "memory"} and {**limits, **requests} == limits
    if not asked:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def _computed(quantities: Mapping[str, Any] | None) -> dict[str, Fraction]:
    """What counts: amounts of processor and memory that are not zero."""
    if not quantities:
        return {}
    values = {
        name: Quantity.parse(str(quantities[name])).value for name in ("cpu", "memory") if name in quantities
    }
    return {name: value for name, value in values.items() if value}
