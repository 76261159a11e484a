"""``metadata`` of custom resources: typed like any other, although no schema says so.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/objectmeta.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.apimachinery.duration import parse_rfc3339
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.gotime import TimeError, canonical_time
from fakes.apimachinery.types import ANY, Type
from fakes.kube.custom_resources.structural import Structural

__all__ = ["OBJECT_META", "MetadataError", "coerce_embedded", "coerce_metadata"]

_STRING = Type(kind="scalar", scalar="string")
_INT = Type(kind="scalar", scalar="int64")
_TIME = Type(kind="scalar", scalar="time")
_BOOL = Type(kind="scalar", scalar="boolean")
_STRINGS = Type(kind="map", element=_STRING)
_OWNER = Type(
    kind="struct",
    name="OwnerReference",
    fields={
        "apiVersion": _STRING, "kind": _STRING, "name": _STRING, "uid": _STRING,
        "controller": _BOOL, "blockOwnerDeletion": _BOOL,
    },
    atomic=True,
)  # fmt: skip
_MANAGED = Type(
    kind="struct",
    name="ManagedFieldsEntry",
    fields={
        "manager": _STRING, "operation": _STRING, "apiVersion": _STRING, "time": _TIME,
        "fieldsType": _STRING, "fieldsV1": ANY, "subresource": _STRING,
    },
)  # fmt: skip

OBJECT_META = Type(
    kind="struct",
    name="ObjectMeta",
    fields={
        "name": _STRING,
        "generateName": _STRING,
        "namespace": _STRING,
        "selfLink": _STRING,
        "uid": _STRING,
        "resourceVersion": _STRING,
        "generation": _INT,
        "creationTimestamp": _TIME,
        "deletionTimestamp": _TIME,
        "deletionGracePeriodSeconds": _INT,
        "labels": _STRINGS,
        "annotations": _STRINGS,
        "ownerReferences": Type(
            kind="list", element=_OWNER, list_type="map", list_keys=("uid",), merge_key="uid", merge=True
        ),
        "finalizers": Type(kind="list", element=_STRING, list_type="set", merge=True),
        "managedFields": Type(kind="list", element=_MANAGED),
    },
)
"""metav1.ObjectMeta."""


class MetadataError(ValueError):
    """A field of metadata has a value of the wrong type; the message is Go's."""


def coerce_metadata(
    metadata: Any, path: str = "metadata", *, lenient: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Metadata as it is after being read into an ObjectMeta, and the paths of fields that are not known.

    Empty and null fields vanish. ``lenient`` drops fields of wrong types, as happens on reads from storage.

    Raises:
        MetadataError: a field has the wrong type.
    """
    if metadata is None:
        return {}, []
    if not isinstance(metadata, dict):
        raise MetadataError(_mismatch(metadata, "", "v1.ObjectMeta"))
    unknown: list[str] = []
    kept: dict[str, Any] = {}
    for name, value in metadata.items():
        field = OBJECT_META.fields.get(name)
        if field is None:
            unknown.append(f"{path}.{name}")
            continue
        try:
            new = _read(value, field, name, f"{path}.{name}", unknown)
        except MetadataError:
            if lenient:
                continue
            raise
        if new or (new == 0 and name == "deletionGracePeriodSeconds" and new is not False):
            kept[name] = new
    return kept, sorted(unknown)


def _read(value: Any, field: Type, name: str, path: str, unknown: list[str]) -> Any:
    if value is None:
        return None
    match field.kind:
        case "any":
            return value
        case "map" if field.element is not None:
            if not isinstance(value, dict):
                raise MetadataError(_mismatch(value, name, "map[string]string"))
            element = field.element
            return {key: _read(each, element, name, path, unknown) or "" for key, each in value.items()}
        case "list" if field.element is not None:
            if not isinstance(value, list):
                raise MetadataError(_mismatch(value, name, f"[]{_go_type(field.element)}"))
            element = field.element
            return [_read(each, element, name, f"{path}[{i}]", unknown) for i, each in enumerate(value)]
        case "struct":
            return _read_struct(value, field, name, path, unknown)
    return _read_scalar(value, field, name)


def _read_struct(value: Any, field: Type, name: str, path: str, unknown: list[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MetadataError(_mismatch(value, name, _go_type(field)))
    unknown += [f"{path}.{key}" for key in value if key not in field.fields]
    read = {
        key: _read(value[key], each, f"{name}.{key}", f"{path}.{key}", unknown)
        for key, each in field.fields.items()
        if key in value
    }
    return {key: each for key, each in read.items() if each is not None}


def _read_scalar(value: Any, field: Type, name: str) -> Any:
    expected, go_type = _SCALARS[field.scalar]
    if not expected(value):
        raise MetadataError(_mismatch(value, name, go_type))
    if field.scalar == "time" and parse_rfc3339(value) is None:
        try:
            canonical_time(value)
        except TimeError as error:
            raise MetadataError(str(error)) from error
    return value


_SCALARS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "string": (lambda value: isinstance(value, str), "string"),
    "time": (lambda value: isinstance(value, str), "string"),
    "boolean": (lambda value: isinstance(value, bool), "bool"),
    "int64": (lambda value: isinstance(value, int) and not isinstance(value, bool), "int64"),
}


def _go_type(field: Type) -> str:
    return f"v1.{field.name}" if field.kind == "struct" else "string"


def _mismatch(value: Any, name: str, go_type: str) -> str:
    match value:
        case bool():
            found = "bool"
        case int():
            found = "number"
        case float():
            found = f"number {value}" if go_type == "int64" else "number"
        case str():
            found = "string"
        case list():
            found = "array"
        case _:
            found = "object"
    where = f"Go struct field ObjectMeta.{name} of type {go_type}" if name else f"Go value of type {go_type}"
    return f"json: cannot unmarshal {found} into {where}"


def _embedded_metadata(metadata: Any, path: str, *, lenient: bool) -> tuple[dict[str, Any], list[str]]:
    try:
        return coerce_metadata(metadata, path, lenient=lenient)
    except MetadataError as error:
        raise MetadataError(FieldError.invalid(path, metadata, str(error)).message) from error


def coerce_embedded(
    value: Any, schema: Structural | None, path: str, unknown: list[str], *, lenient: bool = False
) -> Any:
    """The value with the metadata of embedded resources coerced; the value's own node included.

    Raises:
        MetadataError: an embedded resource has a field of the wrong type. The message names it.
    """
    if schema is None or not (schema.embedded or schema.has_embedded):
        return value
    if isinstance(value, list):
        return [
            coerce_embedded(each, schema.items, f"{path}[{position}]", unknown, lenient=lenient)
            for position, each in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    new = dict(value)
    if schema.embedded and "metadata" in new:
        new["metadata"], found = _embedded_metadata(new["metadata"], f"{path}.metadata", lenient=lenient)
        unknown += found
    for key, each in new.items():
        below = schema.properties.get(key) or schema.additional
        new[key] = coerce_embedded(each, below, f"{path}.{key}" if path else key, unknown, lenient=lenient)
    return new
