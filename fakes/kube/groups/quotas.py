"""ResourceQuotas and LimitRanges. Source: k8s.io/kubernetes, pkg/apis/core/validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import NAMESPACE_OID, uuid5

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.quantity import Quantity
from fakes.apimachinery.validation import qualified_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.builtin import BuiltinStrategy
from fakes.kube.groups.resources import container_resource_name, resource_name, resource_quantity
from fakes.kube.groups.rules import named

__all__ = ["LimitRangeStrategy", "ResourceQuotaStrategy"]

_QUOTA_RESOURCES = frozenset(
    {
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage",
        "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods",
        "resourcequotas", "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps",
        "services.nodeports", "services.loadbalancers",
    }
)  # fmt: skip
_SCOPES = frozenset(
    {
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
        "VolumeAttributesClass",
    }
)  # fmt: skip
_CONFLICTS = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_POD_RESOURCES = frozenset(
    {
        "pods", "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    }
)  # fmt: skip
_ONLY_EXISTS = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_LIMIT_TYPES = ("Pod", "Container", "PersistentVolumeClaim")


def _amounts(amounts: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name, value in amounts.items():
        at = f"{path}[{name}]"
        errors += resource_name(name, at)
        if (
            "/" not in name
            and name not in _QUOTA_RESOURCES
            and not name.startswith(("hugepages-", "requests.hugepages-"))
        ):
            errors.append(FieldError.invalid(at, name, "must be a standard resource for quota"))
        errors += resource_quantity(name, value, at)
    return errors


def _scope_fits(scope: str, resource: str) -> bool:
    """Whether a quota of a scope can count a resource."""
    if scope in (
        "Terminating",
        "NotTerminating",
        "NotBestEffort",
        "PriorityClass",
        "CrossNamespacePodAffinity",
    ):
        return resource in _POD_RESOURCES
    if scope == "BestEffort":
        return resource == "pods"
    if scope == "VolumeAttributesClass":
        return resource in ("persistentvolumeclaims", "requests.storage")
    return True


def _requirement(requirement: Mapping[str, Any], path: str) -> list[FieldError]:
    scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
    values = requirement.get("values") or []
    errors: list[FieldError] = []
    if scope not in _SCOPES:
        errors.append(FieldError.invalid(f"{path}.scopeName", scope, "unsupported scope"))
    if scope in _SCOPES - {"PriorityClass", "VolumeAttributesClass"} and operator != "Exists":
        errors.append(FieldError.invalid(f"{path}.operator", operator, _ONLY_EXISTS))
    if operator in ("In", "NotIn"):
        if not values:
            detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            errors.append(FieldError.required(f"{path}.values", detail))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            errors.append(FieldError.invalid(f"{path}.values", values, detail))
    else:
        errors.append(FieldError.invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return errors


class ResourceQuotaStrategy(BuiltinStrategy):
    """ResourceQuota."""

    has_status = True
    returns_deleted_object = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}

    def default(self, obj: Object) -> None:
        obj.setdefault("spec", {})
        super().default(obj)

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors = _amounts(spec.get("hard") or {}, "spec.hard")
        scopes = spec.get("scopes") or []
        for scope in scopes:
            if scope not in _SCOPES:
                errors.append(FieldError.invalid("spec.scopes", scopes, "unsupported scope"))
            errors += [
                FieldError.invalid("spec.scopes", scopes, "unsupported scope applied to resource")
                for name in sorted(spec.get("hard") or {})
                if name in _QUOTA_RESOURCES and not _scope_fits(scope, name)
            ]
        errors += [
            FieldError.invalid("spec.scopes", scopes, "conflicting scopes")
            for pair in _CONFLICTS
            if pair <= set(scopes)
        ]
        for requirement in (spec.get("scopeSelector") or {}).get("matchExpressions") or ():
            errors += _requirement(requirement, "spec.scopeSelector.matchExpressions")
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        errors = self.validate(obj)
        new, before = ((each.get("spec") or {}).get("scopes") for each in (obj, old))
        if set(new or ()) != set(before or ()):
            errors.append(FieldError.invalid("spec.scopes", new, "field is immutable"))
        return errors

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        status = obj.get("status") or {}
        return _amounts(status.get("hard") or {}, "status.hard") + _amounts(
            status.get("used") or {}, "status.used"
        )


class LimitRangeStrategy(BuiltinStrategy):
    """LimitRange."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("whole",)
    allow_create_on_update = True

    def default(self, obj: Object) -> None:
        for limit in obj.setdefault("spec", {}).get("limits") or ():
            if limit.get("type") == "Container":
                _default_container_limit(limit)

    def prepare_for_create(self, obj: Object) -> None:
        metadata = obj["metadata"]
        metadata["name"] = metadata.get("name") or str(uuid5(NAMESPACE_OID, metadata.get("uid", "")))

    def validate(self, obj: Object) -> list[FieldError]:
        errors: list[FieldError] = []
        seen: set[str] = set()
        for position, limit in enumerate((obj.get("spec") or {}).get("limits") or ()):
            at = f"spec.limits[{position}]"
            kind = limit.get("type", "")
            errors += named(qualified_name, kind, f"{at}.type")
            if not errors and "/" not in kind and kind not in _LIMIT_TYPES:
                errors.append(
                    FieldError.invalid(f"{at}.type", kind, "must be a standard limit type or fully qualified")
                )
            if kind in seen:
                errors.append(FieldError.duplicate(f"{at}.type", kind))
            seen.add(kind)
            errors += _limit(limit, kind, at)
        return errors


