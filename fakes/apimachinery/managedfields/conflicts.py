"""The refusal of an apply that would change what others own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.managedfields.entries import Identifier
from fakes.apimachinery.managedfields.field_set import FieldSet, iterate
from fakes.apimachinery.managedfields.path_element import path_text
from fakes.apimachinery.status import StatusError

__all__ = ["ConflictError", "status_of"]


class ConflictError(Exception):
    """Fields that an apply would change although others own them."""

    def __init__(self, conflicts: Mapping[Identifier, FieldSet]) -> None:
        super().__init__("conflict")
        self.conflicts = conflicts


def status_of(error: ConflictError) -> StatusError:
    """The 409, with a cause for every field of every manager."""
    found = sorted(error.conflicts.items(), key=lambda conflict: conflict[0].text())
    paths = [
        (_shown(identifier), [path_text(path) for path in iterate(fields)]) for identifier, fields in found
    ]
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {manager}", "field": path}
        for manager, fields in paths
        for path in fields
    ]
    details: dict[str, Any] = {"causes": causes}
    return StatusError.of(409, "Conflict", _message(paths, len(causes)), details)


def _message(paths: list[tuple[str, list[str]]], count: int) -> str:
    if count == 1:
        manager, (path,) = paths[0]
        return f"Apply failed with 1 conflict: conflict with {manager}: {path}"
    lines: list[str] = []
    for manager, fields in paths:
        lines += [f"conflicts with {manager}:", *(f"- {path}" for path in fields)]
    return f"Apply failed with {count} conflicts: " + "\n".join(lines)


def _shown(identifier: Identifier) -> str:
    text = golang.quote(identifier.manager)
    if identifier.subresource:
        text += f" with subresource {golang.quote(identifier.subresource)}"
    return f"{text} using {identifier.api_version}" if identifier.operation == "Update" else text
