"""How Go prints values of JSON: ``%v``, ``%#v`` and the names of their types."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery import golang

__all__ = ["go_kind", "go_syntax", "go_text", "go_type", "json_type"]


def go_text(value: Any) -> str:
    """A value as ``%v`` prints it: ``map[a:1 b:[x y]]``."""
    match value:
        case None:
            return "<nil>"
        case bool() | int() | float():
            return golang.number(value)
        case list():
            return "[" + " ".join(go_text(item) for item in value) + "]"
        case dict():
            return "map[" + " ".join(f"{name}:{go_text(value[name])}" for name in sorted(value)) + "]"
    return str(value)


def go_syntax(value: Any) -> str:
    """A value as ``%#v`` prints it: ``map[string]interface {}{"a":1}``."""
    match value:
        case None:
            return "interface {}(nil)"
        case str():
            return golang.quote(value)
        case list():
            return "[]interface {}{" + ", ".join(go_syntax(item) for item in value) + "}"
        case dict():
            pairs = (f"{golang.quote(name)}:{go_syntax(value[name])}" for name in sorted(value))
            return "map[string]interface {}{" + ", ".join(pairs) + "}"
    return go_text(value)


def go_type(value: Any) -> str:
    """The Go type that a value of JSON is decoded into."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case str():
            return "string"
        case list():
            return "[]interface {}"
    return "map[string]interface {}"


def go_kind(value: Any) -> str:
    """The kind of that type, as ``reflect`` calls it."""
    match value:
        case list():
            return "slice"
        case dict():
            return "map"
    return go_type(value)


def json_type(value: Any) -> str:
    """What encoding/json calls a value that it cannot store: ``array``, ``object``, ``number`` ..."""
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case None:
            return "null"
    return "object"
