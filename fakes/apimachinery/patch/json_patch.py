"""JSON patch, RFC 6902: a list of operations, read as a kube-apiserver reads it, and carried out one by one."""

from __future__ import annotations

from typing import Any

import msgspec

from fakes.apimachinery import golang
from fakes.apimachinery.decoding import FIND_KIND
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.go_values import json_type
from fakes.apimachinery.patch.decoding import decode_json, unprocessable
from fakes.apimachinery.patch.json_operations import OperationError, carry_out, copied_size, reached
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError

__all__ = ["apply_json_patch", "unknown_members"]

_MAX_OPERATIONS = 10000
_MAX_COPIED = 1536 * 1024
_DECODING = "error decoding patch: "
_PARSING = "couldn't get version/kind; json parse error: "
_MEMBERS = ("op", "path", "from")


def apply_json_patch(obj: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """A new object, as the operations of the patch leave it, its keys sorted wherever an operation has been.

    Raises:
        StatusError: 400 for what is no list of operations, 413 for too many, 422 for an operation that does not fit.
    """
    operations = _operations(raw)
    patched: Any = msgspec.to_builtins(obj)
    copied = 0
    touched: list[dict[str, Any]] = []
    try:
        for operation in operations:
            copied += copied_size(patched, operation)
            if copied > _MAX_COPIED:
                raise _too_much_copied(copied)
            touched += reached(patched, operation)
            patched = carry_out(patched, operation)
    except OperationError as error:
        raise unprocessable() from error
    if not isinstance(patched, dict):
        message = f"{_PARSING}json: cannot unmarshal {json_type(patched)} into Go value of type {FIND_KIND}"
        invalid = FieldError.invalid("patch", golang.json_text(patched), message)
        raise StatusError.invalid(GroupKind("", ""), "", [invalid])
    for each in (patched, *touched):
        _sort(each)
    return patched


def _sort(obj: dict[str, Any]) -> None:
    members = sorted(obj.items())
    obj.clear()
    obj.update(members)


def _too_much_copied(size: int) -> StatusError:
    detail = f"the accumulated size increase of copy is {size}, exceeding the limit {_MAX_COPIED}"
    message = f"Request entity too large: Unable to complete the copy, {detail}"
    return StatusError.of(413, "RequestEntityTooLarge", message)


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
    return [operation or {} for operation in body]


def unknown_members(raw: bytes) -> list[str]:
    """What there is to say of members that operations do not have, for a patch that could be carried out."""
    return [
        f"json patch unknown field {golang.quote(f'[{place}].{name}')}"
        for place, operation in enumerate(msgspec.json.decode(raw) or ())
        for name in operation or ()
        if name not in _MEMBERS and name != "value"
    ]


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
