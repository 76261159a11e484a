"""A structural schema, read once from ``openAPIV3Schema``: the tree that every other module here walks.

Nested schemas below ``allOf``, ``anyOf``, ``oneOf`` and ``not`` are the same nodes; they have no type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.kube.custom_resources.formats import known_format
from fakes.kube.custom_resources.patterns import compile_pattern

__all__ = ["PRESERVE_ALL", "Structural"]

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structural:
    """One node. ``types`` is empty where any type is right, and has two members for an int-or-string.

    ``default`` is None where there is none. ``additional`` is the schema of values under keys that are not named;
    ``open`` says that such keys are allowed at all. The ``has_`` flags say whether a walk for that purpose finds
    anything at this node or below.
    """

    types: tuple[str, ...] = ()
    format: str = ""
    nullable: bool = False
    default: Any = None
    properties: dict[str, Structural] = field(default_factory=dict)
    items: Structural | None = None
    additional: Structural | None = None
    open: bool = False
    closed: bool = False
    preserve: bool = False
    embedded: bool = False
    int_or_string: bool = False
    list_type: str = ""
    list_keys: tuple[str, ...] = ()
    map_type: str = ""
    required: tuple[str, ...] = ()
    maximum: float | None = None
    exclusive_maximum: bool = False
    minimum: float | None = None
    exclusive_minimum: bool = False
    multiple_of: float | None = None
    max_length: int | None = None
    min_length: int | None = None
    pattern: str = ""
    matches: Callable[[str], bool] | None = None
    max_items: int | None = None
    min_items: int | None = None
    unique_items: bool = False
    max_properties: int | None = None
    min_properties: int | None = None
    enum: tuple[Any, ...] = ()
    all_of: tuple[Structural, ...] = ()
    any_of: tuple[Structural, ...] = ()
    one_of: tuple[Structural, ...] = ()
    not_: Structural | None = None
    rules: tuple[Mapping[str, Any], ...] = ()
    has_defaults: bool = False
    has_embedded: bool = False
    has_unique_lists: bool = False

    @property
    def type(self) -> str:
        """The type as the schema has it; empty for an int-or-string."""
        return self.types[0] if len(self.types) == 1 else ""

    @classmethod
    def parse(cls, schema: Schema) -> Structural:
        """Compile an ``openAPIV3Schema``, whose validity has been checked when it was stored."""
        properties = {name: cls.parse(each) for name, each in (schema.get("properties") or {}).items()}
        items = cls.parse(schema["items"]) if schema.get("items") else None
        allowed = schema.get("additionalProperties")
        additional = cls.parse(allowed) if isinstance(allowed, Mapping) else None
        below = [*properties.values(), *(node for node in (items, additional) if node)]
        int_or_string = bool(schema.get("x-kubernetes-int-or-string"))
        kind = schema.get("type", "")
        types = ("integer", "string") if int_or_string else (kind,) if kind else ()
        list_type = schema.get("x-kubernetes-list-type") or ""
        return cls(
            types=types,
            format=known_format(types, schema.get("format", "")),
            nullable=bool(schema.get("nullable")),
            default=schema.get("default"),
            properties=properties,
            items=items,
            additional=additional,
            open=additional is not None or allowed is True,
            closed=allowed is False,
            preserve=bool(schema.get("x-kubernetes-preserve-unknown-fields")),
            embedded=bool(schema.get("x-kubernetes-embedded-resource")),
            int_or_string=int_or_string,
            list_type=list_type,
            list_keys=tuple(schema.get("x-kubernetes-list-map-keys") or ()),
            map_type=schema.get("x-kubernetes-map-type") or "",
            rules=tuple(schema.get("x-kubernetes-validations") or ()),
            has_defaults=any(node.default is not None or node.has_defaults for node in below),
            has_embedded=any(node.embedded or node.has_embedded for node in below),
            has_unique_lists=list_type in ("set", "map") or any(node.has_unique_lists for node in below),
            **_limits(schema),
            **_combinations(cls, schema),
        )


def _limits(schema: Schema) -> dict[str, Any]:
    pattern = schema.get("pattern") or ""
    return {
        "required": tuple(schema.get("required") or ()),
        "maximum": schema.get("maximum"),
        "exclusive_maximum": bool(schema.get("exclusiveMaximum")),
        "minimum": schema.get("minimum"),
        "exclusive_minimum": bool(schema.get("exclusiveMinimum")),
        "multiple_of": schema.get("multipleOf"),
        "max_length": schema.get("maxLength"),
        "min_length": schema.get("minLength"),
        "pattern": pattern,
        "matches": compile_pattern(pattern) if pattern else None,
        "max_items": schema.get("maxItems"),
        "min_items": schema.get("minItems"),
        "unique_items": bool(schema.get("uniqueItems")),
        "max_properties": schema.get("maxProperties"),
        "min_properties": schema.get("minProperties"),
        "enum": tuple(schema.get("enum") or ()),
    }


def _combinations(cls: type[Structural], schema: Schema) -> dict[str, Any]:
    nested = {"all_of": "allOf", "any_of": "anyOf", "one_of": "oneOf"}
    found: dict[str, Any] = {
        name: tuple(cls.parse(each) for each in schema.get(word) or ()) for name, word in nested.items()
    }
    found["not_"] = cls.parse(schema["not"]) if schema.get("not") is not None else None
    return found


PRESERVE_ALL = Structural(types=("object",), preserve=True)
"""The schema of a version that keeps everything."""
