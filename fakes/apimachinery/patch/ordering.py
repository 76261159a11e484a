"""The order of a merged list: that of the patch where it says one, that of the live list for the rest.

Source of the algorithm: k8s.io/apimachinery, pkg/util/strategicpatch. Its comparison is no order for items that are in
neither list, so the sort is the one that Go uses for short lists, to put them where Go puts them.
"""

from __future__ import annotations

from typing import Any

__all__ = ["identity", "in_order", "partition"]


def identity(item: Any, merge_key: str) -> Any:
    """What makes items the same: the merge key's value, or the item itself where it is a scalar."""
    value = item.get(merge_key) if merge_key and isinstance(item, dict) else item
    return (value.__class__ is bool, value) if isinstance(value, bool | int | float) else value


def partition(items: list[Any], by: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """The items that the second list names, and the others."""
    named = [identity(item, merge_key) for item in by]
    return (
        [item for item in items if identity(item, merge_key) in named],
        [item for item in items if identity(item, merge_key) not in named],
    )


def in_order(
    patched: list[Any], others: list[Any], patch_order: list[Any], live_order: list[Any], merge_key: str
) -> list[Any]:
    """Both lists as one; each keeps its own order, and they are interleaved as they were in the live list."""
    places = _places(live_order, merge_key)
    left = _sorted(others, places, merge_key)
    right = _sorted(patched, _places(patch_order, merge_key), merge_key)
    merged: list[Any] = []
    while left and right:
        before, after = (places.get(_key(identity(side[0], merge_key)), -1) for side in (left, right))
        merged.append(left.pop(0) if 0 <= before < after else right.pop(0))
    return merged + left + right


def _places(order: list[Any], merge_key: str) -> dict[Any, int]:
    places: dict[Any, int] = {}
    for place, item in enumerate(order):
        places.setdefault(_key(identity(item, merge_key)), place)
    return places


def _key(value: Any) -> Any:
    return repr(value) if isinstance(value, dict | list) else value


def _sorted(items: list[Any], places: dict[Any, int], merge_key: str) -> list[Any]:
    """An insertion sort in which an item that has no place goes before any other."""
    ranked = [(places.get(_key(identity(item, merge_key)), -1), item) for item in items]
    for start in range(1, len(ranked)):
        position = start
        while position and _goes_before(ranked[position][0], ranked[position - 1][0]):
            ranked[position - 1], ranked[position] = ranked[position], ranked[position - 1]
            position -= 1
    return [item for _, item in ranked]


def _goes_before(place: int, other: int) -> bool:
    return place < other if place >= 0 and other >= 0 else True
