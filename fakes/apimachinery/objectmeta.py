"""The rules of ``metadata`` that every kind shares, on create and on update.

The server applies them to an update more than once, and lists what it finds as often: its store first, by
``validate_common_fields``, then the kind by ``validate_object_meta_update``, and many built-in kinds once more by
``validate_object_meta``. Source: k8s.io/apimachinery, pkg/api/validation/objectmeta.go (v0.36.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError, index
from fakes.apimachinery.validation import (
    dns1123_label,
    label_value,
    path_segment_name,
    path_segment_prefix,
    qualified_name,
)

__all__ = [
    "standard_finalizers",
    "validate_annotations",
    "validate_common_fields",
    "validate_finalizers",
    "validate_labels",
    "validate_object_meta",
    "validate_object_meta_update",
    "validate_owner_references",
]

Metadata = Mapping[str, Any]
_MAX_ANNOTATIONS = 256 * 1024
_IMMUTABLE = (
    "name",
    "namespace",
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)
_STRINGS = frozenset({"name", "namespace", "uid"})


def validate_object_meta(
    metadata: Metadata,
    *,
    namespaced: bool,
    validate_name: Callable[[str], list[str]],
    finalizers_standard: bool = False,
    path: str = "metadata",
) -> list[FieldError]:
    """Errors of the metadata of a new object, whose name has been generated already.

    ``finalizers_standard`` adds what built-in groups ask beyond: see ``standard_finalizers``. Custom resources,
    CustomResourceDefinitions and APIServices do not.
    """
    errors = [*_name(metadata, validate_name, path), *_namespace(metadata, namespaced, path)]
    if metadata.get("generation", 0) < 0:
        detail = "must be greater than or equal to 0"
        errors.append(FieldError.invalid(f"{path}.generation", metadata["generation"], detail))
    errors += _parts(metadata, path)
    if finalizers := metadata.get("finalizers"):
        errors += validate_finalizers(finalizers, f"{path}.finalizers")
    errors += _managed_fields(metadata, path)
    if finalizers_standard and finalizers:
        errors += standard_finalizers(finalizers, f"{path}.finalizers")
    return errors


def validate_object_meta_update(
    new: Metadata, old: Metadata, *, finalizers_standard: bool = False, path: str = "metadata"
) -> list[FieldError]:
    """Errors of changed metadata, each once."""
    errors: list[FieldError] = []
    if old.get("deletionTimestamp"):
        errors += _no_new_finalizers(new, old, path)
    if not new.get("resourceVersion"):
        errors.append(FieldError.invalid(f"{path}.resourceVersion", "", "must be specified for an update"))
    if new.get("generation", 0) < old.get("generation", 0):
        detail = "must not be decremented"
        errors.append(FieldError.invalid(f"{path}.generation", new.get("generation", 0), detail))
    for name in _IMMUTABLE:
        value = new.get(name)
        if value != old.get(name):
            shown = value or "" if name in _STRINGS else value
            errors.append(FieldError.invalid(f"{path}.{name}", shown, "field is immutable"))
    errors += _parts(new, path)
    errors += _managed_fields(new, path)
    if finalizers_standard:
        errors += standard_finalizers(new.get("finalizers") or (), f"{path}.finalizers")
    return errors


def validate_common_fields(new: Metadata, old: Metadata, *, namespaced: bool) -> list[FieldError]:
    """Errors of changed metadata that the store finds, whatever the kind."""
    errors = validate_object_meta(new, namespaced=namespaced, validate_name=path_segment_name)
    return errors + validate_object_meta_update(new, old)


def _parts(metadata: Metadata, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if labels := metadata.get("labels"):
        errors += validate_labels(labels, f"{path}.labels")
    if annotations := metadata.get("annotations"):
        errors += validate_annotations(annotations, f"{path}.annotations")
    if owners := metadata.get("ownerReferences"):
        errors += validate_owner_references(owners, f"{path}.ownerReferences")
    return errors


def _name(metadata: Metadata, validate_name: Callable[[str], list[str]], path: str) -> Iterator[FieldError]:
    if base := metadata.get("generateName"):
        for text in _validate_prefix(base, validate_name):
            yield FieldError.invalid(f"{path}.generateName", base, text)
    if name := metadata.get("name"):
        for text in validate_name(name):
            yield FieldError.invalid(f"{path}.name", name, text)
    else:
        yield FieldError.required(f"{path}.name", "name or generateName is required")


def _validate_prefix(base: str, validate_name: Callable[[str], list[str]]) -> list[str]:
    if validate_name is path_segment_name:
        return path_segment_prefix(base)
    masked = base[:-2] + "a" if len(base) > 1 and base.endswith("-") else base
    return validate_name(masked)


def _namespace(metadata: Metadata, namespaced: bool, path: str) -> Iterator[FieldError]:
    namespace = metadata.get("namespace", "")
    if not namespaced:
        if namespace:
            yield FieldError.forbidden(f"{path}.namespace", "not allowed on this type")
    elif not namespace:
        yield FieldError.required(f"{path}.namespace")
    else:
        for text in dns1123_label(namespace):
            yield FieldError.invalid(f"{path}.namespace", namespace, text)


def validate_labels(labels: Mapping[str, str], path: str) -> list[FieldError]:
    """Errors of keys and values, all at the path of the map."""
    errors: list[FieldError] = []
    for key, value in labels.items():
        errors += [FieldError.invalid(path, key, text) for text in qualified_name(key)]
        errors += [FieldError.invalid(path, value, text) for text in label_value(value)]
    return errors


def validate_annotations(annotations: Mapping[str, str], path: str) -> list[FieldError]:
    """Errors of keys, in which case does not matter, and of the size of all together."""
    errors: list[FieldError] = []
    size = 0
    for key, value in annotations.items():
        errors += [FieldError.invalid(path, key, text) for text in qualified_name(key.lower())]
        size += len(key) + len(value)
    if 4 * size > _MAX_ANNOTATIONS:
        size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
        if size > _MAX_ANNOTATIONS:
            errors.append(FieldError.too_long(path, _MAX_ANNOTATIONS))
    return errors


def validate_owner_references(references: Sequence[Mapping[str, Any]], path: str) -> list[FieldError]:
    """Errors of each reference, without its index, and of more than one controller."""
    errors: list[FieldError] = []
    controller = ""
    for reference in references:
        errors += _owner_reference(reference, path)
        if reference.get("controller"):
            owner = f"{reference.get('kind', '')}/{reference.get('name', '')}"
            if controller:
                found = f'Found "true" in references for {controller} and {owner}'
                detail = f"Only one reference can have Controller set to true. {found}"
                shown = [_shown_owner(each) for each in references]
                errors.append(FieldError.invalid(path, shown, detail))
            else:
                controller = owner
    return errors


def _owner_reference(reference: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    api_version, kind = reference.get("apiVersion", ""), reference.get("kind", "")
    if not api_version.rpartition("/")[2] or api_version.count("/") > 1:
        yield FieldError.invalid(f"{path}.apiVersion", api_version, "version must not be empty")
    for name in ("kind", "name", "uid"):
        if not reference.get(name):
            yield FieldError.invalid(f"{path}.{name}", "", "must not be empty")
    if (api_version, kind) == ("v1", "Event"):
        shown = golang.json_text([_shown_owner(reference)])[1:-1]
        detail = "/v1, Kind=Event is disallowed from being an owner"
        yield FieldError(reason="FieldValueInvalid", path=path, body=f"Invalid value: {shown}: {detail}")


def _shown_owner(reference: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {name: reference.get(name, "") for name in ("apiVersion", "kind", "name", "uid")}
    flags = ("controller", "blockOwnerDeletion")
    return shown | {name: reference[name] for name in flags if reference.get(name) is not None}


def validate_finalizers(finalizers: Sequence[str], path: str) -> list[FieldError]:
    """Errors of names, and of two finalizers that contradict each other."""
    errors = [FieldError.invalid(path, name, text) for name in finalizers for text in qualified_name(name)]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(FieldError.invalid(path, list(finalizers), detail))
    return errors


def standard_finalizers(finalizers: Sequence[str], path: str) -> list[FieldError]:
    """What built-in groups ask of finalizers: a name without a domain must be one that Kubernetes knows."""
    detail = "name is neither a standard finalizer name nor is it fully qualified"
    known = ("kubernetes", "orphan", "foregroundDeletion")
    return [
        FieldError.invalid(index(path, position), name, detail)
        for position, name in enumerate(finalizers)
        if "/" not in name and name not in known
    ]


def _no_new_finalizers(new: Metadata, old: Metadata, path: str) -> Iterator[FieldError]:
    if added := sorted(set(new.get("finalizers") or ()) - set(old.get("finalizers") or ())):
        shown = "[]string{" + ", ".join(golang.quote(name) for name in added) + "}"
        detail = (
            f"no new finalizers can be added if the object is being deleted, found new finalizers {shown}"
        )
        yield FieldError.forbidden(f"{path}.finalizers", detail)


def _managed_fields(metadata: Metadata, path: str) -> Iterator[FieldError]:
    for position, entry in enumerate(metadata.get("managedFields") or ()):
        at = index(f"{path}.managedFields", position)
        if (operation := entry.get("operation", "")) not in ("Apply", "Update"):
            yield FieldError.invalid(f"{at}.operation", operation, "must be `Apply` or `Update`")
        if (fields_type := entry.get("fieldsType", "")) not in ("", "FieldsV1"):
            yield FieldError.invalid(f"{at}.fieldsType", fields_type, "must be `FieldsV1`")
        if len(entry.get("manager", "").encode()) > 128:
            yield FieldError.too_long(f"{at}.manager", 128)
        if len(entry.get("subresource", "").encode()) > 256:
            yield FieldError.too_long(f"{at}.subresource", 256)
