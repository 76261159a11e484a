"""The operations of a JSON patch on a document, with the habits of the library that a kube-apiserver uses (evanphx v4).

Positions may be negative and have leading zeros, what precedes the first slash of a path is not read, ``replace`` and
``copy`` may name a member that is not there, an operation without a value means null, and numbers are equal only if they
are written alike. The document is changed in place; what an operation brings in is copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

__all__ = ["OperationError", "carry_out", "copied_size", "reached"]

Operation = dict[str, Any]
Container = dict[str, Any] | list[Any]

_POSITION = re.compile(r"[+-]?[0-9]+")


class OperationError(Exception):
    """An operation that does not fit the document."""


def carry_out(document: Any, operation: Operation) -> Any:
    """The document after the operation; another one only if the whole is replaced.

    Raises:
        OperationError: it does not fit; the document may be half changed.
    """
    kind = operation.get("op")
    if kind == "replace" and operation.get("path") == "":
        return _whole(operation.get("value"))
    carry = _OPERATIONS.get(kind or "")
    if carry is None:
        raise OperationError(f"Unexpected kind: {kind}")
    carry(document, operation)
    return document


def reached(document: Any, operation: Operation) -> list[dict[str, Any]]:
    """The objects that an operation takes apart on its way, and those that it compares: they are written anew."""
    found: list[Any] = []
    for name in ("path", "from"):
        at, parts = document, (operation.get(name) or "").split("/")[1:]
        for part in parts if operation.get("op") == "test" else parts[:-1]:
            if not isinstance(at, dict | list) or (isinstance(at, list) and not _is_within(part, at)):
                break
            at = _get(at, _decoded(part))
            found.append(at)
    if operation.get("op") == "test" and found:
        found += _below(found[-1])
    return [each for each in found if isinstance(each, dict)]


def _is_within(part: str, items: list[Any]) -> bool:
    return _POSITION.fullmatch(part) is not None and -len(items) <= int(part) < len(items)


def _below(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for item in items for each in (item, *_below(item))]


def _whole(value: Any) -> Any:
    if not isinstance(value, dict | list):
        raise OperationError("replace operation value must be object or array")
    return msgspec.to_builtins(value)


def _add(document: Any, operation: Operation) -> None:
    _insert(*_holder(document, operation.get("path")), msgspec.to_builtins(operation.get("value")))


def _remove(document: Any, operation: Operation) -> None:
    _delete(*_holder(document, operation.get("path")))


def _replace(document: Any, operation: Operation) -> None:
    holder, key = _holder(document, operation.get("path"))
    _get(holder, key)
    value = msgspec.to_builtins(operation.get("value"))
    if isinstance(holder, dict):
        holder[key] = value
    else:
        holder[_position(key, len(holder))] = value


def _move(document: Any, operation: Operation) -> None:
    holder, key = _holder(document, operation.get("from"))
    value = _get(holder, key)
    _delete(holder, key)
    _insert(*_holder(document, operation.get("path")), value)


def _copy(document: Any, operation: Operation) -> None:
    value = msgspec.to_builtins(_get(*_holder(document, operation.get("from"))))
    _insert(*_holder(document, operation.get("path")), value)


def copied_size(document: Any, operation: Operation) -> int:
    """How many bytes of JSON an operation copies: a few copies of copies can make much of nothing.

    Raises:
        OperationError: there is nothing to copy.
    """
    if operation.get("op") != "copy":
        return 0
    return len(msgspec.json.encode(_get(*_holder(document, operation.get("from")))))


def _test(document: Any, operation: Operation) -> None:
    whole = operation.get("path") == ""
    found = document if whole else _get(*_holder(document, operation.get("path")))
    if not _equal(found, operation.get("value")):
        raise OperationError(f"testing value {operation.get('path')} failed")


_OPERATIONS: dict[str, Callable[[Any, Operation], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _holder(document: Any, path: str | None) -> tuple[Container, str]:
    """The object or list that the last part of a path is about, and that part."""
    parts = (path or "").split("/")
    if len(parts) < 2:
        raise OperationError(f"doc is missing path: {path}")
    for part in parts[1:-1]:
        document = _get(document, _decoded(part))
        if not isinstance(document, dict | list):
            raise OperationError(f"doc is missing path: {path}")
    return document, _decoded(parts[-1])


def _decoded(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _get(holder: Container, key: str) -> Any:
    return holder.get(key) if isinstance(holder, dict) else holder[_position(key, len(holder))]


def _insert(holder: Container, key: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[key] = value
    elif key == "-":
        holder.append(value)
    else:
        holder.insert(_position(key, len(holder) + 1), value)


def _delete(holder: Container, key: str) -> None:
    if isinstance(holder, list):
        del holder[_position(key, len(holder))]
    elif key in holder:
        del holder[key]
    else:
        raise OperationError(f"Unable to remove nonexistent key: {key}")


def _position(key: str, length: int) -> int:
    if not _POSITION.fullmatch(key) or not -length <= int(key) < length:
        raise OperationError(f"Unable to access invalid index: {key}")
    return int(key) % length


def _equal(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(each, other[name]) for name, each in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)
