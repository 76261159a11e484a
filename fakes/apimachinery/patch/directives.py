"""The words of a strategic merge patch that are no fields: ``$patch``, ``$retainKeys`` and the names of lists."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.status import StatusError

__all__ = [
    "DELETE_FROM",
    "DIRECTIVE",
    "ORDER",
    "list_field",
    "retained",
    "without_directives",
    "without_nulls",
]

DIRECTIVE = "$patch"
DELETE_FROM = "$deleteFromPrimitiveList"
ORDER = "$setElementOrder"
_RETAIN = "$retainKeys"
_BAD_LIST = {
    DELETE_FROM: "invalid patch format of primitive list",
    ORDER: "invalid patch format of setElementOrder list",
}


def list_field(name: str, prefix: str) -> str:
    """The list that ``$setElementOrder/containers`` is about.

    Raises:
        StatusError: 400, it names none.
    """
    head, slash, field = name.partition("/")
    if not slash or head != prefix:
        raise StatusError.bad_request(_BAD_LIST[prefix])
    return field


def retained(original: dict[str, Any], patch: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both without what ``$retainKeys`` does not name, if the patch has it; the patch in any case a copy.

    Raises:
        StatusError: 400, the directive is no list, or does not name what the patch sets.
    """
    patch = dict(patch)
    if _RETAIN not in patch:
        return original, patch
    keys = patch.pop(_RETAIN)
    if not isinstance(keys, list):
        raise StatusError.bad_request("invalid patch format of retainKeys")
    for name, value in patch.items():
        if value is not None and name not in keys and not name.startswith((DELETE_FROM, ORDER)):
            raise StatusError.bad_request("invalid patch format of retainKeys")
    return {name: value for name, value in original.items() if name in keys}, patch


def without_directives(value: Any) -> Any:
    """A value that is new to the object: objects with ``$patch`` are left out, and None stands for one of them."""
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return None
        fields = ((name, item, without_directives(item)) for name, item in value.items())
        return {name: kept for name, item, kept in fields if kept is not None or item is None}
    if isinstance(value, list):
        items = ((item, without_directives(item)) for item in value)
        return [kept for item, kept in items if kept is not None or item is None]
    return value


def without_nulls(value: Any) -> Any:
    """A value without members that are null, at any depth."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
