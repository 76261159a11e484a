"""Filling in the defaults of a schema, on requests and on reads alike.

Objects are not changed: what is returned shares all that stayed. Source: k8s.io/apiextensions-apiserver,
pkg/apiserver/schema/defaulting/algorithm.go.
"""

from __future__ import annotations

from typing import Any

from fakes.kube.custom_resources.structural import Structural

__all__ = ["apply_defaults"]


def apply_defaults(value: Any, schema: Structural | None) -> Any:
    """The value with defaults at all depths; a null that is not nullable gives way to a default."""
    if schema is None or not schema.has_defaults:
        return value
    if isinstance(value, dict):
        return _object(value, schema)
    if isinstance(value, list) and schema.items is not None:
        return _list(value, schema.items)
    return value


def _object(value: dict[str, Any], schema: Structural) -> dict[str, Any]:
    filled = value
    for key, below in schema.properties.items():
        if below.default is not None and (value.get(key) is None and not (key in value and below.nullable)):
            if filled is value:
                filled = dict(value)
            filled[key] = below.default
    for key, each in list(filled.items()):
        node = schema.properties.get(key) or schema.additional
        if node is None:
            continue
        new = node.default if each is None and not node.nullable and key not in schema.properties else each
        new = apply_defaults(new, node)
        if new is not each:
            if filled is value:
                filled = dict(value)
            filled[key] = new
    return filled


def _list(value: list[Any], items: Structural) -> list[Any]:
    filled = [
        apply_defaults(items.default if each is None and not items.nullable else each, items)
        for each in value
    ]
    return filled if any(new is not old for new, old in zip(filled, value, strict=True)) else value
