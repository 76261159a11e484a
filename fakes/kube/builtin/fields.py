"""What the OpenAPI definitions do not say of a field: its place in the struct, its protobuf number, what a zero becomes.

``fields.txt`` holds these facts of v1.36.2, a package a paragraph and a struct a line::

    io.k8s.api.core.v1
    Volume name:1! +VolumeSource:2

``name:1!`` is the JSON name and the number; ``!`` marks a field without ``omitempty``, ``z`` one with ``omitzero``,
``*`` a pointer, ``=v1.PullPolicy`` a type with a name of its own. ``+`` is a struct whose fields stand in JSON as if they
were here, and in protobuf in a message of their own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from fakes.apimachinery.types import Presence
from fakes.kube.builtin.struct_files import read_structs

__all__ = ["FieldFacts", "StructFacts", "struct_facts"]

_FIELD = re.compile(r"(?P<inline>\+?)(?P<name>[^:]+):(?P<number>\d*)(?P<flags>[!*z]*)(?:=(?P<go_type>.+))?")


class FieldFacts(NamedTuple):
    """A field: ``number`` is 0 if it is in no message; ``inline`` is the definition whose fields stand here in JSON."""

    name: str
    number: int
    presence: Presence
    go_type: str
    inline: str


class StructFacts(NamedTuple):
    """The fields of a struct in the order in which Go declares and writes them."""

    fields: tuple[FieldFacts, ...]

    def flat(self) -> list[FieldFacts]:
        """The fields as they stand in JSON."""
        found: list[FieldFacts] = []
        for each in self.fields:
            inner = struct_facts(each.inline) if each.inline else None
            found += inner.flat() if inner else [each]
        return found

    def inlined(self) -> dict[str, str]:
        """The path in Go of each field that comes from a struct within this one."""
        found: dict[str, str] = {}
        for each in self.fields:
            inner = struct_facts(each.inline) if each.inline else None
            deeper = inner.inlined() if inner else {}
            for field in inner.flat() if inner else ():
                found[field.name] = f"{each.inline.rpartition('.')[2]}.{deeper.get(field.name, field.name)}"
        return found


@cache
def _lines() -> dict[str, str]:
    return read_structs("fields.txt")


@cache
def struct_facts(definition: str) -> StructFacts | None:
    """The facts of a struct by the name of its definition, or None where they are not known."""
    line = _lines().get(definition)
    if line is None:
        return None
    package = definition.rpartition(".")[0]
    return StructFacts(tuple(_field(package, text) for text in line.split()))


def _field(package: str, text: str) -> FieldFacts:
    match = _FIELD.fullmatch(text)
    if match is None:
        raise ValueError(f"fields.txt: {text}")
    inline = match["name"] if match["inline"] else ""
    if inline and "." not in inline:
        inline = f"{package}.{inline}"
    return FieldFacts(
        match["name"], int(match["number"] or 0), _presence(match["flags"]), match["go_type"] or "", inline
    )


def _presence(flags: str) -> Presence:
    pointer = "*" in flags
    if "!" in flags:
        return "null" if pointer else "always"
    if pointer:
        return "pointer"
    return "omitzero" if "z" in flags else "omitempty"
