"""The limits of numbers in a schema. Source: k8s.io/kube-openapi, pkg/validation/validate/values.go."""

from __future__ import annotations

from collections.abc import Iterator

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.structural import Structural

__all__ = ["number_errors"]

_LIMITS = {"int32": 1 << 31, "int64": 1 << 63, "": 1 << 63}


def number_errors(
    value: float, schema: Structural, name: str, path: str, general: str
) -> Iterator[FieldError]:
    """Errors of a number. ``name`` is what texts call it, ``path`` where it is; ``general`` places what has no place."""
    kind = schema.type
    if kind == "integer" and not _in_range(value, schema.format):
        form = f"with format {schema.format}" if schema.format else "(default format)"
        yield FieldError.invalid(general, "", f"Checked value must be of type integer {form} in {name}")
    if schema.multiple_of is not None and not _is_multiple(value, schema.multiple_of):
        factor = int(schema.multiple_of) if isinstance(value, int) else schema.multiple_of
        detail = f"{name} in body should be a multiple of {golang.number(factor)}"
        yield FieldError.invalid(path, value, detail)
    if (limit := schema.minimum) is not None:
        yield from _check(value, limit, schema.exclusive_minimum, -1, name, path)
    if (limit := schema.maximum) is not None:
        yield from _check(value, limit, schema.exclusive_maximum, 1, name, path)


def _check(
    value: float, limit: float, exclusive: bool, sign: int, name: str, path: str
) -> Iterator[FieldError]:
    limit = int(limit) if isinstance(value, int) else float(limit)
    over = (value - limit) * sign
    if over > 0 or (exclusive and over == 0):
        word = "less than" if sign > 0 else "greater than"
        word = word if exclusive else f"{word} or equal to"
        yield FieldError.invalid(path, value, f"{name} in body should be {word} {golang.number(limit)}")


def _in_range(value: float, form: str) -> bool:
    limit = _LIMITS.get(form, 1 << 63)
    return float(value).is_integer() and -limit <= value < limit


def _is_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int):
        whole = int(factor)
        return whole > 0 and value % whole == 0
    quotient = 1 / factor * value if factor < 1 else value / factor
    return abs(quotient - round(quotient)) < 1e-9
