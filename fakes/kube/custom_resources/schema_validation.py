"""Whether a value meets its schema; the sentences are those of go-openapi's validator, which the server uses.

Source: k8s.io/kube-openapi, pkg/validation/validate, and k8s.io/apiextensions-apiserver, pkg/apiserver/validation.
Which of several alternatives is complained of depends on how many checks each one passed, so those are counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.correlation import ABSENT, old_field, old_items, unchanged
from fakes.kube.custom_resources.formats import has_format
from fakes.kube.custom_resources.numbers import number_errors
from fakes.kube.custom_resources.structural import Structural

__all__ = ["validate_schema"]

_TYPE_META = frozenset({"apiVersion", "kind"})


def validate_schema(
    value: Any, schema: Structural, *, old: Any = ABSENT, prefix: str = ""
) -> list[FieldError]:
    """Errors of a value. With ``old``, what has not changed is right.

    ``prefix`` is put before the paths of errors, but not into their texts: that is how the server checks ``status``.
    """
    result = _Result(prefix)
    _validate(value, schema, "", old, result)
    return list(result.errors.values())


class _Result:
    """Errors by their text, so that each is said once, and the count of checks passed."""

    __slots__ = ("errors", "passed", "prefix")

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.errors: dict[str, FieldError] = {}
        self.passed = 0

    def path(self, name: str) -> str:
        name = name.removeprefix(".")
        return f"{self.prefix}.{name}" if self.prefix and name else self.prefix or name

    def add(self, error: FieldError, text: str = "") -> None:
        self.errors.setdefault(text or error.message, error)

    def general(self, text: str) -> None:
        """An error that the server does not place."""
        self.add(FieldError.invalid(self.prefix, "", text))

    def merge(self, other: _Result) -> None:
        for text, error in other.errors.items():
            self.errors.setdefault(text, error)
        self.passed += other.passed


def _validate(value: Any, schema: Structural, path: str, old: Any, result: _Result) -> None:
    if old is not ABSENT and unchanged(value, old):
        result.passed += 1
        return
    if value is None:
        if schema.types and not schema.nullable:
            _wrong_type(result, path, ",".join(schema.types), "null")
        _check_enum(value, schema, path, result)
        return
    _check_type(value, schema, path, result)
    _check_combinations(value, schema, path, result)
    match value:
        case bool():
            pass
        case str():
            _check_string(value, schema, path, result)
        case int() | float():
            for error in number_errors(value, schema, path, result.path(path), result.prefix):
                result.add(error)
        case list():
            _check_list(value, schema, path, old, result)
    _check_enum(value, schema, path, result)
    if isinstance(value, dict):
        _check_object(value, schema, path, old, result)
    result.passed += 1


def _wrong_type(result: _Result, path: str, expected: str, found: str) -> None:
    text = f"{path} in body must be of type {expected}: {golang.quote(found)}"
    result.add(FieldError.type_invalid(result.path(path), found, text), text)


def _check_type(value: Any, schema: Structural, path: str, result: _Result) -> None:
    if not schema.types and not schema.format:
        return
    found, go_format = _type_of(value)
    fits = found in schema.types or (found == "integer" and "number" in schema.types)
    fits = fits or (found == "number" and "integer" in schema.types and float(value).is_integer())
    if schema.format:
        if found in ("string", "array"):
            if not {"number", "integer"}.intersection(schema.types):
                result.passed += 1
                return
        elif not fits and schema.format != go_format:
            _wrong_type(result, path, schema.format, go_format)
            return
    if fits:
        result.passed += 1
    else:
        _wrong_type(result, path, ",".join(schema.types), found)


def _type_of(value: Any) -> tuple[str, str]:
    match value:
        case bool():
            return "boolean", ""
        case str():
            return "string", ""
        case int():
            return "integer", "int64"
        case float():
            return "number", "float64"
        case list():
            return "array", ""
    return "object", ""


def _check_combinations(value: Any, schema: Structural, path: str, result: _Result) -> None:
    if schema.any_of:
        _check_any_of(value, schema.any_of, path, result)
    if schema.one_of:
        _check_one_of(value, schema.one_of, path, result)
    if schema.all_of:
        results = _alternatives(value, schema.all_of, path, result)
        for each in results:
            result.merge(each)
        if any(each.errors for each in results):
            none = ". None validated" if all(each.errors for each in results) else ""
            result.general(f'"{path}" must validate all the schemas (allOf){none}')
    if schema.not_ is not None and not _alternatives(value, (schema.not_,), path, result)[0].errors:
        result.general(f'"{path}" must not validate the schema (not)')
    result.passed += 1


def _alternatives(value: Any, schemas: Iterable[Structural], path: str, result: _Result) -> list[_Result]:
    results = []
    for schema in schemas:
        each = _Result(result.prefix)
        _validate(value, schema, path, ABSENT, each)
        results.append(each)
    return results


def _best(results: list[_Result]) -> _Result:
    return max(results, key=lambda each: each.passed)


def _check_any_of(value: Any, schemas: tuple[Structural, ...], path: str, result: _Result) -> None:
    results = _alternatives(value, schemas, path, result)
    if all(each.errors for each in results):
        result.general(f'"{path}" must validate at least one schema (anyOf)')
        result.merge(_best(results))
    else:
        result.passed += next(each.passed for each in results if not each.errors)


def _check_one_of(value: Any, schemas: tuple[Structural, ...], path: str, result: _Result) -> None:
    results = _alternatives(value, schemas, path, result)
    valid = [each for each in results if not each.errors]
    if len(valid) == 1:
        result.passed += valid[0].passed
        return
    found = f"Found {len(valid)} valid alternatives" if valid else "Found none valid"
    result.general(f'"{path}" must validate one and only one schema (oneOf). {found}')
    if not valid:
        result.merge(_best(results))


def _check_string(value: str, schema: Structural, path: str, result: _Result) -> None:
    where = result.path(path)
    if schema.max_length is not None and len(value) > schema.max_length:
        result.add(FieldError.too_long(where, schema.max_length))
    elif schema.min_length is not None and len(value) < schema.min_length:
        detail = f"{path} in body should be at least {schema.min_length} chars long"
        result.add(FieldError.invalid(where, value, detail), detail)
    elif schema.matches is not None and not schema.matches(value):
        detail = f"{path} in body should match '{schema.pattern}'"
        result.add(FieldError.invalid(where, value, detail), detail)
    if schema.format and not has_format(schema.format, value):
        detail = f"{path} in body must be of type {schema.format}: {golang.quote(value)}"
        result.add(FieldError.type_invalid(where, value, detail), detail)


def _check_enum(value: Any, schema: Structural, path: str, result: _Result) -> None:
    if schema.enum and not any(_equal(value, allowed) for allowed in schema.enum):
        shown = [each if isinstance(each, str) else golang.json_text(each) for each in schema.enum]
        result.add(FieldError.not_supported(result.path(path), value, shown))


def _equal(value: Any, allowed: Any) -> bool:
    numbers = (int, float)
    if isinstance(value, bool) or isinstance(allowed, bool):
        return value is allowed
    if isinstance(value, numbers) and isinstance(allowed, numbers):
        return value == allowed
    return unchanged(value, allowed)


def _check_list(value: list[Any], schema: Structural, path: str, old: Any, result: _Result) -> None:
    if schema.items is not None:
        find = old_items(schema, old)
        for position, each in enumerate(value):
            _validate(each, schema.items, f"{path}[{position}]", find(each), result)
    where, size = result.path(path), len(value)
    if schema.min_items is not None and size < schema.min_items:
        detail = f"{path} in body should have at least {schema.min_items} items"
        result.add(FieldError.invalid(where, size, detail), detail)
    if schema.max_items is not None and size > schema.max_items:
        result.add(FieldError.too_many(where, size, schema.max_items))
    if schema.unique_items and any(_equal(a, b) for i, a in enumerate(value) for b in value[:i]):
        detail = f"{path} in body shouldn't contain duplicates"
        result.add(FieldError.invalid(where, "", detail), detail)
    result.passed += 1


def _check_object(value: dict[str, Any], schema: Structural, path: str, old: Any, result: _Result) -> None:
    size = len(value)
    if schema.min_properties is not None and size < schema.min_properties:
        detail = f"{path} in body should have at least {schema.min_properties} properties"
        result.add(FieldError.invalid(result.path(path), size, detail), detail)
    if schema.max_properties is not None and size > schema.max_properties:
        result.add(FieldError.too_many(result.path(path), size, schema.max_properties))
    if schema.additional is not None or schema.closed:
        _check_additional(value, schema, path, old, result)
    for key, below in schema.properties.items():
        if key in value:
            before = ABSENT if not path and key in _TYPE_META else old_field(old, key)
            _validate(value[key], below, f"{path}.{key}" if path else key, before, result)
    for key in schema.required:
        if key not in value:
            result.add(FieldError.required(result.path(f"{path}.{key}")))


def _check_additional(
    value: dict[str, Any], schema: Structural, path: str, old: Any, result: _Result
) -> None:
    for key, each in value.items():
        if key in schema.properties:
            continue
        if schema.additional is not None:
            _validate(each, schema.additional, f"{path}.{key}", old_field(old, key), result)
        else:
            detail = f"{path}.{key} in body is a forbidden property"
            result.add(FieldError.invalid(result.path(path), key, detail), detail)