def _default_container_limit(limit: dict[str, Any]) -> None:
    """What is not said follows: the default from the maximum, the default request from the default or the minimum."""
    defaults = {**(limit.get("max") or {}), **(limit.get("default") or {})}
    if defaults:
        limit["default"] = defaults
    requests = {**(limit.get("min") or {}), **defaults, **(limit.get("defaultRequest") or {})}
    if requests:
        limit["defaultRequest"] = requests


def _limit(limit: Mapping[str, Any], kind: str, at: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for name in ("max", "min", "default", "defaultRequest"):
        amounts = limit.get(name) or {}
        if kind == "Pod" and name.startswith("default"):
            if amounts:
                errors.append(
                    FieldError.forbidden(f"{at}.{name}", "may not be specified when `type` is 'Pod'")
                )
            continue
        check = container_resource_name if kind == "Container" else resource_name
        for resource in amounts:
            errors += check(resource, f"{at}.{name}[{resource}]")
    storage = {*(limit.get("min") or {}), *(limit.get("max") or {})}
    if kind == "PersistentVolumeClaim" and "storage" not in storage:
        detail = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(FieldError.required(f"{at}.limits", detail))
    for resource in {**(limit.get("min") or {}), **(limit.get("max") or {}), **(limit.get("default") or {})}:
        errors += _order(limit, resource, at)
    for resource in limit.get("maxLimitRequestRatio") or {}:
        errors += _ratio(limit, resource, at)
    return errors


def _ratio(limit: Mapping[str, Any], resource: str, at: str) -> list[FieldError]:
    """A limit may be as many times a request as the maximum is of the minimum, and not less than it."""
    where = f"{at}.maxLimitRequestRatio[{resource}]"
    ratio = Quantity.parse(str(limit["maxLimitRequestRatio"][resource]))
    if ratio.value < 1:
        return [FieldError.invalid(where, str(ratio), f"ratio {ratio} is less than 1")]
    bounds = [(limit.get(name) or {}).get(resource) for name in ("min", "max")]
    if None in bounds:
        return []
    lowest, highest = (Quantity.parse(str(bound)).value for bound in bounds)
    most = float(highest / lowest) if lowest else float("inf")
    if float(ratio.value) > most:
        detail = f"ratio {ratio} is greater than max/min = {most:f}"
        return [FieldError.invalid(where, str(ratio), detail)]
    return []


def _order(limit: Mapping[str, Any], resource: str, at: str) -> list[FieldError]:
    """Minimum, default request, default and maximum may not be out of order."""
    amounts = {
        name: Quantity.parse(str(limit[name][resource]))
        for name in ("min", "max", "default", "defaultRequest")
        if resource in (limit.get(name) or {})
    }
    pairs = (
        ("min", "max", "min", "min", "min value {} is greater than max value {}"),
        ("min", "defaultRequest", "defaultRequest", "defaultRequest", "min value {} is greater than default request value {}"),
        ("defaultRequest", "max", "defaultRequest", "defaultRequest", "default request value {} is greater than max value {}"),
        (
            "defaultRequest", "default", "defaultRequest", "defaultRequest",
            "default request value {} is greater than default limit value {}",
        ),
        ("min", "default", "default", "min", "min value {} is greater than default value {}"),
        ("default", "max", "default", "max", "default value {} is greater than max value {}"),
    )  # fmt: skip
    return [
        FieldError.invalid(
            f"{at}.{where}[{resource}]", str(amounts[shown]), text.format(amounts[low], amounts[high])
        )
        for low, high, where, shown, text in pairs
        if low in amounts and high in amounts and amounts[low].value > amounts[high].value
    ]
