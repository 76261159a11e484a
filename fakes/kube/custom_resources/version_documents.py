"""What a version of a definition says apart from its schema: subresources, columns, selectable fields, conversion.

Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1035_label
from fakes.kube.custom_resources.field_paths import FieldPathError, valid_field_path
from fakes.kube.custom_resources.structural import Structural
from fakes.kube.groups.webhook_validation import validate_client

__all__ = ["validate_columns", "validate_conversion", "validate_selectable_fields", "validate_subresources"]

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_MAX_SELECTABLE = 8


def validate_subresources(subresources: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """Errors of the paths of ``scale``."""
    scale = subresources.get("scale")
    if scale is None:
        return
    required = (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status."))
    for field, prefix in required:
        where, value = f"{path}.scale.{field}", scale.get(field, "")
        if not value:
            yield FieldError.required(where)
        elif errors := list(_json_path(value, where)):
            yield from errors
        elif not value.startswith(prefix):
            yield FieldError.invalid(where, value, f"should be a json path under {prefix[:-1]}")
    if value := scale.get("labelSelectorPath"):
        where = f"{path}.scale.labelSelectorPath"
        if errors := list(_json_path(value, where)):
            yield from errors
        elif not value.startswith((".spec.", ".status.")):
            yield FieldError.invalid(where, value, "should be a json path under either .spec or .status")


def _json_path(value: str, path: str) -> Iterator[FieldError]:
    if not value.startswith("."):
        yield FieldError.invalid(path, value, "must be a simple json path starting with .")


def validate_columns(columns: Sequence[Mapping[str, Any]], path: str) -> Iterator[FieldError]:
    """Errors of ``additionalPrinterColumns``."""
    for index, column in enumerate(columns):
        where = f"{path}[{index}]"
        if not column.get("name"):
            yield FieldError.required(f"{where}.name")
        kind, detail = column.get("type", ""), f"must be one of {','.join(_COLUMN_TYPES)}"
        if not kind:
            yield FieldError.required(f"{where}.type", detail)
        elif kind not in _COLUMN_TYPES:
            yield FieldError.invalid(f"{where}.type", kind, detail)
        if (form := column.get("format")) and form not in _COLUMN_FORMATS:
            yield FieldError.invalid(f"{where}.format", form, f"must be one of {','.join(_COLUMN_FORMATS)}")
        if not column.get("jsonPath"):
            yield FieldError.required(f"{where}.JSONPath")
        else:
            yield from _json_path(column["jsonPath"], f"{where}.JSONPath")


def validate_selectable_fields(
    fields: Sequence[Mapping[str, Any]], schema: Structural, path: str
) -> Iterator[FieldError]:
    """Errors of ``selectableFields``."""
    seen: set[str] = set()
    for index, field in enumerate(fields):
        where, text = f"{path}[{index}].jsonPath", field.get("jsonPath", "")
        if not text:
            yield FieldError.required(where)
            continue
        try:
            shown, found = valid_field_path(text, schema, brackets=False)
        except FieldPathError as error:
            yield FieldError.invalid(where, text, f"is an invalid path: {error}")
            continue
        if shown.split(".")[0] == "metadata":
            yield FieldError.invalid(where, text, "must not point to fields in metadata")
        if found.type not in ("string", "boolean", "integer"):
            detail = "must point to a field of type string, boolean or integer. "
            yield FieldError.invalid(
                where, text, f"{detail}Enum string fields and strings with formats are allowed."
            )
        if shown in seen:
            yield FieldError.duplicate(where, text)
        seen.add(shown)
    if len(seen) > _MAX_SELECTABLE:
        yield FieldError.too_many(path, len(seen), _MAX_SELECTABLE)


def validate_conversion(conversion: Mapping[str, Any] | None, path: str) -> Iterator[FieldError]:
    """Errors of ``spec.conversion``."""
    if conversion is None:
        return
    strategy, webhook = conversion.get("strategy", ""), conversion.get("webhook") or {}
    if not strategy:
        yield FieldError.required(f"{path}.strategy")
    elif strategy not in ("None", "Webhook"):
        yield FieldError.not_supported(f"{path}.strategy", strategy, ("None", "Webhook"))
    where, versions = f"{path}.webhookClientConfig", webhook.get("conversionReviewVersions") or []
    client = webhook.get("clientConfig")
    if strategy == "Webhook":
        if client is None:
            yield FieldError.required(where, "required when strategy is set to Webhook")
        else:
            yield from validate_client(client, where)
        yield from _review_versions(versions, f"{path}.conversionReviewVersions")
        return
    detail = "should not be set when strategy is not set to Webhook"
    if client is not None:
        yield FieldError.forbidden(where, detail)
    if versions:
        yield FieldError.forbidden(f"{path}.conversionReviewVersions", detail)


def _review_versions(versions: Sequence[str], path: str) -> Iterator[FieldError]:
    if not versions:
        yield FieldError.required(path)
        return
    for index, version in enumerate(versions):
        if version in versions[:index]:
            yield FieldError.invalid(f"{path}[{index}]", version, "duplicate version")
            continue
        for text in dns1035_label(version):
            yield FieldError.invalid(f"{path}[{index}]", version, text)
    if not {"v1", "v1beta1"}.intersection(versions):
        yield FieldError.invalid(path, list(versions), "must include at least one of v1, v1beta1")
