"""The subresource ``scale`` of a custom resource: where its numbers are, and what they may be.

Source: k8s.io/apiextensions-apiserver, pkg/registry/customresource/validator.go and etcd.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError

__all__ = ["ScalePaths"]

_MAX = 2**31 - 1
_GO_TYPES = {
    str: "string",
    bool: "bool",
    float: "float64",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


class _WrongTypeError(ValueError):
    """A path leads through, or to, a value of another type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePaths:
    """``subresources.scale`` of a version; ``selector`` is empty if there is none."""

    spec: str
    status: str
    selector: str = ""

    @classmethod
    def parse(cls, scale: Mapping[str, Any]) -> Self:
        return cls(
            spec=scale.get("specReplicasPath", ""),
            status=scale.get("statusReplicasPath", ""),
            selector=scale.get("labelSelectorPath") or "",
        )

    def read(self, obj: Mapping[str, Any]) -> tuple[int | None, int, str]:
        """Replicas wanted (None if the field is not there), replicas there are, and the selector's text."""
        wanted = _find(obj, self.spec)
        there, selector = _find(obj, self.status), _find(obj, self.selector) if self.selector else ""
        return wanted if isinstance(wanted, int) else None, there or 0, selector or ""

    def replace(self, obj: dict[str, Any], replicas: int) -> dict[str, Any]:
        """The object with other replicas wanted; what is on the way there is made if it is missing."""
        return _replaced(obj, self.spec.lstrip(".").split("."), replicas)

    def validate(self, obj: Mapping[str, Any], *, status_only: bool = False) -> list[FieldError]:
        """Errors of numbers and of the selector."""
        errors = [] if status_only else list(_replicas(obj, self.spec))
        errors += _replicas(obj, self.status)
        if self.selector:
            errors += _selector(obj, self.selector)
        return errors


def _find(obj: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None if there is none.

    Raises:
        _WrongTypeError: something on the way is not an object.
    """
    value: Any = obj
    for step in path.removeprefix(".").split("."):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise _WrongTypeError(_accessor(path, value, "map[string]interface{}"))
        value = value.get(step)
    return value


def _accessor(path: str, value: Any, expected: str) -> str:
    shown = value if isinstance(value, str) else _shown(value)
    return f"{path} accessor error: {shown} is of the type {_GO_TYPES.get(type(value), 'int64')}, expected {expected}"


def _shown(value: Any) -> str:
    match value:
        case dict():
            inside = " ".join(f"{key}:{_shown(value[key])}" for key in sorted(value))
            return f"map[{inside}]"
        case list():
            return f"[{' '.join(_shown(each) for each in value)}]"
        case str():
            return value
    return "<nil>" if value is None else golang.number(value)


def _replicas(obj: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    try:
        value = _find(obj, path)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise _WrongTypeError(_accessor(path, value, "int64"))
    except _WrongTypeError as error:
        yield FieldError.invalid(path, 0, str(error))
        return
    value = value or 0
    if value < 0:
        yield FieldError.invalid(path, value, "should be a non-negative integer")
    elif value > _MAX:
        yield FieldError.invalid(path, value, f"should be less than or equal to {_MAX}")


def _selector(obj: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    try:
        value = _find(obj, path)
        if value is not None and not isinstance(value, str):
            raise _WrongTypeError(_accessor(path, value, "string"))
    except _WrongTypeError as error:
        yield FieldError.invalid(path, "", str(error))


def _replaced(obj: dict[str, Any], steps: list[str], value: Any) -> dict[str, Any]:
    first, *rest = steps
    below = obj.get(first)
    inside = below if isinstance(below, dict) else {}
    return {**obj, first: _replaced(inside, rest, value) if rest else value}
