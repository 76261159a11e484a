"""One version of a CustomResourceDefinition, compiled: everything that a server does to its objects, purely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.schema import GroupVersionKind
from fakes.apimachinery.types import Type
from fakes.kube.custom_resources.columns import CustomResourceTable
from fakes.kube.custom_resources.correlation import ABSENT
from fakes.kube.custom_resources.defaulting import apply_defaults
from fakes.kube.custom_resources.embedded import validate_embedded
from fakes.kube.custom_resources.json_path import MISSING, compile_path
from fakes.kube.custom_resources.object_meta import coerce_embedded, coerce_metadata
from fakes.kube.custom_resources.pruning import prune, prune_nulls
from fakes.kube.custom_resources.rules import RuleTree, validate_rules
from fakes.kube.custom_resources.scale import ScalePaths
from fakes.kube.custom_resources.schema_validation import validate_schema
from fakes.kube.custom_resources.structural import PRESERVE_ALL, Structural
from fakes.kube.custom_resources.structural_types import resource_type
from fakes.kube.custom_resources.uniqueness import validate_uniqueness

__all__ = ["CustomResourceVersion"]

Object = dict[str, Any]
_BLOCKING = frozenset(
    {
        "FieldValueNotSupported",
        "FieldValueRequired",
        "FieldValueTooLong",
        "FieldValueTooMany",
        "FieldValueTypeInvalid",
    }
)
_NOT_CHECKED = FieldError.invalid(
    "",
    None,
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomResourceVersion:
    """A served version. Objects go through ``coerce``, then ``default``, then ``validate`` or ``validate_update``.

    ``definition`` is the entry of ``spec.versions``. Nothing here changes an object in place.
    """

    kind: GroupVersionKind
    namespaced: bool
    definition: Mapping[str, Any]
    schema: Structural
    type: Type
    rules: RuleTree | None
    table: CustomResourceTable
    has_status: bool
    scale: ScalePaths | None
    fields: Mapping[str, str]
    """Selectable fields: the name in a selector to the path in the object."""

    @classmethod
    def parse(cls, crd: Mapping[str, Any], name: str) -> CustomResourceVersion:
        """Compile the version of that name of a valid CustomResourceDefinition."""
        spec = crd["spec"]
        definition = next(version for version in spec["versions"] if version["name"] == name)
        document = (definition.get("schema") or {}).get("openAPIV3Schema")
        schema = Structural.parse(document) if document else PRESERVE_ALL
        subresources = definition.get("subresources") or {}
        scale = subresources.get("scale")
        kind = GroupVersionKind(spec["group"], name, spec["names"]["kind"])
        return cls(
            kind=kind,
            namespaced=spec["scope"] == "Namespaced",
            definition=definition,
            schema=schema,
            type=resource_type(schema, kind.kind),
            rules=RuleTree.compile(schema),
            table=CustomResourceTable(definition.get("additionalPrinterColumns") or ()),
            has_status=subresources.get("status") is not None,
            scale=ScalePaths.parse(scale) if scale else None,
            fields={
                each["jsonPath"].removeprefix("."): each["jsonPath"]
                for each in definition.get("selectableFields") or ()
            },
        )

    def type_errors(self, obj: Object) -> list[FieldError]:
        """Errors of ``kind`` and ``apiVersion``; where there are any, nothing else is looked at."""
        errors = []
        expected = {"kind": self.kind.kind, "apiVersion": self.kind.api_version}
        for field, value in expected.items():
            if obj.get(field) != value:
                errors.append(FieldError.invalid(field, obj.get(field, ""), f"must be {value}"))
        return errors

    def coerce(self, obj: Object, *, stored: bool = False) -> tuple[Object, list[str]]:
        """A decoded object without what nobody knows, and the paths of unknown fields in the server's order.

        ``stored`` is for objects that were read: metadata of wrong types is dropped, not refused.

        Raises:
            MetadataError: metadata does not decode.
        """
        metadata = obj.get("metadata")
        unknown: list[str] = []
        if "metadata" in obj:
            metadata, unknown = coerce_metadata(metadata, lenient=stored)
        pruned, found = prune(obj, self.schema)
        embedded: list[str] = []
        coerced: Object = coerce_embedded(
            prune_nulls(pruned, self.schema), self.schema, "", embedded, lenient=stored
        )
        if "metadata" in obj:
            coerced = {**coerced, "metadata": metadata}
        return coerced, unknown + found + sorted(embedded)

    def default(self, obj: Object) -> Object:
        """The object with defaults at all depths."""
        filled: Object = apply_defaults(obj, self.schema)
        return filled

    def validate(self, obj: Object) -> list[FieldError]:
        """Errors of a new object, outside the general rules of metadata."""
        errors = validate_schema(obj, self.schema)
        if self.scale is not None:
            errors += self.scale.validate(obj)
        errors += validate_embedded(obj, self.schema)
        errors += validate_uniqueness(obj, self.schema)
        return self._with_rules(obj, ABSENT, errors)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        """Errors of a changed object; what did not change is right."""
        errors = validate_schema(obj, self.schema, old=old)
        if self.scale is not None:
            errors += self.scale.validate(obj)
        errors += validate_embedded(obj, self.schema)
        errors += self._new_duplicates(obj, old)
        return self._with_rules(obj, old, errors)

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        """Errors of a changed status."""
        errors: list[FieldError] = []
        status = self.schema.properties.get("status")
        if status is not None and "status" in obj:
            before = old.get("status", ABSENT)
            errors += validate_schema(obj["status"], status, old=before, prefix="status")
        if self.scale is not None:
            errors += self.scale.validate(obj, status_only=True)
        errors += self._new_duplicates(obj, old)
        return self._with_rules(obj, old, errors)

    def _new_duplicates(self, obj: Object, old: Object) -> list[FieldError]:
        errors = validate_uniqueness(obj, self.schema)
        return [] if errors and validate_uniqueness(old, self.schema) else errors

    def _with_rules(self, obj: Object, old: Any, errors: list[FieldError]) -> list[FieldError]:
        if self.rules is None:
            return errors
        if any(error.reason in _BLOCKING for error in errors):
            return [*errors, _NOT_CHECKED]
        return errors + validate_rules(obj, self.rules, old=old)

    def selectable_fields(self, obj: Object) -> dict[str, str]:
        """The values of the fields that a field selector may name."""
        metadata = obj["metadata"]
        values = {"metadata.name": metadata.get("name", "")}
        if self.namespaced:
            values["metadata.namespace"] = metadata.get("namespace", "")
        for name, path in self.fields.items():
            value = compile_path(path)(obj)
            if value is MISSING or value is None:
                values[name] = ""
            else:
                values[name] = value if isinstance(value, str) else golang.number(value)
        return values
