"""Whether a merged object can be turned back into the Go struct that it is one of.

Source of the texts: k8s.io/apimachinery, pkg/runtime/converter.go.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.go_values import go_kind, go_text, go_type
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import ANY, Type

__all__ = ["check_restorable"]

_ACCEPTED: dict[str, tuple[type, ...]] = {
    "string": (str,), "int32": (int, float), "int64": (int, float), "number": (int, float), "boolean": (bool,),
}  # fmt: skip
_GO_TYPES = {"number": "float64", "boolean": "bool"}


def check_restorable(obj: Any, node: Type, patch: dict[str, Any]) -> None:
    """Refuse an object whose values have other kinds than their fields.

    Raises:
        StatusError: 422 that quotes the patch.
    """
    if problem := _problem(obj, node):
        error = FieldError.invalid("patch", go_text(patch), problem)
        raise StatusError.invalid(GroupKind("", ""), "", [error])


def _problem(value: Any, node: Type) -> str:
    if value is None:
        return ""
    match node.kind:
        case "struct" if not isinstance(value, dict):
            return f"cannot restore struct from: {go_kind(value)}"
        case "map" if not isinstance(value, dict):
            return f"cannot restore map from {go_kind(value)}"
        case "list" if not isinstance(value, list):
            return f"cannot restore slice from {go_kind(value)}"
        case "scalar":
            return _scalar_problem(value, node)
    if isinstance(value, dict):
        inner = ((item, node.fields.get(name) or node.element or ANY) for name, item in value.items())
        return next(filter(None, (_problem(item, each) for item, each in inner)), "")
    if isinstance(value, list):
        return next(filter(None, (_problem(item, node.element or ANY) for item in value)), "")
    return ""


def _scalar_problem(value: Any, node: Type) -> str:
    if node.scalar == "bytes":
        return "" if isinstance(value, str) else f"cannot restore slice from {go_kind(value)}"
    accepted = _ACCEPTED.get(node.scalar)
    if accepted is None:
        return ""
    fits = isinstance(value, accepted) and isinstance(value, bool) == (node.scalar == "boolean")
    whole = not isinstance(value, float) or node.scalar == "number" or value.is_integer()
    if fits and whole:
        return ""
    if isinstance(value, dict | list):
        return f"unrecognized type: {_GO_TYPES.get(node.scalar, node.scalar)}"
    target = node.go_type or _GO_TYPES.get(node.scalar, node.scalar)
    convertible = type(value) is int or (type(value) is float and node.scalar != "string")
    if convertible and node.scalar != "boolean":
        return f"cannot convert {go_type(value)} to {target}"
    return f"unrecognized type: {_GO_TYPES.get(node.scalar, node.scalar)}"
