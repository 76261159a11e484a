"""One step of a path to a field: how it is written in FieldsV1, printed in messages, and ordered.

``f:name`` is a field, ``k:{"name":"c"}`` an item of a list by its keys, ``v:"x"`` an item of a set, ``i:0`` a position.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fakes.apimachinery import golang
from fakes.apimachinery.types import Type

__all__ = ["PathElementError", "canonical", "key_element", "path_text", "sort_key", "value_element"]

_encode = msgspec.json.encode
_decode = msgspec.json.decode
_ORDER = {"f": 0, "k": 1, "v": 2, "i": 3}


class PathElementError(ValueError):
    """A list item that has no path element, or a text that is none. The message is the server's."""


def _scalar(value: Any) -> str:
    if value.__class__ is str:
        if value.isalnum() and value.isascii():
            return f'"{value}"'
        return golang.json_text(value)
    return _encode(value).decode()


def value_element(item: Any) -> str:
    """The path element of an item of a set."""
    match item:
        case dict():
            raise PathElementError("associative list without keys has an element that's a map type")
        case list():
            raise PathElementError("not supported: associative list with lists as elements")
        case None:
            raise PathElementError("associative list without keys has an element that's an explicit null")
    return "v:" + _scalar(item)


def key_element(list_type: Type, item: Any) -> str:
    """The path element of an item of a list that has keys."""
    if item.__class__ is not dict:
        what = "a null element" if item is None else "non-map elements"
        raise PathElementError(f"associative list with keys may not have {what}")
    keys = list_type.list_keys
    if len(keys) == 1 and (name := keys[0]) in item:
        return f'k:{{"{name}":{_scalar(item[name])}}}'
    pairs = []
    for name in sorted(keys):
        value = item[name] if name in item else _default(list_type, name)
        if value is not None or name in item:
            pairs.append(f'"{name}":{_scalar(value)}')
    if not pairs:
        raise PathElementError(
            f"associative list with keys has an element that omits all key fields {golang.quote_slice(keys)} "
            "(and doesn't have default values for any key fields)"
        )
    return "k:{" + ",".join(pairs) + "}"


def _default(list_type: Type, name: str) -> Any:
    if name in list_type.key_defaults:
        return list_type.key_defaults[name]
    element = list_type.element
    field = element.fields.get(name) if element is not None else None
    if element is None or field is None or field.default is not None:
        return field.default if field is not None else None
    if element.presence.get(name) == "always":  # what Go cannot leave out has its zero for a default
        return "" if field.scalar == "string" else 0
    return None


def canonical(element: str) -> str | None:
    """The element as this module writes it; None for a kind of element that is not known.

    Raises:
        PathElementError: the text is no path element.
    """
    if len(element) < 2 or element[1] != ":":
        raise PathElementError(
            f"missing colon: {element}" if len(element) >= 2 else "key must be 2 characters long:"
        )
    kind, text = element[0], element[2:]
    if kind == "f":
        return element
    if kind not in _ORDER:
        return None
    try:
        value = int(text) if kind == "i" else _decode(text)
    except ValueError as error:
        raise PathElementError(str(error)) from error
    if kind == "k":
        if not isinstance(value, dict):
            raise PathElementError(f"expected an object: {element}")
        value = {name: value[name] for name in sorted(value)}
        return "k:{" + ",".join(f"{_scalar(name)}:{_scalar(item)}" for name, item in value.items()) + "}"
    return f"{kind}:{_scalar(value)}"


def sort_key(element: str) -> tuple[int, Any]:
    """The order of path elements: fields, keys, values, positions; values by kind and then by size."""
    kind, text = element[0], element[2:]
    match kind:
        case "k":
            value: Any = [(name, _value_key(item)) for name, item in _decode(text).items()]
        case "v":
            value = _value_key(_decode(text))
        case "i":
            value = int(text)
        case _:
            value = text
    return _ORDER.get(kind, 4), value


def _value_key(value: Any) -> tuple[int, Any]:
    match value:
        case bool():
            return 2, value
        case int() | float():
            return 0, value
        case str():
            return 1, value
        case None:
            return 5, 0
    return 3, _encode(value, order="sorted")


def path_text(path: tuple[str, ...]) -> str:
    """A path as messages show it: ``.spec.containers[name="c"].image``."""
    return "".join(element_text(element) for element in path)


def element_text(element: str) -> str:
    """An element as messages show it."""
    kind, text = element[0], element[2:]
    match kind:
        case "k":
            return "[" + ",".join(f"{name}={_shown(value)}" for name, value in _decode(text).items()) + "]"
        case "v":
            return f"[={_shown(_decode(text))}]"
        case "i":
            return f"[{text}]"
    return f".{text}"


def _shown(value: Any) -> str:
    return golang.quote(value) if isinstance(value, str) else _encode(value).decode()
