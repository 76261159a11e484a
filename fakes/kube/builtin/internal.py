"""Values of built-in kinds as the server has them inside: messages print whole structs in that form, and diffs of them.

``internal.txt`` holds the structs of v1.36.2 that messages print, a package a paragraph and a struct a line::

    core
    Volume Name:s +VolumeSource

``Name:s`` is a field and its zero: ``s`` a text, ``i`` a number, ``b`` a truth, ``q`` a quantity, ``{}`` a struct that is
written as clients see it, ``*`` null. A name is a struct of that name, ``*`` before it one that may be absent, ``[]`` a
list of them. ``+`` is a struct whose fields stand here, ``+meta`` those of the metadata.

Source: k8s.io/kubernetes, pkg/apis/*/types.go.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from fakes.apimachinery.golang import Verbatim, escape_html
from fakes.kube.builtin.struct_files import read_structs

__all__ = ["internal_diff", "internal_form", "internal_text"]

_ZEROS: Mapping[str, Any] = {"s": "", "i": 0, "b": False, "q": "0", "{}": {}, "*": None}
_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")


def internal_text(struct: str, value: Any) -> Verbatim:
    """A value of a struct (``core.PodSpec``) as compact JSON of the internal form."""
    return Verbatim(escape_html(msgspec.json.encode(internal_form(struct, value)).decode()))


def internal_diff(struct: str, old: Any, new: Any) -> str:
    """What differs between two values of a struct: the unified diff of their JSON."""
    before, after = (_lines(internal_form(struct, value)) for value in (old, new))
    return "".join(list(difflib.unified_diff(before, after))[2:])


def internal_form(struct: str, value: Any) -> Any:
    """A value with every field of its struct, in the order of Go, zeros included."""
    if value is None:
        return None
    package = struct.partition(".")[0]
    found: dict[str, Any] = {}
    given = _moved(value) if struct == "core.PodSpec" else value
    by_name = {name.lower(): each for name, each in given.items()}
    for name, kind in _fields(struct):
        if name == "meta":
            found |= value.get("metadata") or {}
        else:
            found[name] = _field(package, kind, by_name.get(name.lower()))
    return found


def _moved(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A PodSpec with what clients say of the host in the security context, where it is kept."""
    host = {name: spec[name] for name in _HOST if name in spec}
    context = spec.get("securityContext")
    return {**spec, "securityContext": None if context is None else {**context, **host}}


def _field(package: str, kind: str, value: Any) -> Any:
    if kind in _ZEROS:
        return _ZEROS[kind] if value is None else value
    optional, name = kind.startswith(("*", "[]")), kind.removeprefix("*").removeprefix("[]")
    struct = name if "." in name else f"{package}.{name}"
    if value is None:
        return None if optional else internal_form(struct, {})
    if kind.startswith("[]"):
        return [internal_form(struct, each) for each in value]
    return internal_form(struct, value)


def _lines(value: Any) -> list[str]:
    text = escape_html(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())
    return [f"{line}\n" for line in text.split("\n")]


@cache
def _structs() -> dict[str, str]:
    return read_structs("internal.txt")


@cache
def _fields(struct: str) -> tuple[tuple[str, str], ...]:
    return tuple(_read(struct))


def _read(struct: str) -> Iterator[tuple[str, str]]:
    for text in _structs()[struct].split():
        if text == "+meta":
            yield "meta", ""
        elif text.startswith("+"):
            inner = text[1:]
            yield from _fields(inner if "." in inner else f"{struct.partition('.')[0]}.{inner}")
        else:
            name, _, kind = text.partition(":")
            yield name, kind
