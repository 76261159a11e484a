"""Which part of an old object a part of the new one is compared with, and whether it is the same.

What did not change is not refused on an update, even if it is not valid (any more). Source: k8s.io/apiserver,
pkg/cel/common/equality.go and maplist.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from fakes.kube.custom_resources.structural import Structural

__all__ = ["ABSENT", "old_field", "old_items", "unchanged"]


class _Absent:
    """No old value to compare with."""

    __slots__ = ()


ABSENT: Final = _Absent()


def unchanged(new: Any, old: Any) -> bool:
    """Whether two JSON values are the same; ``1``, ``1.0`` and ``true`` are not."""
    if new is old:
        return True
    if old is ABSENT or type(new) is not type(old) or new != old:
        return False
    if isinstance(new, (dict, list)):
        return msgspec.json.encode(new, order="sorted") == msgspec.json.encode(old, order="sorted")
    return True


def old_field(old: Any, key: str) -> Any:
    """The old value of a field, or ``ABSENT``."""
    return old.get(key, ABSENT) if isinstance(old, dict) else ABSENT


def old_items(schema: Structural, old: Any) -> Callable[[Any], Any]:
    """A function from a new item to the old one with the same keys; only lists of type ``map`` have such."""
    if schema.list_type != "map" or not isinstance(old, list):
        return lambda _item: ABSENT
    found: dict[tuple[Any, ...], Any] = {}
    for item in old:
        if (identity := _identity(schema, item)) is not None:
            found.setdefault(identity, item)

    def find(item: Any) -> Any:
        identity = _identity(schema, item)
        return ABSENT if identity is None else found.get(identity, ABSENT)

    return find


def _identity(schema: Structural, item: Any) -> tuple[Any, ...] | None:
    if not isinstance(item, dict):
        return None
    values = tuple(item.get(key, ABSENT) for key in schema.list_keys)
    scalar = all(not isinstance(value, (dict, list)) for value in values)
    return tuple((type(value), value) for value in values) if scalar else None
