"""The generic registry: every verb once, over a storage, with a strategy for what differs between kinds.

Source: k8s.io/apiserver, pkg/registry/generic/registry/store.go and pkg/registry/rest; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from fakes.apimachinery.clock import Clock, rfc3339
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.objectmeta import (
    validate_common_fields,
    validate_object_meta,
    validate_object_meta_update,
)
from fakes.apimachinery.schema import GroupKind, GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry import deletion
from fakes.apiserver.registry.listing import list_objects, not_older_than, parse_revision, watch_objects
from fakes.apiserver.registry.objects import ordered, restore, same
from fakes.apiserver.registry.rest import (
    Context,
    Deleted,
    DeleteOptions,
    Listed,
    ListOptions,
    Object,
    Transform,
    Updated,
    Watching,
)  # fmt: skip
from fakes.apiserver.registry.strategy import Strategy
from fakes.apiserver.storage.interface import Storage, Stored

__all__ = ["Store", "changed_metadata"]

FieldErrors = list[FieldError]
Texts = list[str]

_NAME_TRIES = 8
_BATCH = 10_000
_MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


class Store:
    """All verbs of one resource.

    Args:
        resource: group and plural, as messages print them and as the storage files its objects.
        kind: group and kind, for messages about invalid objects.
        strategy: what is special about the kind.
    """

    def __init__(
        self, *, resource: GroupResource, kind: GroupKind, namespaced: bool, strategy: Strategy, storage: Storage,
        clock: Clock,
    ) -> None:  # fmt: skip
        self.resource = resource
        self.kind = kind
        self.namespaced = namespaced
        self.strategy = strategy
        self.storage = storage
        self.clock = clock
        self.table = str(resource)

    # Reading

    def key(self, context: Context, name: str) -> str:
        return f"{context.namespace}/{name}" if self.namespaced else name

    def prefix(self, context: Context) -> str:
        return f"{context.namespace}/" if self.namespaced and context.namespace else ""

    def find(self, context: Context, name: str) -> Stored:
        """What is stored under a name.

        Raises:
            StatusError: 404.
        """
        stored = self.storage.get(self.table, self.key(context, name))
        if stored is None:
            raise StatusError.not_found(self.resource, name)
        return stored

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        if resource_version:
            try:
                revision = parse_revision(resource_version)
            except ValueError as error:
                message = f'resourceVersion: Invalid value: "{resource_version}": {error}'
                raise StatusError.plain(message) from error
            await not_older_than(self.storage, self.clock, revision)
        return self.find(context, name)

    async def list(self, context: Context, options: ListOptions) -> Listed:
        return await list_objects(self.storage, self.clock, self.table, self.prefix(context), options)

    async def watch(self, context: Context, options: ListOptions) -> Watching:
        return watch_objects(self.storage, self.table, self.prefix(context), options)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return self.strategy.selectable_fields(obj)

    def check_field_label(self, label: str) -> str:
        return self.strategy.check_field_label(label)

    # Creating

    async def create(self, context: Context, obj: Object, name: str = "") -> Stored:
        metadata = obj["metadata"]
        if metadata.get("generateName") and not metadata.get("name"):
            return await self._create_generated(context, obj)
        return await self._create_named(context, obj)

    async def _create_generated(self, context: Context, obj: Object) -> Stored:
        base = obj["metadata"]["generateName"]
        obj = msgspec.to_builtins(obj)  # what a kind shares between its fields it shares no more
        for attempt in range(_NAME_TRIES):
            named = {**obj, "metadata": {**obj["metadata"], "name": self.storage.names.generate(base)}}
            try:
                return await self._create_named(context, named)
            except StatusError as error:
                if error.reason != "AlreadyExists" or attempt == _NAME_TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def _create_named(self, context: Context, obj: Object) -> Stored:
        obj = self.prepared_for_create(context, obj)
        metadata = obj["metadata"]
        name = metadata.get("name", "")
        errors = self._meta_errors(metadata) + self.strategy.validate(obj)
        if errors:
            raise StatusError.invalid(self.kind, name, errors)
        await context.validate(obj, None)
        if metadata.get("resourceVersion") not in (None, "", "0"):
            raise StatusError.plain("resourceVersion should not be set on objects to be created")
        key = self.key(context, name)
        existing = self.storage.get(self.table, key)
        if existing is not None:
            raise self._already_exists(existing)
        context.warnings.extend(self.strategy.warnings(obj, None))
        return self._put(context, key, obj)

    def prepared_for_create(self, context: Context, obj: Object) -> Object:
        """A copy with what the server stamps, and without what a client may not choose."""
        sent = obj["metadata"]
        stamped = {
            **sent, "uid": self.storage.names.uid(), "creationTimestamp": rfc3339(context.now),
        }  # fmt: skip
        if self.namespaced:
            stamped["namespace"] = context.namespace
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
            stamped.pop(field, None)
        if self.strategy.has_generation and self.strategy.first_generation is not None:
            stamped["generation"] = self.strategy.first_generation
        obj = {**obj, "metadata": ordered(stamped)}
        if self.strategy.has_status and not self.strategy.creates_status:
            obj.pop("status", None)
        self.strategy.prepare_for_create(obj)
        return obj

    def _already_exists(self, existing: Stored) -> StatusError:
        error = StatusError.already_exists(self.resource, existing.name)
        if existing.object["metadata"].get("deletionTimestamp"):
            error.status["message"] = f"object is being deleted: {error.message}"
        return error

    def _meta_errors(self, metadata: Mapping[str, Any]) -> FieldErrors:
        if not self.strategy.validates_generated_base and "generateName" in metadata:
            metadata = {name: value for name, value in metadata.items() if name != "generateName"}
        return validate_object_meta(
            metadata, namespaced=self.namespaced, validate_name=self.strategy.validate_name,
            finalizers_standard=self.strategy.standard_finalizers,
        )  # fmt: skip

    # Updating

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        while True:
            existing = self.storage.get(self.table, self.key(context, name))
            if existing is None:
                return await self._update_absent(context, name, transform, create)
            obj = self._checked_update(await transform(existing), existing, patch=patch)
            self._validate_update(obj, existing)
            await context.validate(obj, existing.object)
            if self.storage.get(self.table, existing.key) is not existing:
                continue
            context.warnings.extend(self.warnings(obj, existing.object))
            return Updated(self._write(context, existing, obj), created=False)

    def warnings(self, obj: Object, old: Object) -> Texts:
        """What there is to say of an accepted change."""
        return self.strategy.warnings(obj, old)

    async def _update_absent(
        self, context: Context, name: str, transform: Transform, create: bool
    ) -> Updated:
        if not create and not self.strategy.allow_create_on_update:
            raise StatusError.not_found(self.resource, name)
        obj = await transform(None)
        if context.may_create is not None:
            await context.may_create()
        metadata = dict(obj["metadata"])
        if uid := metadata.get("uid"):
            message = (
                f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            )
            raise StatusError.conflict(self.resource, name, message)
        if not create and metadata.get("resourceVersion") not in (None, "", "0"):
            raise StatusError.not_found(self.resource, name)
        metadata.pop("resourceVersion", None)
        return Updated(await self._create_named(context, {**obj, "metadata": metadata}), created=True)

    def _checked_update(self, obj: Object, existing: Stored, *, patch: bool) -> Object:
        """The new object as it may be stored."""
        metadata = obj["metadata"]
        version = str(metadata.get("resourceVersion") or "")
        try:
            revision = parse_revision(version)
        except ValueError as error:
            raise StatusError.plain(str(error)) from error
        if (uid := metadata.get("uid")) and not patch:
            self._check_uid(uid, existing)
        if revision == 0:
            if not self.strategy.allow_unconditional_update and not patch:
                problem = FieldError.invalid("metadata.resourceVersion", 0, "must be specified for an update")
                kind = GroupKind(self.resource.group, self.resource.resource)
                raise StatusError.invalid(kind, existing.name, [problem])
        elif revision != existing.revision:
            raise StatusError.conflict(self.resource, existing.name, _MODIFIED)
        return self.prepared_for_update(obj, existing.object)

    def _check_uid(self, uid: str, existing: Stored) -> None:
        stored = existing.object["metadata"]["uid"]
        if uid != stored:
            raise self.failed_precondition(existing, "UID", uid, stored)

    def failed_precondition(self, existing: Stored, what: str, wanted: str, found: str) -> StatusError:
        """409 as the storage of a real server says it."""
        key = f"/registry/{self.strategy.registry_path(self.resource)}/{existing.key}"
        return StatusError.conflict(
            self.resource, existing.name,
            f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
            f"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}",
        )  # fmt: skip

    def prepared_for_update(self, obj: Object, old: Object) -> Object:
        """A copy in which what a client may not change is as it was."""
        before = old["metadata"]
        obj = {**obj, "metadata": ordered(changed_metadata(obj["metadata"], before))}
        if self.strategy.has_status:
            restore(obj, old, "status")
        self.strategy.prepare_for_update(obj, old)
        if self.strategy.has_generation and self.strategy.counted(obj) != self.strategy.counted(old):
            obj["metadata"]["generation"] = before.get("generation", 0) + 1
        return obj

    def _validate_update(self, obj: Object, existing: Stored) -> None:
        metadata = obj["metadata"]
        before = existing.object["metadata"]
        errors = validate_common_fields(metadata, before, namespaced=self.namespaced)
        checks = self.strategy.metadata_checks
        for check in checks if "rules" in checks else (*checks, "rules"):
            match check:
                case "change":
                    standard = self.strategy.standard_finalizers
                    errors += validate_object_meta_update(metadata, before, finalizers_standard=standard)
                case "whole":
                    errors += self._meta_errors(metadata)
                case "rules":
                    errors += self.strategy.validate_update(obj, existing.object)
        if errors:
            raise StatusError.invalid(self.kind, metadata.get("name", ""), errors)

    def _write(self, context: Context, existing: Stored, obj: Object) -> Stored:
        metadata = obj["metadata"]
        if metadata.get("deletionTimestamp") and self.may_go(obj):
            if context.dry_run:
                return Stored(existing.key, obj, existing.revision)
            self.storage.delete(self.table, existing.key)
            return Stored(existing.key, obj, existing.revision)
        if same(obj, existing.object):
            return existing
        return self._put(context, existing.key, obj)

    def may_go(self, obj: Object) -> bool:
        """Whether an object that is being deleted has nothing left to wait for."""
        metadata = obj["metadata"]
        return not metadata.get("finalizers") and not metadata.get("deletionGracePeriodSeconds")

    def _put(self, context: Context, key: str, obj: Object) -> Stored:
        if context.dry_run:
            return Stored(key, obj, 0)
        return self.storage.put(self.table, key, obj)

    # Deleting

    async def delete(self, context: Context, name: str, options: DeleteOptions) -> Deleted:
        explicit = bool(options.propagation_policy) or options.orphan_dependents is not None
        context.warnings.extend(self.strategy.deletion_warnings(explicit))
        while True:
            existing = self.find(context, name)
            self.check_preconditions(existing.object, options)
            await context.validate({}, existing.object)
            if self.storage.get(self.table, existing.key) is existing:
                return self._delete(context, existing, options)

    def check_preconditions(self, obj: Object, options: DeleteOptions) -> None:
        """Refuse a deletion that was meant for another incarnation or state of the object."""
        deletion.check_preconditions(self.kind, obj, options)

    def _delete(self, context: Context, existing: Stored, options: DeleteOptions) -> Deleted:
        obj = existing.object
        grace = 0
        if self.strategy.graceful:
            grace = self.strategy.grace_period(obj, options.grace_period_seconds)
        finalizers = deletion.finalizers_for(obj, options, self.strategy.default_propagation)
        if not self.strategy.garbage_collected:
            finalizers = obj["metadata"].get("finalizers") or []
        if finalizers or grace:
            marked = deletion.mark_deleted(obj, finalizers, context.now, grace)
            stored = existing if same(marked, obj) else self._put(context, existing.key, marked)
            return Deleted(stored, gone=False, show=True)
        if self.strategy.graceful:
            obj = deletion.mark_deleted(obj, [], context.now, 0)
            obj = obj if same(obj, existing.object) else self._put(context, existing.key, obj).object
        show = self.strategy.returns_deleted_object
        if context.dry_run:
            return Deleted(Stored(existing.key, obj, existing.revision), gone=True, show=show)
        gone = self.storage.delete(self.table, existing.key)
        metadata = {**obj["metadata"], "resourceVersion": str(gone.revision)}
        return Deleted(
            Stored(existing.key, {**obj, "metadata": metadata}, gone.revision), gone=True, show=show
        )

    async def delete_collection(self, context: Context, options: DeleteOptions, which: ListOptions) -> Listed:
        listed = await self.list(context, replace(which, limit=which.limit or _BATCH))
        for stored in listed.items:
            inner = Context(
                user=context.user, namespace=stored.namespace, now=context.now, dry_run=context.dry_run,
                validate=context.validate, warnings=context.warnings,
            )  # fmt: skip
            try:
                await self.delete(inner, stored.name, options)
            except StatusError as error:
                if error.code != 404:
                    raise
        return listed


def changed_metadata(metadata: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata that a client sent, with what only the server sets as it was."""
    changed = {**metadata, "resourceVersion": before["resourceVersion"]}
    changed.setdefault("name", before["name"])
    changed["uid"] = changed.get("uid") or before["uid"]
    changed["creationTimestamp"] = before["creationTimestamp"]
    changed.pop("selfLink", None)
    if "namespace" in before:
        changed["namespace"] = changed.get("namespace") or before["namespace"]
    if "deletionTimestamp" in before:
        changed["deletionTimestamp"] = before["deletionTimestamp"]
    if "deletionGracePeriodSeconds" in before:
        changed.setdefault("deletionGracePeriodSeconds", before["deletionGracePeriodSeconds"])
    changed["generation"] = before.get("generation")
    return changed
