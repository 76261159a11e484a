"""Whether a CustomResourceDefinition is valid, beyond its general metadata.

Source: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation/validation.go (v0.36.2). Not checked: the
certificates of a conversion webhook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import dns1035_label, dns1123_subdomain
from fakes.kube.custom_resources.default_validation import validate_defaults
from fakes.kube.custom_resources.internal_versions import parts, printed
from fakes.kube.custom_resources.naming import is_established
from fakes.kube.custom_resources.schema_document import validate_schema_document
from fakes.kube.custom_resources.structural import Structural
from fakes.kube.custom_resources.structural_validation import validate_structural
from fakes.kube.custom_resources.version_documents import (
    validate_columns,
    validate_conversion,
    validate_selectable_fields,
    validate_subresources,
)

__all__ = ["validate_definition", "validate_definition_update", "validate_names"]

Definition = Mapping[str, Any]
_APPROVAL = "api-approved.kubernetes.io"
_AT_ROOT = (
    "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum",
    "MaxLength", "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items",
    "Properties", "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
)  # fmt: skip
_NOT_STRUCTURAL = (
    "id",
    "$schema",
    "$ref",
    "patternProperties",
    "dependencies",
    "additionalItems",
    "definitions",
)
_FORBIDDEN_AT_ROOT = ("default", "enum", "maxProperties", "minProperties", "allOf", "oneOf", "anyOf", "not")


def validate_definition(crd: Definition) -> list[FieldError]:
    """Errors of a new definition."""
    spec = crd["spec"]
    errors: list[FieldError] = []
    wanted, detail = _full_name(spec), 'must be spec.names.plural+"."+spec.group'
    for field in ("generateName", "name"):
        given = crd["metadata"].get(field, "")
        if given and given != wanted:
            errors.append(FieldError.invalid(f"metadata.{field}", given, detail))
    errors += _spec(spec)
    errors += _status(crd)
    errors += _approval(crd, None)
    return errors + list(_preserve(spec))


def _full_name(spec: Mapping[str, Any]) -> str:
    return f"{(spec.get('names') or {}).get('plural', '')}.{spec.get('group', '')}"


def validate_definition_update(crd: Definition, old: Definition) -> list[FieldError]:
    """Errors of a changed definition."""
    spec, before = crd["spec"], old["spec"]
    errors = list(_spec(spec))
    names, old_names = spec.get("names") or {}, before.get("names") or {}
    immutable = []
    if is_established(old):
        immutable += [
            ("spec.scope", spec.get("scope", ""), before.get("scope", "")),
            ("spec.names.kind", names.get("kind", ""), old_names.get("kind", "")),
        ]
    immutable += [
        ("spec.group", spec.get("group", ""), before.get("group", "")),
        ("spec.names.plural", names.get("plural", ""), old_names.get("plural", "")),
    ]
    errors += [
        FieldError.invalid(path, new, "field is immutable") for path, new, was in immutable if new != was
    ]
    errors += _status(crd)
    errors += _approval(crd, old)
    return errors + list(_preserve(spec))


def _spec(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    group = spec.get("group", "")
    if not group:
        yield FieldError.required("spec.group")
    elif texts := dns1123_subdomain(group):
        yield FieldError.invalid("spec.group", group, ",".join(texts))
    elif "." not in group:
        yield FieldError.invalid("spec.group", group, "should be a domain with at least one dot")
    scope = spec.get("scope", "")
    if not scope:
        yield FieldError.required("spec.scope")
    elif scope not in ("Cluster", "Namespaced"):
        yield FieldError.not_supported("spec.scope", scope, ("Cluster", "Namespaced"))
    yield from _versions(spec)
    names = spec.get("names") or {}
    for field in ("plural", "singular", "kind", "listKind"):
        if not names.get(field):
            yield FieldError.required(f"spec.names.{field}")
    yield from validate_names(names, "spec.names")
    yield from _parts(spec, -1)
    yield from validate_conversion(spec.get("conversion"), "spec.conversion")


def _versions(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    versions = spec.get("versions") or []
    for index, version in enumerate(versions):
        if (version.get("schema") or {}).get("openAPIV3Schema") is None:
            yield FieldError.required(f"spec.versions[{index}].schema.openAPIV3Schema")
    for index, version in enumerate(versions):
        path = f"spec.versions[{index}]"
        if texts := dns1035_label(version.get("name", "")):
            yield FieldError.invalid(f"{path}.name", version.get("name", ""), ",".join(texts))
        yield from _deprecation(version, path)
        yield from _parts(spec, index)
    if len({version.get("name") for version in versions}) != len(versions):
        yield FieldError.invalid("spec.versions", printed(versions), "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        detail = "must have exactly one version marked as storage version"
        yield FieldError.invalid(
            "spec.versions", printed(versions) if spec.get("versions") is not None else None, detail
        )
    if versions and versions[0].get("name") and (texts := dns1035_label(versions[0].get("name", ""))):
        yield FieldError.invalid("spec.version", versions[0].get("name", ""), ",".join(texts))


def _deprecation(version: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    warning = version.get("deprecationWarning")
    where = f"{path}.deprecationWarning"
    if warning is None:
        return
    if not version.get("deprecated"):
        yield FieldError.invalid(where, warning, "can only be set for deprecated versions")
        return
    if len(warning.encode()) > 256:
        yield FieldError.invalid(where, warning, "must be <= 256 characters long")
    if not warning:
        yield FieldError.invalid(where, warning, "must not be an empty string")
    for index, character in enumerate(warning):
        if not character.isprintable():
            detail = "must only contain printable UTF-8 characters; non-printable character found at index"
            yield FieldError.invalid(where, warning, f"{detail} {index}")
            break


def _parts(spec: Mapping[str, Any], index: int) -> Iterator[FieldError]:
    """Errors of what one version has for itself, or, with index -1, of what all versions have alike."""
    versions = spec.get("versions") or []
    with_status = [_has_status(version) for version in versions]
    for part in parts(versions, "schema"):
        if part.index == index and part.value.get("openAPIV3Schema") is not None:
            status = any(with_status) if index < 0 else with_status[index]
            yield from _schema(part.value["openAPIV3Schema"], f"{part.path}.openAPIV3Schema", status=status)
    for part in parts(versions, "subresources"):
        if part.index == index:
            yield from validate_subresources(part.value, part.path)
    for part in parts(versions, "additionalPrinterColumns"):
        if part.index == index:
            yield from validate_columns(part.value, part.path)
    for part in parts(versions, "selectableFields"):
        schema = (versions[max(index, 0)].get("schema") or {}).get("openAPIV3Schema")
        if part.index == index and part.value and schema:
            yield from validate_selectable_fields(part.value, Structural.parse(schema), part.path)


def _has_status(version: Mapping[str, Any]) -> bool:
    return (version.get("subresources") or {}).get("status") is not None


def _schema(schema: Mapping[str, Any], path: str, *, status: bool) -> Iterator[FieldError]:
    if status:
        yield from _root(schema, path)
    if schema.get("nullable"):
        yield FieldError.forbidden(f"{path}.nullable", "nullable cannot be true at the root")
    unsupported = _unsupported(schema)
    errors = [] if unsupported else validate_structural(schema, path)
    if not errors and not unsupported:
        errors = validate_defaults(Structural.parse(schema), path)
    yield from errors
    said = validate_schema_document(schema, path, structural=not errors and not unsupported)
    yield from said
    if unsupported and not said:
        yield FieldError.invalid(path, "", f"OpenAPIV3Schema '{unsupported}' is not supported")


def _unsupported(schema: Mapping[str, Any]) -> str:
    """A keyword that no structural schema can hold, at any depth."""
    for word in _NOT_STRUCTURAL:
        if schema.get(word):
            return word.lstrip("$") if word == "$schema" else word
    if isinstance(schema.get("items"), list):
        return "items"
    alternatives = (each for word in ("allOf", "oneOf", "anyOf") for each in schema.get(word) or ())
    single = (schema.get(word) for word in ("items", "additionalProperties", "not"))
    below = (*(schema.get("properties") or {}).values(), *alternatives, *single)
    return next((found for each in below if isinstance(each, Mapping) and (found := _unsupported(each))), "")


def _root(schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    if (kind := schema.get("type", "")) and kind != "object":
        detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
        yield FieldError.invalid(f"{path}.type", kind, detail)
    elif any(schema.get(name) for name in _FORBIDDEN_AT_ROOT):
        allowed = f"[{' '.join(_AT_ROOT)}]"
        detail = f"only {allowed} fields are allowed at the root of the schema if the status subresource is enabled"
        yield FieldError.invalid(path, dict(schema), detail)


def validate_names(names: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """Errors of names, in ``spec`` or as accepted."""
    for field in ("plural", "singular"):
        name = names.get(field, "")
        if name and (texts := dns1035_label(name)):
            yield FieldError.invalid(f"{path}.{field}", name, ",".join(texts))
    for field in ("kind", "listKind"):
        name = names.get(field, "")
        if name and (texts := dns1035_label(name.lower())):
            detail = f"may have mixed case, but should otherwise match: {','.join(texts)}"
            yield FieldError.invalid(f"{path}.{field}", name, detail)
    yield from _labels(names.get("shortNames") or (), f"{path}.shortNames")
    if names.get("kind") and names["kind"] == names.get("listKind"):
        detail = "kind and listKind may not be the same"
        yield FieldError.invalid(f"{path}.listKind", names["listKind"], detail)
    yield from _labels(names.get("categories") or (), f"{path}.categories")


def _labels(labels: Any, path: str) -> Iterator[FieldError]:
    for index, label in enumerate(labels):
        if texts := dns1035_label(label):
            yield FieldError.invalid(f"{path}[{index}]", label, ",".join(texts))


def _status(crd: Definition) -> Iterator[FieldError]:
    status = crd.get("status") or {}
    yield from validate_names(status.get("acceptedNames") or {}, "status.acceptedNames")
    path, stored = "status.storedVersions", status.get("storedVersions") or []
    if not stored:
        yield FieldError.invalid(path, stored or None, "must have at least one stored version")
        return
    versions = crd["spec"].get("versions") or ()
    for version in versions:
        if version.get("storage") and version["name"] not in stored:
            yield FieldError.invalid(path, stored, f"must have the storage version {version['name']}")
    names = {version.get("name") for version in versions}
    for index, name in enumerate(stored):
        if name not in names:
            detail = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions "
                f"until a storage migration ensures no data remains persisted in {name} and removes {name} from "
                "status.storedVersions"
            )
            yield FieldError.invalid(f"{path}[{index}]", name, detail)


def _approval(crd: Definition, old: Definition | None) -> Iterator[FieldError]:
    group = f".{crd['spec'].get('group', '')}"
    if not group.endswith((".k8s.io", ".kubernetes.io")):
        return
    state, annotation = _approval_state(crd)
    if old is not None and _approval_state(old)[0] == state:
        return
    where = f"metadata.annotations[{_APPROVAL}]"
    see = "see https://github.com/kubernetes/enhancements/pull/1111"
    need = f'protected groups must have approval annotation "{_APPROVAL}"'
    if state == "missing":
        yield FieldError.required(where, f"{need}, {see}")
    elif state == "invalid":
        detail = f'{need} with either a URL or a reason starting with "unapproved", {see}'
        yield FieldError.invalid(where, annotation, detail)


def _approval_state(crd: Definition) -> tuple[str, str]:
    annotation = (crd["metadata"].get("annotations") or {}).get(_APPROVAL, "")
    if not annotation:
        return "missing", annotation
    if annotation.startswith("unapproved"):
        return "bypassed", annotation
    parsed = urlsplit(annotation)
    return ("approved" if parsed.scheme and parsed.netloc else "invalid"), annotation


def _preserve(spec: Mapping[str, Any]) -> Iterator[FieldError]:
    if spec.get("preserveUnknownFields"):
        detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        yield FieldError.invalid("spec.preserveUnknownFields", True, detail)
