"""The strategy of a custom resource: its compiled version, in the shape in which the store asks."""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import quote
from fakes.apimachinery.validation import qualified_name
from fakes.apiserver.registry.strategy import FieldLabelError, Object, Strategy
from fakes.kube.custom_resources.version import CustomResourceVersion

__all__ = ["CustomResourceStrategy"]

_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


class CustomResourceStrategy(Strategy):
    """Objects of one version. Made anew whenever the definition changes."""

    has_generation = True
    allow_unconditional_update = False
    standard_finalizers = False

    def __init__(self, version: CustomResourceVersion) -> None:
        self.version = version
        self.has_status = version.has_status  # type: ignore[misc]

    def default(self, obj: Object) -> None:
        filled = self.version.default(obj)
        if filled is not obj:
            obj.update(filled)

    def _typed(self, obj: Object) -> Object:
        """The object as its rules see it: with kind and version, which are not kept."""
        kind = self.version.kind
        return {"apiVersion": kind.api_version, "kind": kind.kind, **obj}

    def validate(self, obj: Object) -> list[FieldError]:
        return self.version.validate(self._typed(obj))

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.version.validate_update(self._typed(obj), self._typed(old))

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        metadata = dict(old["metadata"])
        if fields := obj["metadata"].get("managedFields"):
            metadata["managedFields"] = fields
        obj["metadata"] = metadata

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return self.version.validate_status_update(self._typed(obj), self._typed(old))

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return self.version.selectable_fields(obj)

    def check_field_label(self, label: str) -> str:
        if label == "metadata.name" or label in self.version.fields:
            return label
        if label == "metadata.namespace" and self.version.namespaced:
            return label
        raise FieldLabelError(f"field label not supported: {label}")

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        before = (old or {}).get("metadata", {}).get("finalizers") or ()
        added = sorted(set(obj["metadata"].get("finalizers") or ()) - set(before))
        return [text for name in added for text in _finalizer_warnings(name)]


def _finalizer_warnings(name: str) -> list[str]:
    texts = qualified_name(name)
    if "/" not in name and name not in _STANDARD_FINALIZERS:
        path = " including a path (/)" if "." in name else ""
        advice = f"prefer a domain-qualified finalizer name{path}"
        texts.append(f"{advice} to avoid accidental conflicts with other finalizer writers")
    return [f"metadata.finalizers: {quote(name)}: {text}" for text in texts]
