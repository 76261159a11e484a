"""The annotation that ``kubectl apply`` keeps on the client's side, and how its fields pass to server-side apply."""

from __future__ import annotations

from typing import Any

import msgspec

from fakes.apimachinery import golang
from fakes.apimachinery.managedfields.comparison import compare
from fakes.apimachinery.managedfields.field_set import FieldSet, difference
from fakes.apimachinery.managedfields.field_sets_of import fields_of
from fakes.apimachinery.managedfields.path_element import PathElementError
from fakes.apimachinery.managedfields.typed import TypedError, check
from fakes.apimachinery.types import Type

__all__ = ["LAST_APPLIED", "last_applied_fields", "with_last_applied"]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MAX_ANNOTATIONS = 256 * 1024

Object = dict[str, Any]


def _annotations(obj: Object) -> dict[str, str]:
    annotations: dict[str, str] = (obj.get("metadata") or {}).get("annotations") or {}
    return annotations


def last_applied_fields(live: Object, node: Type, api_version: str) -> FieldSet | None:
    """The fields that the annotation set and that still are as it set them; None without a usable annotation."""
    text = _annotations(live).get(LAST_APPLIED)
    if not text:
        return None
    try:
        config = msgspec.json.decode(text)
        if not isinstance(config, dict) or config.get("apiVersion") != api_version:
            return None
        check(config, node)
        comparison = compare(config, live, node)
        fields = fields_of(config, node)
    except (msgspec.DecodeError, TypedError, PathElementError):
        return None
    for changed in (comparison.modified, comparison.added, comparison.removed):
        fields = difference(fields, changed)
    return fields


def with_last_applied(obj: Object, config: Object) -> Object:
    """The object with its annotation, if it has one, made the configuration that was applied."""
    annotations = _annotations(obj)
    if not annotations.get(LAST_APPLIED):
        return obj
    text = golang.json_text(_without_annotation(config)) + "\n"
    changed = {**annotations, LAST_APPLIED: text}
    if sum(len(name.encode()) + len(value.encode()) for name, value in changed.items()) > _MAX_ANNOTATIONS:
        del changed[LAST_APPLIED]
    return {**obj, "metadata": {**obj["metadata"], "annotations": changed}}


def _without_annotation(config: Object) -> Object:
    annotations = _annotations(config)
    if LAST_APPLIED not in annotations:
        return config
    left = {name: value for name, value in annotations.items() if name != LAST_APPLIED}
    metadata = {**config["metadata"], "annotations": left}
    if not left:
        del metadata["annotations"]
    return {**config, "metadata": metadata}
