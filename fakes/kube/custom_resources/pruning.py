"""Dropping what a schema does not name: unknown fields, and nulls that mean nothing.

Objects are not changed: what is returned shares all that stayed. Source: k8s.io/apiextensions-apiserver,
pkg/apiserver/schema/pruning and pkg/apiserver/schema/defaulting/prunenulls.go.
"""

from __future__ import annotations

from typing import Any

from fakes.kube.custom_resources.structural import Structural

__all__ = ["prune", "prune_nulls"]

_META = frozenset({"apiVersion", "kind", "metadata"})


def prune(obj: dict[str, Any], schema: Structural) -> tuple[dict[str, Any], list[str]]:
    """Drop unknown fields of a custom resource, and say where they were, sorted.

    ``apiVersion``, ``kind`` and ``metadata`` of the root and of embedded resources are left alone.
    """
    unknown: list[str] = []
    pruned = _object(obj, schema, "", unknown, embedded=True)
    return pruned, sorted(unknown)


def _value(value: Any, schema: Structural | None, path: str, unknown: list[str]) -> Any:
    if isinstance(value, dict):
        return _object(value, schema, path, unknown, embedded=schema is not None and schema.embedded)
    if isinstance(value, list):
        return _list(value, schema, path, unknown)
    return value


def _object(
    value: dict[str, Any], schema: Structural | None, path: str, unknown: list[str], *, embedded: bool
) -> dict[str, Any]:
    if schema is None:
        unknown += [_child(path, key) for key in value]
        return {}
    kept: dict[str, Any] = {}
    changed = False
    for key, each in value.items():
        if embedded and key in _META:
            kept[key] = each
            continue
        below = schema.properties.get(key)
        if below is not None or schema.open:
            new = _value(each, below or schema.additional, _child(path, key), unknown)
            changed = changed or new is not each
            kept[key] = new
        elif schema.preserve:
            kept[key] = each
        else:
            unknown.append(_child(path, key))
            changed = True
    return kept if changed else value


def _list(value: list[Any], schema: Structural | None, path: str, unknown: list[str]) -> list[Any]:
    if schema is not None and schema.preserve and schema.items is None:
        return value
    items = schema.items if schema else None
    kept = [_value(each, items, f"{path}[{position}]", unknown) for position, each in enumerate(value)]
    return kept if any(new is not old for new, old in zip(kept, value, strict=True)) else value


def _child(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def prune_nulls(value: Any, schema: Structural | None) -> Any:
    """Drop nulls of fields that are not nullable and have no default."""
    if schema is None:
        return value
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        changed = False
        for key, each in value.items():
            below = schema.properties.get(key) or schema.additional
            if each is None and below is not None and not below.nullable and below.default is None:
                changed = True
                continue
            new = prune_nulls(each, below)
            changed = changed or new is not each
            kept[key] = new
        return kept if changed else value
    if isinstance(value, list) and schema.items is not None:
        items = [prune_nulls(each, schema.items) for each in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value
