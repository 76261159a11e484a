"""Paths of fields in definitions: ``.spec.color``, ``.spec['a b']``, and the part of the schema they lead to.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel/validation.go, ValidFieldPath.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakes.kube.custom_resources.structural import Structural

__all__ = ["FieldPathError", "valid_field_path"]

_token = re.compile(r"'(?:[^'\\]|\\.)*'|[.\[\]]|[^.\[\]]+", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


class FieldPathError(ValueError):
    """A path that leads nowhere; the message says why."""


def valid_field_path(path: str, schema: Structural, *, brackets: bool = True) -> tuple[str, Structural]:
    """The path without its leading dot, and the schema at its end.

    Raises:
        FieldPathError: there is no such path.
    """
    tokens = iter(_token.findall(path))
    shown = ""
    for token in tokens:
        if token == "[":  # noqa: S105 - a bracket
            if not brackets:
                raise FieldPathError("array notation is not allowed")
            name = _quoted(_next(tokens))
        elif token == ".":  # noqa: S105 - a dot
            name = _next(tokens)
        else:
            raise FieldPathError(f"expected [ or . but got: {token}")
        shown, schema = _step(shown, schema, name)
        if token == "[" and (closing := _next(tokens)) != "]":  # noqa: S105 - a bracket
            raise FieldPathError(f"expected ] but got {closing}")
    return shown, schema


def _next(tokens: Iterator[str]) -> str:
    token = next(tokens, None)
    if token is None:
        raise FieldPathError("unexpected end of JSON path")
    return token


def _quoted(token: str) -> str:
    if len(token) < 2 or not (token.startswith("'") and token.endswith("'")):
        raise FieldPathError(f"expected single quoted string but got {token}")
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], ""), token[1:-1])


def _step(shown: str, schema: Structural, name: str) -> tuple[str, Structural]:
    if schema.properties:
        if name not in schema.properties:
            raise FieldPathError("does not refer to a valid field")
        return f"{shown}.{name}" if shown else name, schema.properties[name]
    if schema.additional is not None:
        return f"{shown}[{name}]", schema.additional
    raise FieldPathError("does not refer to a valid field")
