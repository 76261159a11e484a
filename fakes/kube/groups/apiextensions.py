"""CustomResourceDefinition. Source: k8s.io/apiextensions-apiserver, pkg/registry/customresourcedefinition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import quote
from fakes.apiserver.registry.strategy import Object, Strategy
from fakes.kube.custom_resources.definition_validation import (
    validate_definition,
    validate_definition_update,
    validate_names,
)
from fakes.kube.custom_resources.formats import known_format

__all__ = ["CustomResourceDefinitionStrategy"]


class CustomResourceDefinitionStrategy(Strategy):
    """Definitions of kinds. Names and conditions in the status are the naming controller's: see ``naming``."""

    has_generation = True
    has_status = True
    status_keeps_metadata = True
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("status",), "status": ("spec", "metadata")}
    allow_unconditional_update = False
    standard_finalizers = False
    returns_deleted_object = True

    def default(self, obj: Object) -> None:
        spec = dict(obj.get("spec") or {})
        names = dict(spec.get("names") or {})
        kind = names.get("kind", "")
        if not names.get("singular"):
            names["singular"] = kind.lower()
        if not names.get("listKind") and kind:
            names["listKind"] = f"{kind}List"
        spec["names"] = names
        spec["conversion"] = _conversion(spec.get("conversion") or {"strategy": "None"})
        if not spec.get("preserveUnknownFields"):
            spec.pop("preserveUnknownFields", None)
        obj["spec"] = spec
        obj["status"] = _status(obj)

    def prepare_for_create(self, obj: Object) -> None:
        obj["status"] = _status({"spec": obj["spec"]})

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        status = dict(old.get("status") or {})
        stored = list(status.get("storedVersions") or ())
        storage = _storage_version(obj["spec"])
        if storage and storage not in stored:
            status["storedVersions"] = [*stored, storage]
        obj["status"] = status

    def validate(self, obj: Object) -> list[FieldError]:
        return validate_definition(obj)

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_definition_update(obj, old)

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        names = (obj.get("status") or {}).get("acceptedNames") or {}
        return list(validate_names(names, "status.acceptedNames"))

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        known = set(_unknown_formats(old)) if old else set()
        return [f"unrecognized format {quote(name)}" for name in _unknown_formats(obj) if name not in known]


def _conversion(conversion: Mapping[str, Any]) -> Mapping[str, Any]:
    client = (conversion.get("webhook") or {}).get("clientConfig") or {}
    service = client.get("service")
    if service is None or service.get("port") is not None:
        return conversion
    client = {**client, "service": {**service, "port": 443}}
    return {**conversion, "webhook": {**conversion["webhook"], "clientConfig": client}}


def _storage_version(spec: Mapping[str, Any]) -> str | None:
    versions = spec.get("versions") or ()
    return next((str(version.get("name", "")) for version in versions if version.get("storage")), None)


def _status(obj: Mapping[str, Any]) -> dict[str, Any]:
    """The status with the fields that are always written, and the storage version if none is stored yet."""
    status: dict[str, Any] = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}}
    status |= {name: value for name, value in (obj.get("status") or {}).items() if value is not None}
    if not status.get("storedVersions"):
        storage = _storage_version(obj["spec"])
        status["storedVersions"] = None if storage is None else [storage]
    return status


def _unknown_formats(crd: Mapping[str, Any]) -> Iterator[str]:
    for version in crd["spec"].get("versions") or ():
        yield from _formats((version.get("schema") or {}).get("openAPIV3Schema"))


def _formats(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _formats(each)
    if not isinstance(schema, Mapping):
        return
    name, kind = schema.get("format"), schema.get("type", "")
    if isinstance(name, str) and name and not known_format((kind,), name):
        yield name
    for word in ("items", "additionalProperties", "not", "allOf", "anyOf", "oneOf"):
        yield from _formats(schema.get(word))
    for each in (schema.get("properties") or {}).values():
        yield from _formats(each)
