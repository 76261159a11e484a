"""Strategic merge patch: a merge patch in which lists may be merged by a key, with directives (``$patch`` ...).

Only for built-in kinds, whose types say how each list is merged. Source of the algorithm: k8s.io/apimachinery,
pkg/util/strategicpatch. Nothing is changed in place.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.go_values import go_text, go_type
from fakes.apimachinery.patch.decoding import decode_object, unprocessable
from fakes.apimachinery.patch.directives import (
    DELETE_FROM,
    DIRECTIVE,
    ORDER,
    list_field,
    retained,
    without_directives,
    without_nulls,
)
from fakes.apimachinery.patch.ordering import identity, in_order, partition
from fakes.apimachinery.patch.restoring import check_restorable
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import ANY, Type

__all__ = ["apply_strategic_merge_patch"]

Object = dict[str, Any]


def apply_strategic_merge_patch(obj: Object, raw: bytes, node: Type) -> Object:
    """The object with the patch merged in, as the type says. Shares with the object what the patch leaves alone.

    Raises:
        StatusError: 400 for what is no patch, 422 for one that does not fit the object, 500 for a list item without its
            merge key.
    """
    patch = decode_object(raw, "")
    if not patch:
        return obj
    merged = _merge_map(obj, patch, node)
    check_restorable(merged, node, patch)
    return merged


def _merge_map(original: Object | None, patch: Object, node: Type) -> Object:
    if DIRECTIVE in patch:
        return _directed(patch)
    merged, patch = retained(dict(original or {}), patch)
    for name in [name for name in patch if name.startswith(ORDER)]:
        _merge_ordered(merged, patch, name, node)
    for name, value in patch.items():
        if name.startswith(DELETE_FROM):
            _delete_items(merged, list_field(name, DELETE_FROM), value)
        else:
            _merge_field(merged, name, value, node)
    return merged


def _directed(patch: Object) -> Object:
    match patch[DIRECTIVE]:
        case "replace":
            return {name: value for name, value in patch.items() if name != DIRECTIVE}
        case "delete":
            return {}
    raise _unknown_directive(patch)


def _unknown_directive(patch: Object) -> StatusError:
    directive = patch[DIRECTIVE]
    shown = directive if isinstance(directive, str) else f"%!s({go_type(directive)}={go_text(directive)})"
    return StatusError.plain(f"unknown patch type: {shown} in map: {go_text(patch)}")


def _merge_field(merged: Object, name: str, value: Any, node: Type) -> None:
    if value is None:
        merged.pop(name, None)
        return
    before = merged.get(name)
    inner = node.fields.get(name) or node.element or ANY
    if isinstance(before, dict) and isinstance(value, dict):
        merged[name] = value if inner.replaced else _merge_map(before, value, inner)
    elif isinstance(before, list) and isinstance(value, list):
        merged[name] = _merge_list(before, value, inner) if inner.merge else value
    else:
        kept = without_directives(without_nulls(value))
        if kept is None:
            merged.pop(name, None)
        else:
            merged[name] = kept


def _delete_items(merged: Object, name: str, gone: Any) -> None:
    if gone is None:
        merged.pop(name, None)
    elif isinstance(merged.get(name), list) and isinstance(gone, list):
        if merged[name] or gone:
            _check_elements(merged[name], gone)
        named = [identity(item, "") for item in gone]
        merged[name] = [item for item in merged[name] if identity(item, "") not in named]


def _merge_list(original: list[Any], patch: list[Any], node: Type) -> list[Any]:
    if not original and not patch:
        return original
    if not _check_elements(original, patch):
        merged = list({identity(item, ""): item for item in [*original, *patch]}.values())
        return in_order(*partition(merged, patch, ""), patch, original, "")
    if not node.merge_key:
        raise StatusError.plain(
            f"cannot merge lists without merge key for {node.element.name if node.element else ''}"
        )
    original, patch = _special_items(original, patch, node.merge_key)
    merged = _merge_items(original, patch, node)
    for item in merged:
        _key_of(item, node.merge_key)
    return in_order(*partition(merged, patch, node.merge_key), patch, original, node.merge_key)


def _check_elements(*lists: list[Any]) -> bool:
    """Whether the items are objects. All must be of one type.

    Raises:
        StatusError: they are not, or are lists.
    """
    types = {go_type(item) for items in lists for item in items}
    if "[]interface {}" in types:
        raise unprocessable()
    if len(types) > 1:
        raise StatusError.plain(f"list element types are not identical: {go_text(list(lists))}")
    return types == {"map[string]interface {}"}


def _special_items(original: list[Any], patch: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """The lists after the items of the patch that are directives."""
    plain: list[Any] = []
    replace = False
    for item in patch:
        match item.get(DIRECTIVE):
            case None if DIRECTIVE not in item:
                plain.append(item)
            case "delete":
                gone = _key_of(item, merge_key)
                original = [each for each in original if identity(each, merge_key) != gone]
            case "replace":
                replace = True
            case "merge":
                raise StatusError.plain("merging lists cannot yet be specified in the patch")
            case _:
                raise _unknown_directive(item)
    return (plain, []) if replace else (original, plain)


def _merge_items(original: list[Any], patch: list[Any], node: Type) -> list[Any]:
    merged = list(original)
    for item in patch:
        wanted = _key_of(item, node.merge_key)
        for position, each in enumerate(merged):
            if node.merge_key in each and identity(each, node.merge_key) == wanted:
                merged[position] = _merge_map(each, item, node.element or ANY)
                break
        else:
            merged.append(item)
    return merged


def _key_of(item: Object, merge_key: str) -> Any:
    if merge_key not in item:
        raise StatusError.plain(f"map: {go_text(item)} does not contain declared merge key: {merge_key}")
    return identity(item, merge_key)


def _merge_ordered(merged: Object, patch: Object, directive: str, node: Type) -> None:
    """Merge a list whose order the patch gives as a whole. The list is taken out of the patch."""
    order = patch.pop(directive)
    name = list_field(directive, ORDER)
    inner = node.fields.get(name) or node.element or ANY
    live, change = merged.get(name, ()), patch.get(name, ())
    for value in (order, live, change):
        if value.__class__ not in (list, tuple):
            raise StatusError.plain(f"expected a []interface {{}}, but received a {go_type(value)}")
    if not live and not change and name not in merged and name not in patch:
        return
    if inner.merge_key and change != ():
        for position, item in enumerate(order):
            if not isinstance(item, dict):
                raise StatusError.plain(f"value for key {position} is not a map")
    _check_order(list(change), order, inner.merge_key)
    if name not in merged:
        items = without_directives(list(change))
    elif name in patch:
        items = _merge_list(list(live), list(change), inner) if inner.merge else list(change)
    else:
        items = list(live)
    if not live and not change:
        raise StatusError.plain("no elements in any of the given slices")
    _check_elements(list(live), list(change))
    if inner.merge_key:
        for item in items:
            _key_of(item, inner.merge_key)
    merged[name] = in_order(*partition(items, order, inner.merge_key), order, list(live), inner.merge_key)
    patch.pop(name, None)


def _check_order(change: list[Any], order: list[Any], merge_key: str) -> None:
    """The items of the patch must stand in the given order too."""
    wanted = [item for item in change if not (isinstance(item, dict) and DIRECTIVE in item)]
    if not order or not change:
        return
    places = iter([_key_of(item, merge_key) if merge_key else identity(item, "") for item in order])
    for item in wanted:
        key = _key_of(item, merge_key) if merge_key else identity(item, "")
        if key not in places:
            raise StatusError.plain(
                f"The order in patch list:\n{go_text(change)}\n doesn't match {ORDER} list:\n{go_text(order)}\n"
            )
