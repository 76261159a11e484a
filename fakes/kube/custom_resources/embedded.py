"""``x-kubernetes-embedded-resource``: an object within an object, with a kind and metadata of its own.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/objectmeta/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import validate_object_meta
from fakes.apimachinery.validation import dns1035_label, path_segment_name
from fakes.kube.custom_resources.structural import Structural

__all__ = ["validate_embedded"]


def validate_embedded(value: Any, schema: Structural, path: str = "") -> list[FieldError]:
    """Errors of embedded resources at any depth."""
    return list(_walk(value, schema, path)) if schema.has_embedded else []


def _walk(value: Any, schema: Structural | None, path: str) -> Iterator[FieldError]:
    if schema is None or not (schema.embedded or schema.has_embedded):
        return
    if isinstance(value, list):
        for position, each in enumerate(value):
            yield from _walk(each, schema.items, f"{path}[{position}]")
    elif isinstance(value, dict):
        if schema.embedded:
            yield from _resource(value, path)
        for key, each in value.items():
            if (below := schema.properties.get(key)) is not None:
                yield from _walk(each, below, f"{path}.{key}" if path else key)
            elif schema.additional is not None:
                yield from _walk(each, schema.additional, f"{path}[{key}]")


def _resource(value: dict[str, Any], path: str) -> Iterator[FieldError]:
    for name in ("apiVersion", "kind"):
        where = f"{path}.{name}"
        if name not in value:
            yield FieldError.required(where)
        elif not isinstance(value[name], str):
            yield FieldError.invalid(where, value[name], "must be a string")
        elif not value[name]:
            yield FieldError.invalid(where, "", "must not be empty")
        elif name == "apiVersion" and value[name].count("/") > 1:
            yield FieldError.invalid(where, value[name], f"unexpected GroupVersion string: {value[name]}")
        elif name == "kind" and (texts := dns1035_label(value[name].lower())):
            detail = f"may have mixed case, but should otherwise match: {','.join(texts)}"
            yield FieldError.invalid(where, value[name], detail)
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        named = {**metadata, "name": metadata.get("name") or "fakename"}
        yield from validate_object_meta(
            named,
            namespaced=bool(metadata.get("namespace")),
            validate_name=path_segment_name,
            path=f"{path}.metadata",
        )
