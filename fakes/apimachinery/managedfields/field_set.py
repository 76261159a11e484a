"""A set of fields of an object, in the shape in which it is stored: FieldsV1.

A set is a dict from path elements (``f:spec``, ``k:{"name":"c"}``, ``v:"x"``, ``i:0``) to the set below. An empty dict
below the root is a member without children; a member with children holds the key ``.``; the empty root is the empty set.
So what is stored is what is computed with, and nothing is parsed when a manager's fields are read or kept.
Sets are never changed once made: results share structure with what they were made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakes.apimachinery.managedfields.path_element import sort_key

__all__ = [
    "FieldSet",
    "contains",
    "difference",
    "from_paths",
    "intersection",
    "is_subset",
    "iterate",
    "ordered",
    "recursive_difference",
    "union",
]

FieldSet = dict[str, Any]
Path = tuple[str, ...]


def from_paths(*paths: Path) -> FieldSet:
    """The set of these paths, each a tuple of path elements."""
    fields: FieldSet = {}
    for path in paths:
        node: FieldSet = {}
        for element in reversed(path):
            node = {element: node}
        fields = union(fields, node)
    return fields


def union(left: FieldSet, right: FieldSet) -> FieldSet:
    """Members of either set."""
    if not left:
        return right
    if not right:
        return left
    fields = dict(left)
    for element, theirs in right.items():
        ours = fields.get(element)
        if ours is None:
            fields[element] = theirs
        elif ours is not theirs and ours != theirs:
            fields[element] = _join(ours, theirs)
    return fields


def _join(left: FieldSet, right: FieldSet) -> FieldSet:
    if not left:
        return {".": {}, **right}
    if not right:
        return {".": {}, **left}
    return union(left, right)


def difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """Members of the left set that are not members of the right one. Children of a member are not meant with it."""
    if not left or not right:
        return left
    fields: FieldSet = {}
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is None:
            fields[element] = ours
        elif (rest := _minus(ours, theirs)) is not None:
            fields[element] = rest
    return fields


def _minus(ours: FieldSet, theirs: FieldSet) -> FieldSet | None:
    if not ours:
        return None if _is_member(theirs) else ours
    if not theirs:
        rest = {element: node for element, node in ours.items() if element != "."}
    else:
        rest = difference(ours, theirs)
    return _below(rest)


def _is_member(node: FieldSet) -> bool:
    return not node or "." in node


def _below(node: FieldSet) -> FieldSet | None:
    """A set as a child of another: none if it is empty, a leaf if it has no children."""
    if not node:
        return None
    return {} if len(node) == 1 and "." in node else node


def recursive_difference(left: FieldSet, right: FieldSet) -> FieldSet:
    """The left set without the members of the right one and everything below them."""
    if not left or not right:
        return left
    fields: FieldSet = {}
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is None:
            fields[element] = ours
        elif not _is_member(theirs):
            rest = _below(recursive_difference(ours, theirs)) if ours else ours
            if rest is not None:
                fields[element] = rest
    return fields


def intersection(left: FieldSet, right: FieldSet) -> FieldSet:
    """Members of both sets."""
    fields: FieldSet = {}
    for element, ours in left.items():
        theirs = right.get(element)
        if theirs is not None and (both := _meet(ours, theirs)) is not None:
            fields[element] = both
    return fields


def _meet(ours: FieldSet, theirs: FieldSet) -> FieldSet | None:
    if not ours or not theirs:
        return {} if _is_member(ours) and _is_member(theirs) else None
    return _below(intersection(ours, theirs))


def is_subset(left: FieldSet, right: FieldSet) -> bool:
    """Whether every member of the left set is one of the right set."""
    return left == right or not difference(left, right)


def contains(fields: FieldSet, path: Path) -> bool:
    """Whether the path is a member. The root never is."""
    node = fields
    for element in path:
        if element not in node:
            return False
        node = node[element]
    return bool(path) and _is_member(node)


def iterate(fields: FieldSet, prefix: Path = ()) -> Iterator[Path]:
    """Every member, in the order of a kube-apiserver: the members of a level before what is below them."""
    elements = sorted((element for element in fields if element != "."), key=sort_key)
    for element in elements:
        if _is_member(fields[element]):
            yield (*prefix, element)
    for element in elements:
        yield from iterate(fields[element], (*prefix, element))


def ordered(fields: FieldSet) -> FieldSet:
    """The same set with its keys in the order in which a kube-apiserver writes them."""
    if len(fields) < 2:
        return {element: ordered(node) if node else node for element, node in fields.items()}
    return {
        element: ordered(node) if (node := fields[element]) else node for element in sorted(fields, key=_rank)
    }


def _rank(element: str) -> tuple[int, Any]:
    return (-1, "") if element == "." else sort_key(element)
