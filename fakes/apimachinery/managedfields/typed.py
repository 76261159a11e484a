"""Whether a configuration fits the type it is applied to: the errors of structured-merge-diff's validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakes.apimachinery.go_values import go_syntax, go_text, go_type
from fakes.apimachinery.managedfields.comparison import granular_items, item_element
from fakes.apimachinery.managedfields.path_element import PathElementError, element_text
from fakes.apimachinery.types import ANY, Type

__all__ = ["TypedError", "check"]

_NUMBERS = frozenset({"int32", "int64", "number"})
_STRINGS = frozenset({"string", "bytes"})


class TypedError(ValueError):
    """A configuration that does not fit. The message is the server's."""


def check(obj: Any, node: Type) -> None:
    """Refuse what does not fit the type, and lists that hold an item twice.

    Raises:
        TypedError: it does not fit.
    """
    errors = list(_errors(node, obj, ""))
    if errors:
        raise TypedError(errors[0] if len(errors) == 1 else "\n  ".join(["errors:", *errors]))


def _error(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def _errors(node: Type, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return
    match node.kind:
        case "struct" | "map":
            yield from _map_errors(node, value, path)
        case "list":
            yield from _list_errors(node, value, path)
        case "scalar":
            if problem := _scalar_problem(node, value):
                yield _error(path, problem)


def _map_errors(node: Type, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _error(path, f"expected map, got &{{{go_text(value)}}}")
        return
    open_ended = node.kind == "map" or node.preserve_unknown or not node.fields
    for name, item in value.items():
        inner = node.fields.get(name)
        if inner is None and not open_ended:
            yield _error(f"{path}.{name}", "field not declared in schema")
            return
        yield from _errors(inner or node.element or ANY, item, f"{path}.{name}")


def _list_errors(node: Type, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _error(path, f"expected list, got &{{{go_text(value)}}}")
        return
    seen: set[str] = set()
    granular = granular_items(node)
    for position, item in enumerate(value):
        shown = f"[{position}]"
        if granular:
            try:
                element = item_element(node, item)
            except PathElementError as error:
                yield _error(path, f"element {position}: {error}")
                return
            shown = element_text(element)
            if element in seen:
                yield _error(path, f"duplicate entries for key {shown}")
            seen.add(element)
        yield from _errors(node.element or ANY, item, path + shown)


def _scalar_problem(node: Type, value: Any) -> str:
    if node.scalar in _NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if fits else f"expected numeric (int or float), got {go_type(value)}"
    if node.scalar in _STRINGS:
        if isinstance(value, str):
            return ""
        return f"expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"
    if node.scalar == "boolean":
        return "" if isinstance(value, bool) else f"expected boolean, got &{{{go_text(value)}}}"
    return f"expected any scalar, got &{{{go_text(value)}}}" if isinstance(value, dict | list) else ""
