"""What the API's documentation says of a field, read from the installed definitions when somebody asks."""

from __future__ import annotations

from functools import cache

import msgspec

from fakes.kube.builtin.definitions import definitions_path

__all__ = ["field_description"]


class _Property(msgspec.Struct, gc=False):
    description: str = ""


class _Definition(msgspec.Struct, gc=False):
    properties: dict[str, _Property] = {}


class _Document(msgspec.Struct):
    defs: dict[str, _Definition] = msgspec.field(name="$defs")


@cache
def _definitions() -> dict[str, _Definition]:
    return msgspec.json.decode(definitions_path().read_bytes(), type=_Document).defs


def field_description(reference: str) -> str:
    """The description of ``core.v1.Secret.type``; empty for a field that the definitions do not have."""
    definition, _, name = reference.rpartition(".")
    found = _definitions().get(f"io.k8s.api.{definition}")
    field = found.properties.get(name) if found else None
    return field.description if field else ""
