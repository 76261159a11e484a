"""What a review of access must look like. Source: kubernetes, pkg/apis/authorization/validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fakes.apimachinery.field import FieldError, child
from fakes.kube.groups.review_selectors import FIELD, LABEL, selector_errors

__all__ = ["review_errors"]

Object = Mapping[str, Any]


def review_errors(obj: Object, *, named: bool, local: bool) -> list[FieldError]:
    """Errors of a review that names a user or not, and is for one namespace or not."""
    spec = obj.get("spec") or {}
    errors = _spec_errors(spec, named=named) + _metadata_errors(obj.get("metadata") or {}, local=local)
    if not local:
        return errors
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and resource.get("namespace", "") != obj["metadata"].get("namespace", ""):
        namespace = resource.get("namespace", "")
        detail = "must match metadata.namespace"
        errors.append(FieldError.invalid("spec.resourceAttributes.namespace", namespace, detail))
    if path is not None:
        detail = "disallowed on this kind of request"
        errors.append(FieldError.invalid("spec.nonResourceAttributes", _shown(path), detail))
    return errors


def _spec_errors(spec: Object, *, named: bool) -> list[FieldError]:
    errors = []
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        detail = "cannot be specified in combination with resourceAttributes"
        errors.append(FieldError.invalid("spec.nonResourceAttributes", _shown(path), detail))
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        errors.append(FieldError.invalid("spec.resourceAttributes", None, detail))
    if named and not spec.get("user") and not spec.get("groups"):
        errors.append(FieldError.invalid("spec.user", "", "at least one of user or group must be specified"))
    if resource is not None:
        for which in (FIELD, LABEL):
            errors += selector_errors(resource, which, child("spec", "resourceAttributes", which.key))
    return errors


def _metadata_errors(metadata: Object, *, local: bool) -> list[FieldError]:
    allowed = ("managedFields", "namespace") if local else ("managedFields",)
    if not any(value for key, value in metadata.items() if key not in allowed):
        return []
    detail = "must be empty except for namespace" if local else "must be empty"
    # The fields of a Go struct keep their order, where json_text would sort them.
    text = msgspec.json.encode(metadata).decode()
    return [FieldError(reason="FieldValueInvalid", path="metadata", body=f"Invalid value: {text}: {detail}")]


def _shown(path: Object) -> dict[str, str]:
    """``nonResourceAttributes`` by the names of its fields in Go."""
    return {"Path": path.get("path", ""), "Verb": path.get("verb", "")}
