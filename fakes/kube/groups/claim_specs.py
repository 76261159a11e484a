"""Specs of PersistentVolumeClaims, in claims and in templates for them. Source: k8s.io/kubernetes, pkg/apis/core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.selectors import validate_label_selector
from fakes.apimachinery.validation import dns1123_subdomain
from fakes.kube.groups.resources import positive_quantity
from fakes.kube.groups.rules import named, unsupported

__all__ = ["validate_access_modes", "validate_claim_spec"]

_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def validate_claim_spec(spec: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of a PersistentVolumeClaimSpec, in a claim or in a template for one."""
    errors: list[FieldError] = []
    if not spec.get("accessModes"):
        errors.append(FieldError.required(f"{path}.accessModes", "at least 1 access mode is required"))
    if (selector := spec.get("selector")) is not None:
        errors += validate_label_selector(selector, f"{path}.selector")
    errors += validate_access_modes(spec, path)
    storage = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    where = f"{path}.resources[storage]"
    errors += [FieldError.required(where)] if storage is None else positive_quantity(storage, where)
    if name := spec.get("storageClassName"):
        errors += named(dns1123_subdomain, name, f"{path}.storageClassName")
    if (mode := spec.get("volumeMode")) is not None:
        errors += unsupported(mode, f"{path}.volumeMode", ("Block", "Filesystem"))
    errors += _data_sources(spec, path)
    if name := spec.get("volumeAttributesClassName"):
        errors += named(dns1123_subdomain, name, f"{path}.volumeAttributesClassName")
    return errors


def _data_sources(spec: Mapping[str, Any], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    for name, each in (("dataSource", source), ("dataSourceRef", reference)):
        if each is None:
            continue
        at, kind = f"{path}.{name}", each.get("kind", "")
        errors += [FieldError.required(f"{at}.{field}") for field in ("name", "kind") if not each.get(field)]
        if not each.get("apiGroup") and kind != "PersistentVolumeClaim":
            detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
            errors.append(FieldError.invalid(at, kind, detail))
    if source is None or reference is None:
        return errors
    if reference.get("namespace"):
        detail = "may not be specified when dataSourceRef.namespace is specified"
        errors.append(FieldError.invalid(path, {}, detail))
    elif any(source.get(name) != reference.get(name) for name in ("apiGroup", "kind", "name")):
        errors.append(FieldError.invalid(path, {}, "must match dataSourceRef"))
    return errors


def validate_access_modes(spec: Mapping[str, Any], path: str) -> list[FieldError]:
    """Errors of the ways in which a volume may be used."""
    modes = spec.get("accessModes") or ()
    where = f"{path}.accessModes"
    errors = [error for mode in modes for error in unsupported(mode, where, _ACCESS_MODES)]
    if "ReadWriteOncePod" in modes and set(modes) & set(_ACCESS_MODES[:3]):
        errors.append(FieldError.forbidden(where, "may not use ReadWriteOncePod with other access modes"))
    return errors
