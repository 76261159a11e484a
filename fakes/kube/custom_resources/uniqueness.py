"""Lists of type ``set`` have each item once, lists of type ``map`` each key once.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/listtype/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.structural import Structural

__all__ = ["validate_uniqueness"]


def validate_uniqueness(value: Any, schema: Structural, path: str = "") -> list[FieldError]:
    """Errors of the second of each pair of equal items; a third is not mentioned."""
    return list(_walk(value, schema, path)) if schema.has_unique_lists else []


def _walk(value: Any, schema: Structural | None, path: str) -> Iterator[FieldError]:
    if schema is None or not schema.has_unique_lists:
        return
    if isinstance(value, list):
        yield from _list(value, schema, path)
    elif isinstance(value, dict):
        for key, each in value.items():
            if (below := schema.properties.get(key)) is not None:
                yield from _walk(each, below, f"{path}.{key}" if path else key)
            elif schema.additional is not None:
                yield from _walk(each, schema.additional, f"{path}[{key}]")


def _list(value: list[Any], schema: Structural, path: str) -> Iterator[FieldError]:
    if schema.list_type == "set":
        for position in _repeated(value):
            yield FieldError.duplicate(f"{path}[{position}]", value[position])
    elif schema.list_type == "map":
        yield from _map(value, schema, path)
    for position, each in enumerate(value):
        yield from _walk(each, schema.items, f"{path}[{position}]")


def _map(value: list[Any], schema: Structural, path: str) -> Iterator[FieldError]:
    for position, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            detail = "must be an object for an array of list-type map"
            yield FieldError.invalid(f"{path}[{position}]", item, detail)
            return
    keys = [{key: item[key] for key in schema.list_keys if item and key in item} for item in value]
    for position in _repeated(keys):
        yield FieldError.duplicate(f"{path}[{position}]", keys[position])


def _repeated(items: list[Any]) -> Iterator[int]:
    """Positions at which an item appears for the second time."""
    seen: dict[bytes, int] = {}
    for position, item in enumerate(items):
        identity = msgspec.json.encode(item, order="sorted")
        times = seen.get(identity, 0)
        if times == 1:
            yield position
        seen[identity] = times + 1
