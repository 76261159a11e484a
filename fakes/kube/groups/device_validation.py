"""Parts of what drivers offer and claims ask for: names with domains, taints and tolerations, attributes, configuration.

Source: k8s.io/kubernetes, pkg/apis/resource/validation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1123_subdomain, label_value, qualified_name
from fakes.kube.groups.rules import named, unsupported

__all__ = [
    "validate_attributes",
    "validate_capacity",
    "validate_configuration",
    "validate_driver",
    "validate_full_name",
    "validate_taints",
    "validate_tolerations",
]

Spec = Mapping[str, Any]
_NOT_AN_IDENTIFIER = (
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters "
    "or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')"
)
_EFFECTS = ("NoExecute", "NoSchedule", "None")
_LONGEST_DRIVER, _LONGEST_NAME, _LONGEST_VALUE = 63, 32, 64
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?"
)
_LISTS = ("bools", "ints", "strings", "versions")


def validate_driver(driver: str, path: str) -> list[FieldError]:
    """The name of a driver is that of a domain."""
    if not driver:
        return [FieldError.required(path)]
    errors = [FieldError.too_long(path, _LONGEST_DRIVER)] if len(driver) > _LONGEST_DRIVER else []
    return errors + [FieldError.invalid(path, driver, text) for text in dns1123_subdomain(driver.lower())]


def _identifier(name: str, path: str) -> list[FieldError]:
    errors = [FieldError.too_long(path, _LONGEST_NAME)] if len(name) > _LONGEST_NAME else []
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        errors.append(FieldError.invalid(path, name, _NOT_AN_IDENTIFIER))
    return errors


def _name(name: str, path: str) -> list[FieldError]:
    domain, slash, own = name.partition("/")
    if not slash:
        return _identifier(name, path)
    if "/" in own:
        return []
    missing = "the {} must not be empty"
    errors = (
        validate_driver(domain, path) if domain else [FieldError.invalid(path, "", missing.format("domain"))]
    )
    return errors + (
        _identifier(own, path) if own else [FieldError.invalid(path, "", missing.format("name"))]
    )


def validate_full_name(name: str, path: str) -> list[FieldError]:
    """The name of an attribute with its domain."""
    errors = _name(name, path)
    if "/" not in name:
        detail = "a fully qualified name must be a domain and a name separated by a slash"
        errors.append(FieldError.invalid(path, name, detail))
    return errors


def validate_configuration(config: Spec, path: str) -> list[FieldError]:
    """Errors of what a driver is told: its name, and a struct of parameters."""
    if (opaque := config.get("opaque")) is None:
        return [FieldError.required(f"{path}.opaque")]
    errors = validate_driver(opaque.get("driver", ""), f"{path}.opaque.driver")
    parameters, at = opaque.get("parameters"), f"{path}.opaque.parameters"
    if parameters is None:
        return [*errors, FieldError.required(at)]
    if not isinstance(parameters, Mapping):
        errors.append(FieldError.invalid(at, "<value omitted>", "must be a valid JSON object"))
    return errors


def validate_tolerations(tolerations: Sequence[Spec], path: str) -> list[FieldError]:
    """Errors of the taints that a request bears."""
    errors: list[FieldError] = []
    for position, each in enumerate(tolerations):
        at, operator, value = f"{path}[{position}]", each.get("operator", ""), each.get("value") or ""
        if key := each.get("key"):
            errors += named(qualified_name, key, f"{at}.key")
        if operator == "Exists" and value:
            errors.append(FieldError.invalid(f"{at}.value", value, "must be empty for operator `Exists`"))
        elif operator == "Equal":
            errors += named(label_value, value, f"{at}.value")
        elif operator != "Exists":
            errors += unsupported(operator, f"{at}.operator", ("Equal", "Exists"))
        if effect := each.get("effect"):
            errors += unsupported(effect, f"{at}.effect", _EFFECTS)
    return errors


def validate_taints(taints: Sequence[Spec], path: str) -> list[FieldError]:
    """Errors of what keeps claims from a device."""
    errors: list[FieldError] = []
    for position, each in enumerate(taints):
        at = f"{path}[{position}]"
        errors += named(qualified_name, each.get("key", ""), f"{at}.key")
        if value := each.get("value"):
            errors += named(label_value, value, f"{at}.value")
        effect = each.get("effect")
        errors += (
            unsupported(effect, f"{at}.effect", _EFFECTS) if effect else [FieldError.required(f"{at}.effect")]
        )
    return errors


def validate_attributes(attributes: Spec, path: str) -> list[FieldError]:
    """Errors of what is known of a device: each of one type."""
    errors: list[FieldError] = []
    for name, value in sorted(attributes.items()):
        errors += _name(name, path)
        at = f"{path}[{name}]"
        if (text := value.get("string")) is not None and len(text) > _LONGEST_VALUE:
            errors.append(FieldError.too_long(f"{at}.string", _LONGEST_VALUE))
        if (text := value.get("version")) is not None and not _VERSION.fullmatch(text):
            detail = "must be a string compatible with semver.org spec 2.0.0"
            errors.append(FieldError.invalid(f"{at}.version", text, detail))
        errors += [
            FieldError.invalid(f"{at}.{each}", [], "must not be empty if specified")
            for each in _LISTS
            if value.get(each) == []
        ]
        given = [each for each in value.values() if each is not None]
        if len(given) != 1:
            errors.append(
                FieldError.invalid(
                    at, _internal(value) if given else "", "exactly one value must be specified"
                )
            )
    return errors


def _internal(value: Spec) -> dict[str, Any]:
    names = ("Int", "Bool", "String", "Version")
    single = {f"{name}Value": value.get(name.lower()) for name in names}
    return single | {f"{name}Values": value.get(f"{name.lower()}s") for name in names}


def validate_capacity(device: Spec, path: str) -> list[FieldError]:
    """Errors of how much a device has; who takes only a part needs a device that may be shared."""
    errors: list[FieldError] = []
    for name, value in sorted((device.get("capacity") or {}).items()):
        errors += _name(name, path)
        if value.get("requestPolicy") is not None and not device.get("allowMultipleAllocations"):
            where = f"{path}[{name}].requestPolicy"
            errors.append(FieldError.forbidden(where, "allowMultipleAllocations must be true"))
    return errors
