"""JSON merge patch, RFC 7386, with the finer points of the library that a kube-apiserver uses (evanphx/json-patch v4)."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.patch.decoding import decode_object
from fakes.apimachinery.status import StatusError

__all__ = ["apply_merge_patch", "merge"]


def apply_merge_patch(obj: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """The object with the patch merged in. Shares with the object what the patch leaves alone.

    Raises:
        StatusError: 400, the patch is no JSON object.
    """
    patch = decode_object(raw, "error decoding patch: ")
    if patch is None:
        raise StatusError.bad_request("Invalid JSON Patch")
    return merge(obj, patch)


def merge(obj: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Members of the patch replace those of the object; objects are merged, and null removes.

    What a patch reaches into has its keys sorted, the rest stays in order: refusals quote it so.
    """
    merged = dict(obj)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
            continue
        before = merged.get(name)
        if isinstance(before, dict):
            merged[name] = merge(before, value) if isinstance(value, dict) else value
        else:
            merged[name] = _without_nulls(value)
    return dict(sorted(merged.items()))


def _without_nulls(value: Any) -> Any:
    """A new value without members that are null; nulls in lists stay."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in sorted(value.items()) if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
