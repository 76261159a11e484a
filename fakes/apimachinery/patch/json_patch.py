"""JSON patch, RFC 6902, as lenient as the library that a kube-apiserver uses (evanphx/json-patch v4).

Unlike the RFC, ``replace`` may name a member that is not there, ``copy`` of such a member and an operation without a
value mean null, and a test for null passes where there is no member. Negative positions in lists are not supported.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import jsonpatch
import msgspec

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.go_values import json_type
from fakes.apimachinery.patch.decoding import decode_json, unprocessable
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError

__all__ = ["apply_json_patch"]

_MAX_OPERATIONS = 10000
_DECODING = "error decoding patch: "
_MEMBERS = ("op", "path", "from")


class _Replace(jsonpatch.ReplaceOperation):
    def apply(self, obj: Any) -> Any:
        holder, part = self.pointer.to_last(obj)
        if isinstance(holder, dict) and part is not None:
            holder[part] = self.operation["value"]
            return obj
        return super().apply(obj)


class _Test(jsonpatch.TestOperation):
    def apply(self, obj: Any) -> Any:
        holder, part = self.pointer.to_last(obj)
        absent = isinstance(holder, dict) and part is not None and part not in holder
        return obj if absent and self.operation["value"] is None else super().apply(obj)


class _Copy(jsonpatch.CopyOperation):
    def apply(self, obj: Any) -> Any:
        holder, part = self.pointer_cls(self.operation["from"]).to_last(obj)
        if isinstance(holder, dict) and part is not None and part not in holder:
            return jsonpatch.AddOperation({"op": "add", "path": self.location, "value": None}).apply(obj)
        return super().apply(obj)


class _Patch(jsonpatch.JsonPatch):
    operations = MappingProxyType(
        {**jsonpatch.JsonPatch.operations, "replace": _Replace, "test": _Test, "copy": _Copy}
    )


def apply_json_patch(obj: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """A new object, as the operations of the patch leave it.

    Raises:
        StatusError: 400 for what is no list of operations, 413 for too many, 422 for an operation that does not fit.
    """
    operations = _operations(raw)
    try:
        patched = _Patch(operations).apply(msgspec.to_builtins(obj), in_place=True)
    except (
        jsonpatch.JsonPatchException,
        jsonpatch.JsonPointerException,
        TypeError,
        KeyError,
        ValueError,
    ) as error:
        raise unprocessable() from error
    if not isinstance(patched, dict):
        message = (
            f"json: cannot unmarshal {json_type(patched)} into Go value of type map[string]interface {{}}"
        )
        invalid = FieldError.invalid("patch", golang.json_text(patched), message)
        raise StatusError.invalid(GroupKind("", ""), "", [invalid])
    return patched


def _operations(raw: bytes) -> list[dict[str, Any]]:
    body = decode_json(raw, _DECODING)
    if body is None:
        return []
    if not isinstance(body, list):
        raise _wrong_type(body, "Go value of type []handlers.jsonPatchOp")
    for operation in body:
        _check_operation(operation)
    if len(body) > _MAX_OPERATIONS:
        limit = f"The allowed maximum operations in a JSON patch is {_MAX_OPERATIONS}, got {len(body)}"
        raise StatusError.of(413, "RequestEntityTooLarge", f"Request entity too large: {limit}")
    return [{"value": None, **(operation or {})} for operation in body]


def _check_operation(operation: Any) -> None:
    if operation is None:
        return
    if not isinstance(operation, dict):
        raise _wrong_type(operation, "Go value of type handlers.jsonPatchOp")
    for member in _MEMBERS:
        value = operation.get(member)
        if value is not None and not isinstance(value, str):
            raise _wrong_type(value, f"Go struct field jsonPatchOp.{member} of type string")


def _wrong_type(value: Any, where: str) -> StatusError:
    return StatusError.bad_request(f"{_DECODING}json: cannot unmarshal {json_type(value)} into {where}")
