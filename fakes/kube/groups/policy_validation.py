"""Parts of admission policies. Expressions are not compiled. Source: k8s.io/kubernetes, pkg/apis/admissionregistration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.groups.rules import required_one_of, unsupported

__all__ = ["validate_mutation", "validate_param_ref"]

Spec = Mapping[str, Any]
_EXCLUSIVE = "name and selector are mutually exclusive"
_FIELDS = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}


def validate_mutation(mutation: Spec, path: str) -> list[FieldError]:
    """Errors of one mutation: it has the field of its type, with an expression, and no other."""
    kind = mutation.get("patchType", "")
    if not kind:
        return [FieldError.required(f"{path}.patchType")]
    if (field := _FIELDS.get(kind)) is None:
        return unsupported(kind, f"{path}.patchType", tuple(_FIELDS))
    body = mutation.get(field)
    if body is None:
        return [FieldError.required(f"{path}.{field}", f"must be specified when patchType is {kind}")]
    if not body.get("expression"):
        return [FieldError.required(f"{path}.{field}.expression", "expression is not specified")]
    return []


def validate_param_ref(reference: Spec, path: str) -> list[FieldError]:
    """Errors of a reference to parameters, by name or by labels."""
    name, selector = reference.get("name"), reference.get("selector")
    errors: list[FieldError] = []
    if name and selector is not None:
        errors += [FieldError.forbidden(f"{path}.{field}", _EXCLUSIVE) for field in ("name", "selector")]
    elif not name and selector is None:
        errors.append(FieldError.required(path, "one of name or selector must be specified"))
    action = reference.get("parameterNotFoundAction")
    return errors + required_one_of(action, f"{path}.parameterNotFoundAction", ("Deny", "Allow"))
