"""Defaults must themselves be valid. Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/defaulting/validation.go.

Not checked: defaults inside of metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.custom_resources.correlation import unchanged
from fakes.kube.custom_resources.embedded import validate_embedded
from fakes.kube.custom_resources.pruning import prune
from fakes.kube.custom_resources.rules import RuleTree, validate_rules
from fakes.kube.custom_resources.schema_validation import validate_schema
from fakes.kube.custom_resources.structural import Structural

__all__ = ["validate_defaults"]


def validate_defaults(schema: Structural, path: str) -> list[FieldError]:
    """Errors of all defaults in the schema of a resource."""
    return list(
        _walk(
            replace(schema, embedded=True, has_embedded=True) if schema.default is not None else schema, path
        )
    )


def _walk(schema: Structural, path: str) -> Iterator[FieldError]:
    if schema.default is not None:
        yield from _default(schema.default, schema, f"{path}.default")
    if schema.items is not None:
        yield from _walk(schema.items, f"{path}.items")
    for name, below in schema.properties.items():
        yield from _walk(below, f"{path}.properties[{name}]")


def _default(default: Any, schema: Structural, path: str) -> Iterator[FieldError]:
    if not unchanged(_pruned(default, schema), default):
        yield FieldError.invalid(path, default, "must not have unknown fields")
    errors = validate_embedded(default, schema, path)
    errors = errors or validate_schema(default, schema, prefix=path)
    if not errors and (rules := RuleTree.compile(schema)) is not None:
        errors = [
            replace(error, path=f"{path}.{error.path}" if error.path else path)
            for error in validate_rules(default, rules)
        ]
    yield from errors


def _pruned(default: Any, schema: Structural) -> Any:
    wrapper = Structural(types=("object",), properties={"default": schema})
    return prune({"default": default}, wrapper)[0]["default"]
