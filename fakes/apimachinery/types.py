"""The structure of an object, as patches, server-side apply, decoding and pruning need it.

A ``Type`` is a node of a graph (recursive types point back to themselves). It is made from the OpenAPI definitions of
built-in kinds or from the schema of a CustomResourceDefinition; nothing that reads it needs to know which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["ANY", "Presence", "Type"]

Kind = Literal["struct", "map", "list", "scalar", "any"]
Scalar = Literal[
    "",
    "string",
    "int32",
    "int64",
    "number",
    "boolean",
    "bytes",
    "quantity",
    "int-or-string",
    "time",
    "micro-time",
    "duration",
]
Presence = Literal["pointer", "omitempty", "omitzero", "always", "null"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Type:
    """One node. Compared by identity; ``fields`` is filled once by the builder, which is how cycles are closed.

    kind
        ``struct`` has named fields, ``map`` any keys, ``list`` items, ``scalar`` neither; ``any`` is JSON of any shape
        (RawExtension, FieldsV1, JSON).
    name
        The Go type's name for built-in kinds (``DeploymentSpec``), the kind or empty for custom ones.
    fields
        Of a struct: the JSON name of each field to its type, in the order in which the server writes them.
    element
        Of a map or list: the type of its values.
    list_type, list_keys
        ``x-kubernetes-list-type`` (``atomic`` when absent) and ``x-kubernetes-list-map-keys``.
    atomic
        ``x-kubernetes-map-type: atomic`` of a struct or map: it is owned and replaced as a whole.
    merge_key, merge, retain_keys, replaced
        Strategic merge patch: ``x-kubernetes-patch-merge-key``; whether ``x-kubernetes-patch-strategy`` holds ``merge``;
        whether it holds ``retainKeys``; whether it is ``replace``.
    preserve_unknown
        Fields that are not named are kept.
    required, nullable, default
        As in the schema; ``default`` is None where there is none.
    key_defaults
        Of a list of type ``map``: defaults of key fields that an item may leave out.
    definition, go_type
        Of built-in types: the name of the OpenAPI definition of a struct, and how Go prints the type (``v1.Container``,
        ``[]string``).
    presence
        Of a built-in struct: what the server writes for each field. A ``pointer`` is written when it was given, however
        empty; ``omitempty`` leaves out zeros, empty lists and maps, but never a struct; ``omitzero`` leaves out zero
        structs too; ``always`` writes the zero value, and ``null`` a null, when nothing was given.
    numbers
        Of a built-in struct: the field of each protobuf number, or the struct whose fields stand in this one.
    inlined
        Of a built-in struct: how Go's decoder calls those of its fields that come from a struct within it
        (``VolumeSource.emptyDir``).
    """

    kind: Kind
    name: str = ""
    fields: dict[str, Type] = field(default_factory=dict)
    element: Type | None = None
    scalar: Scalar = ""
    list_type: Literal["atomic", "set", "map"] = "atomic"
    list_keys: tuple[str, ...] = ()
    atomic: bool = False
    merge_key: str = ""
    merge: bool = False
    retain_keys: bool = False
    replaced: bool = False
    preserve_unknown: bool = False
    required: tuple[str, ...] = ()
    nullable: bool = False
    default: Any = None
    key_defaults: dict[str, Any] = field(default_factory=dict)
    embedded: bool = False
    definition: str = ""
    go_type: str = ""
    presence: dict[str, Presence] = field(default_factory=dict)
    numbers: dict[int, str | Type] = field(default_factory=dict)
    inlined: dict[str, str] = field(default_factory=dict)


ANY = Type(kind="any", preserve_unknown=True)
