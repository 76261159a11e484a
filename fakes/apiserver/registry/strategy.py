"""What differs between resources, in small pure methods; the verbs themselves are in ``store``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.validation import dns1123_subdomain

__all__ = ["FieldLabelError", "MetadataCheck", "Strategy"]

Object = dict[str, Any]
MetadataCheck = Literal["change", "whole", "rules"]
"""The rules of changes, those of a new object, and the place of the kind's own rules, which is the end if not said."""


class FieldLabelError(ValueError):
    """A field selector names a field that this kind cannot be selected by. The message is the server's."""


class Strategy:
    """The rules of one kind. Subclasses override what is special; this class is right for a plain kind.

    Methods that change an object change it in place: what they are given is a private copy. Methods that validate
    return every error they find, in the order in which the server reports them, and change nothing.
    """

    has_generation: ClassVar[bool] = False
    """``metadata.generation`` starts at 1 and grows when something outside metadata and status changes."""
    first_generation: ClassVar[int | None] = 1
    """The generation of a new object; None where it stays as it was sent, and only changes count."""
    has_status: ClassVar[bool] = False
    """``status`` is a subresource: dropped on create, ignored on update of the main resource."""
    creates_status: ClassVar[bool] = False
    """Who creates an object may say its status, as kubelets do of their nodes."""
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"": ("status",), "status": ("spec",)})
    """With a status: what a write through the object and through each subresource leaves as it was, and nobody owns."""
    status_keeps_metadata: ClassVar[bool] = False
    """A write of the status changes neither labels, annotations, finalizers nor owners."""
    allow_create_on_update: ClassVar[bool] = False
    allow_unconditional_update: ClassVar[bool] = True
    returns_deleted_object: ClassVar[bool] = False
    default_propagation: ClassVar[str] = "Background"
    garbage_collected: ClassVar[bool] = True
    """A deletion may wait for dependents, or leave them to themselves; Events have none."""
    standard_finalizers: ClassVar[bool] = True
    """Finalizers must be qualified, or among those that Kubernetes itself has; custom resources need not."""
    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change",)
    """How the kind checks changed metadata after the store has: it shows in repeated causes."""
    status_metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change",)
    """The same for a write of the status."""
    graceful: ClassVar[bool] = False
    """Deletion may wait for somebody (a kubelet): see ``grace_period``."""

    validates_generated_base: ClassVar[bool] = True
    """``metadata.generateName`` is checked as the start of a name."""

    validate_name: Callable[[str], list[str]] = staticmethod(dns1123_subdomain)
    """What is wrong with ``metadata.name``; each text is the detail of an Invalid error."""

    def default(self, obj: Object) -> None:
        """Fill in what the API version defaults, after decoding and after every patch."""

    def registry_path(self, resource: GroupResource) -> str:
        """Where a server files the resource, as some messages print it."""
        return f"{resource.group}/{resource.resource}" if resource.group else resource.resource

    def counted(self, obj: Object) -> Any:
        """What the generation counts the changes of: all but metadata, and but status where that is a subresource."""
        skipped = ("metadata", "status") if self.has_status else ("metadata",)
        return {name: value for name, value in obj.items() if name not in skipped}

    def prepare_for_create(self, obj: Object) -> None:
        """Drop or set what a client may not choose (beyond status and generation, which the store sees to)."""

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        """Keep what a client may not change."""

    def validate(self, obj: Object) -> list[FieldError]:
        """Errors outside ``metadata``'s general rules, which the store checks first."""
        return []

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        """Errors of a change. The default is everything that ``validate`` finds in the new object."""
        return self.validate(obj)

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        """Keep what a client may not change through ``/status``; the store has restored everything outside status."""

    def stamp_status(self, obj: Object, old: Object, now: str) -> None:
        """Write into a new status the times that the server knows better, ``now`` as RFC 3339 has it."""

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return []

    def grace_period(self, obj: Object, requested: int | None) -> int:
        """Seconds that a deletion of a ``graceful`` kind waits; 0 deletes at once."""
        return 0

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        """The values of fields that a field selector may name."""
        metadata = obj["metadata"]
        return {
            "metadata.name": metadata.get("name", ""),
            "metadata.namespace": metadata.get("namespace", ""),
        }

    def check_field_label(self, label: str) -> str:
        """The name under which ``selectable_fields`` has a field; aliases become the real name.

        Raises:
            FieldLabelError: the kind cannot be selected by it.
        """
        if label in ("metadata.name", "metadata.namespace"):
            return label
        raise FieldLabelError(
            f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'
        )

    def deletion_warnings(self, explicit: bool) -> list[str]:
        """What there is to say of a deletion; ``explicit`` if it says what becomes of dependents."""
        return []

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        """Texts of ``Warning: 299`` headers for an accepted write."""
        return []
