"""``x-kubernetes-list-type`` and the keys of a list, in a schema's document.

Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.apimachinery.field import FieldError

__all__ = ["validate_list_types"]

Schema = Mapping[str, Any]
_TYPES = ("atomic", "set", "map")


def validate_list_types(schema: Schema, path: str) -> Iterator[FieldError]:
    """Errors of the list type of one node."""
    kind = schema.get("type", "")
    list_type = schema.get("x-kubernetes-list-type")
    keys = schema.get("x-kubernetes-list-map-keys") or []
    items = schema.get("items")
    where = f"{path}.x-kubernetes-list-type"
    if list_type is not None and kind != "array":
        detail = "must be array if x-kubernetes-list-type is specified"
        yield (
            FieldError.invalid(f"{path}.type", kind, detail)
            if kind
            else FieldError.required(f"{path}.type", detail)
        )
    elif list_type == "set" and isinstance(items, Mapping):
        yield from _set_items(items, path)
    if list_type is not None and list_type not in _TYPES:
        yield FieldError.not_supported(where, list_type, _TYPES)
    if keys and list_type != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        yield (
            FieldError.required(where, detail)
            if list_type is None
            else FieldError.invalid(where, list_type, detail)
        )
    if list_type == "map":
        yield from _map(items, keys, path)
    if list_type in ("set", "map") and isinstance(items, Mapping):
        yield from _never_null(items, keys if list_type == "map" else [], list_type, path)


def _set_items(items: Schema, path: str) -> Iterator[FieldError]:
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    list_type, map_type = items.get("x-kubernetes-list-type"), items.get("x-kubernetes-map-type")
    if items.get("type") == "array" and list_type not in (None, "atomic"):
        yield FieldError.invalid(f"{path}.items.x-kubernetes-list-type", list_type, detail)
    if items.get("type") == "object" and map_type != "atomic":
        yield FieldError.invalid(f"{path}.items.x-kubernetes-map-type", list_type, detail)


def _map(items: Any, keys: list[str], path: str) -> Iterator[FieldError]:
    where = f"{path}.x-kubernetes-list-map-keys"
    if not keys:
        yield FieldError.required(where, "must not be empty if x-kubernetes-list-type is map")
    if items is None:
        yield FieldError.required(f"{path}.items", "must have a schema if x-kubernetes-list-type is map")
    if not isinstance(items, Mapping):
        return
    kind = items.get("type", "")
    if kind != "object":
        detail = "must be object if parent array's x-kubernetes-list-type is map"
        yield FieldError.invalid(f"{path}.items.type", kind, detail)
        return
    properties = items.get("properties") or {}
    for position, key in enumerate(keys):
        if key not in properties:
            yield FieldError.invalid(where, keys, "entries must all be names of item properties")
        elif properties[key].get("type") in ("array", "object"):
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            yield FieldError.invalid(f"{path}.items.properties[{key}].type", kind, detail)
        if key in keys[:position]:
            yield FieldError.invalid(where, keys, "must not contain duplicate entries")


def _never_null(items: Schema, keys: list[str], list_type: str, path: str) -> Iterator[FieldError]:
    if items.get("nullable"):
        detail = f"cannot be nullable when x-kubernetes-list-type is {list_type}"
        yield FieldError.forbidden(f"{path}.items.nullable", detail)
    properties = items.get("properties") or {}
    subject = "this property is in x-kubernetes-list-map-keys, so it"
    for key in keys:
        if (property_ := properties.get(key)) is None:
            continue
        where = f"{path}.items.properties[{key}]"
        if key not in (items.get("required") or ()) and property_.get("default") is None:
            yield FieldError.required(
                f"{where}.default", f"{subject} must have a default or be a required property"
            )
        if property_.get("nullable"):
            yield FieldError.forbidden(f"{where}.nullable", f"{subject} cannot be nullable")
