"""A JSON value made into what the Go type of a built-in kind would hold, and be written as.

Unknown fields go, nulls are absent, quantities and times take their canonical form, fields come in the order of the struct,
maps in that of their keys, and zeros are written or left out as ``Type.presence`` says. What is wrong is said in the words
of Go's decoder: the first mismatch of a type after all has been read, a value that cannot be parsed at once.

Source: sigs.k8s.io/json, internal/golang/encoding/json.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from fakes.apimachinery.mismatches import CoercionError, Findings, Step, given
from fakes.apimachinery.scalars import SCALARS, ZEROS
from fakes.apimachinery.types import Presence, Type

__all__ = ["CoercionError", "Repeated", "coerce"]


_STRUCT_SCALARS = ("quantity", "time", "micro-time", "int-or-string", "duration")


class Repeated(dict[str, Any]):
    """An object some of whose keys were given more than once: the last of each, and all in their order."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def coerce(value: Any, node: Type) -> tuple[Any, list[str]]:
    """The value as its type holds it, and a message for each unknown or repeated field in the order in which they stand.

    Raises:
        CoercionError: the value does not fit.
    """
    findings = Findings()
    result = _coerce(value, node, None, findings)
    if findings.mismatch:
        raise CoercionError(findings.mismatch)
    return result, list(findings.problems)


def _coerce(value: Any, node: Type, at: Step | None, findings: Findings) -> Any:
    if value is None:
        return _zero(node)
    match node.kind:
        case "struct":
            return _struct(value, node, at, findings)
        case "scalar":
            return SCALARS[node.scalar](value, node, at, findings)
        case "list":
            return _list(value, node, at, findings)
        case "map":
            return _map(value, node, at, findings)
        case _:
            return _plain(value)


_EMPTY_MEANS_SOMETHING = frozenset({"managedFields"})
"""An empty list of managers takes the ownership of every field away."""


class _Plan(NamedTuple):
    """How a struct is written: the place of each field, and those that are written even if nothing was given."""

    places: dict[str, int]
    always: frozenset[str]
    droppable: frozenset[str]


@lru_cache(maxsize=4096)
def _plan(node: Type) -> _Plan:
    presence: dict[str, Presence] = node.presence
    structs = {name for name, field in node.fields.items() if _is_struct(field)}
    return _Plan(
        places={name: place for place, name in enumerate(node.fields)},
        always=frozenset(
            name
            for name, how in presence.items()
            if how in ("always", "null") or (how == "omitempty" and name in structs)
        ),
        droppable=frozenset(
            name
            for name, how in presence.items()
            if how == "omitempty" and name not in structs and name not in _EMPTY_MEANS_SOMETHING
        ),
    )


def _is_struct(node: Type) -> bool:
    """Whether Go has a struct for it, which ``omitempty`` never leaves out."""
    return node.kind in ("struct", "any") or node.scalar in _STRUCT_SCALARS


def _struct(value: Any, node: Type, at: Step | None, findings: Findings) -> Any:
    if not isinstance(value, dict):
        findings.mismatched(given(value), node.go_type, at)
        return {}
    plan, fields, inlined, found = _plan(node), node.fields, node.inlined, {}
    for name, each in value.pairs if type(value) is Repeated else value.items():
        field = fields.get(name)
        if field is None:
            findings.problem("unknown", at, name)
            continue
        if name in found:
            findings.problem("duplicate", at, name)
        found[name] = (
            None
            if each is None
            else _coerce(each, field, Step(at, node.name, name, inlined.get(name, "")), findings)
        )
    return _written(found, node, plan)


def _written(found: dict[str, Any], node: Type, plan: _Plan) -> dict[str, Any]:
    result: dict[str, Any] = {}
    always, droppable = plan.always, plan.droppable
    for name in sorted(found.keys() | always if always else found, key=plan.places.__getitem__):
        each = found.get(name)
        if each is None:
            if name in always:
                field = node.fields[name]
                null = node.presence[name] == "null" or field.scalar == "bytes"
                result[name] = None if null else _zero(field)
        elif each or name not in droppable:
            result[name] = each
    return result


def _zero(node: Type) -> Any:
    """What Go writes for a value that was never set."""
    if node.kind == "struct":
        return _written({}, node, _plan(node))
    return ZEROS.get(node.scalar)


def _list(value: Any, node: Type, at: Step | None, findings: Findings) -> Any:
    if not isinstance(value, list):
        findings.mismatched(given(value), node.go_type, at)
        return []
    element = node.element
    assert element is not None
    if element.scalar == "string" and all(type(each) is str for each in value):
        return value
    return [_coerce(each, element, Step(at, "", f"[{place}]"), findings) for place, each in enumerate(value)]


def _map(value: Any, node: Type, at: Step | None, findings: Findings) -> Any:
    if not isinstance(value, dict):
        findings.mismatched(given(value), node.go_type, at)
        return {}
    element = node.element
    assert element is not None
    if type(value) is Repeated:
        seen: set[str] = set()
        for name, _ in value.pairs:
            if name in seen:
                findings.problem("duplicate", at, name)
            seen.add(name)
    found = {name: _coerce(each, element, Step(at, "", name), findings) for name, each in value.items()}
    return dict(sorted(found.items())) if len(found) > 1 else found


def _plain(value: Any) -> Any:
    """JSON of any shape, without what was only kept to find repeated keys."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
