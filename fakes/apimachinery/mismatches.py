"""What Go's decoder says of a value that does not fit its type, and where it says that the value stands.

Source: encoding/json and sigs.k8s.io/json.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fakes.apimachinery import golang

__all__ = ["CoercionError", "Findings", "Step", "given", "mismatch"]

_MAX_PROBLEMS = 100


class CoercionError(ValueError):
    """A value that does not fit its type; the message is that of Go's decoder."""


class Step(NamedTuple):
    """Where a value stands: a field of a struct, a key of a map or an index of a list.

    ``inlined`` is how Go calls a field that comes from a struct within.
    """

    parent: Step | None
    struct: str
    name: str
    inlined: str = ""


class Findings:
    """What was found on the way."""

    def __init__(self) -> None:
        self.mismatch = ""
        self.problems: dict[str, None] = {}

    def mismatched(self, given: str, node_type: str, at: Step | None) -> None:
        self.mismatch = self.mismatch or mismatch(given, node_type, at)

    def problem(self, what: str, at: Step | None, name: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems[f"{what} field {golang.quote(_strict_path(at, name))}"] = None


def given(value: Any, *, literal: bool = False) -> str:
    """What Go calls a JSON value; of a number that is too large or has a fraction it shows the digits."""
    match value:
        case bool():
            return "bool"
        case str():
            return "string"
        case int() | float():
            return f"number {golang.json_text(value)}" if literal else "number"
        case list():
            return "array"
        case _:
            return "object"


def mismatch(given: str, node_type: str, at: Step | None) -> str:
    fields = [step for step in _steps(at) if step.struct]
    if not fields:
        return f"json: cannot unmarshal {given} into Go value of type {node_type}"
    path = ".".join(step.inlined or step.name for step in fields)
    return (
        f"json: cannot unmarshal {given} into Go struct field {fields[-1].struct}.{path} of type {node_type}"
    )


def _strict_path(at: Step | None, name: str) -> str:
    path = ""
    for part in [*(step.name for step in _steps(at)), name]:
        path += part if part.startswith("[") or not path else f".{part}"
    return path


def _steps(at: Step | None) -> Iterable[Step]:
    steps: list[Step] = []
    while at is not None:
        steps.append(at)
        at = at.parent
    return reversed(steps)
