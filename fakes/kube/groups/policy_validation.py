"""Parts of admission policies. Source: k8s.io/kubernetes, pkg/apis/admissionregistration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1035_label, dns1123_subdomain, path_segment_name
from fakes.kube.groups.expression_validation import PolicyExpressions
from fakes.kube.groups.rules import named, required_one_of, unsupported

__all__ = ["validate_mutation", "validate_param_kind", "validate_param_ref"]

Spec = Mapping[str, Any]
_EXCLUSIVE = "name and selector are mutually exclusive"
_FIELDS = {
    "ApplyConfiguration": ("applyConfiguration", "Object"),
    "JSONPatch": ("jsonPatch", "list(JSONPatch)"),
}


def validate_mutation(mutation: Spec, path: str, expressions: PolicyExpressions) -> list[FieldError]:
    """Errors of one mutation: it has the field of its type, with an expression, and no other."""
    kind = mutation.get("patchType", "")
    if not kind:
        return [FieldError.required(f"{path}.patchType")]
    if kind not in _FIELDS:
        return unsupported(kind, f"{path}.patchType", tuple(_FIELDS))
    field, result = _FIELDS[kind]
    errors: list[FieldError] = []
    if (body := mutation.get(field)) is None:
        errors.append(FieldError.required(f"{path}.{field}", f"must be specified when patchType is {kind}"))
    else:
        errors += expressions.patch(body.get("expression", ""), f"{path}.{field}.expression", result)
    (other,) = (name for name, _ in _FIELDS.values() if name != field)
    if mutation.get(other) is not None:
        detail = f"must not be specified when patchType is {kind}"
        errors.append(FieldError.invalid(f"{path}.{other}", f"{{{other}}}", detail))
    return errors


def validate_param_kind(kind: Spec, path: str) -> list[FieldError]:
    """Errors of the kind of parameters."""
    group, slash, version = (full := kind.get("apiVersion", "")).partition("/")
    at = f"{path}.apiVersion"
    errors: list[FieldError] = []
    if not full:
        errors.append(FieldError.required(at))
    elif "/" in version:
        errors.append(FieldError.invalid(at, full, f"unexpected GroupVersion string: {full}"))
    else:
        group, version = (group, version) if slash else ("", full)
        if group and (texts := dns1123_subdomain(group)):
            errors.append(FieldError.invalid(at, group, ",".join(texts)))
        if not version:
            errors.append(FieldError.invalid(at, full, "version must be specified"))
        elif texts := dns1035_label(version):
            errors.append(FieldError.invalid(at, version, ",".join(texts)))
    at, name = f"{path}.kind", kind.get("kind", "")
    if not name:
        errors.append(FieldError.required(at))
    elif texts := dns1035_label(name.lower()):
        detail = "may have mixed case, but should otherwise match: " + ",".join(texts)
        errors.append(FieldError.invalid(at, name, detail))
    return errors


def validate_param_ref(reference: Spec, path: str) -> list[FieldError]:
    """Errors of a reference to parameters, by name or by labels."""
    name, selector = reference.get("name"), reference.get("selector")
    errors = named(path_segment_name, name, f"{path}.name") if name else []
    if name and selector is not None:
        errors.append(FieldError.forbidden(f"{path}.name", _EXCLUSIVE))
    if selector is not None:
        errors += validate_label_selector(selector, f"{path}.selector")
    if name and selector is not None:
        errors.append(FieldError.forbidden(f"{path}.selector", _EXCLUSIVE))
    if not name and selector is None:
        errors.append(FieldError.required(path, "one of name or selector must be specified"))
    action = reference.get("parameterNotFoundAction")
    return errors + required_one_of(action, f"{path}.parameterNotFoundAction", ("Deny", "Allow"))
