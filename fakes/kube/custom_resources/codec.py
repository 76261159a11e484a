"""How custom resources travel: pruned and defaulted by their schema, patched, and owned field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery import golang
from fakes.apimachinery.decoding import decode_custom
from fakes.apimachinery.managedfields.entries import entries_of, with_entries
from fakes.apimachinery.managedfields.field_manager import FieldManager
from fakes.apimachinery.managedfields.field_set import from_paths
from fakes.apimachinery.managedfields.typed import TypedError, check
from fakes.apimachinery.patch.json_patch import apply_json_patch, unknown_members
from fakes.apimachinery.patch.merge_patch import apply_merge_patch
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.apimachinery.whole_numbers import may_have_fractions, with_whole_numbers
from fakes.apiserver.endpoints.negotiation import CUSTOM_TYPES
from fakes.apiserver.endpoints.request_scope import Decoded, PatchContext
from fakes.kube.builtin.codec import (
    APPLY_PATCH,
    JSON_PATCH,
    MERGE_PATCH,
    invalid_patch,
    placed,
    read_configuration,
    told_of_repeats,
    without_type_meta,
)  # fmt: skip
from fakes.kube.custom_resources.object_meta import MetadataError
from fakes.kube.custom_resources.version import CustomResourceVersion

__all__ = ["CustomResourceCodec"]

Object = dict[str, Any]


class CustomResourceCodec:
    """The codec of one version; implements ``endpoints.request_scope.Codec``.

    Args:
        alone: no other version writes objects of this kind, so that what this codec has written need not be pruned
            and defaulted when it is read.
        storage: the version in which objects are stored, if that is another one.
        others: the types of the other versions, by their names in managed fields.
    """

    media_types: tuple[str, ...] = CUSTOM_TYPES
    patch_types: tuple[str, ...] = (JSON_PATCH, MERGE_PATCH, APPLY_PATCH)

    def __init__(
        self, version: CustomResourceVersion, *, alone: bool, storage: CustomResourceVersion | None = None,
        others: Mapping[str, Type] | None = None,
    ) -> None:  # fmt: skip
        self._version = version
        self._kind = version.kind
        self._alone = alone
        self._storage = storage
        self._others = others or {}
        self._outdated: dict[tuple[str, str], Object] = {}
        status = from_paths(("f:status",))
        self._manager = FieldManager(
            type=version.type, api_version=version.kind.api_version, kind=version.kind.kind,
            reset_fields={"": status, "status": from_paths(("f:spec",), ("f:metadata",))} if version.has_status else {},
        )  # fmt: skip

    def refresh(self, stored: Object) -> None:
        """Look at an object that was written under an older schema: how it reads now is remembered."""
        shown = self._read(stored)
        if shown != stored:
            self._outdated[_revision(stored)] = shown

    def present(self, obj: Object) -> Object:
        if not self._alone:
            return self._read(obj)
        if not self._outdated:
            return obj
        return self._outdated.get(_revision(obj), obj)

    def _read(self, obj: Object) -> Object:
        for version in (self._storage, self._version):
            if version is not None:
                coerced, _ = version.coerce(obj, stored=True)
                obj = version.default(coerced)
        return obj

    def _versioned(self, obj: Object) -> Object:
        return {"apiVersion": self._kind.api_version, "kind": self._kind.kind, **self.present(obj)}

    def _coerced(self, obj: Object) -> tuple[Object, list[str]]:
        coerced, unknown = self._version.coerce(obj)
        return coerced, [f"unknown field {golang.quote(path)}" for path in unknown]

    def _finished(self, obj: Object, problems: list[str]) -> Decoded:
        bare = without_type_meta(self._version.default(obj))
        bare["metadata"] = dict(bare["metadata"] or {})
        return Decoded(bare, tuple(problems))

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Decoded:
        decoded = decode_custom(raw, media_type, expected=self._kind, strict=field_validation)  # type: ignore[arg-type]
        obj, problems = self._pruned(decoded.obj, list(decoded.warnings), field_validation)
        return self._finished(obj, problems)

    def _pruned(self, obj: Object, problems: list[str], field_validation: str) -> tuple[Object, list[str]]:
        kind = self._kind
        where = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
        try:
            coerced, unknown = self._coerced(obj)
        except MetadataError as error:
            raise StatusError.bad_request(f"{where}: {error}") from error
        problems = [] if field_validation == "Ignore" else [*problems, *unknown]
        if problems and field_validation == "Strict":
            raise StatusError.bad_request(f"{where}: strict decoding error: {', '.join(problems)}")
        return coerced, problems

    def patch(self, old: Object, patch: bytes, media_type: str, field_validation: str) -> Decoded:
        versioned = self._versioned(old)
        patched = (
            apply_json_patch(versioned, patch)
            if media_type == JSON_PATCH
            else apply_merge_patch(versioned, patch)
        )
        if may_have_fractions(patch):
            patched = with_whole_numbers(patched)
        said = unknown_members(patch) if media_type == JSON_PATCH else []
        self._check_type(patched, field_validation)
        try:
            obj, problems = self._coerced(patched)
        except MetadataError as error:
            raise invalid_patch(golang.json_text(patched), str(error)) from error
        problems = [] if field_validation == "Ignore" else [*said, *problems]
        if problems and field_validation == "Strict":
            problem = f"strict decoding error: {', '.join(problems)}"
            raise invalid_patch(golang.json_text(patched), problem)
        return self._finished(obj, problems)

    def _check_type(self, patched: Object, field_validation: str) -> None:
        """Refuse what a patch has made of ``kind`` and ``apiVersion``."""
        if not patched.get("kind"):
            text = golang.json_text(patched)
            raise invalid_patch(text, f"Object 'Kind' is missing in '{text}'")
        errors = self._version.type_errors(patched)
        if not errors:
            return
        name = str((patched.get("metadata") or {}).get("name", ""))
        refusal = StatusError.invalid(GroupKind(self._kind.group, str(patched["kind"])), name, errors)
        if patched.get("apiVersion") != self._kind.api_version and field_validation == "Warn":
            unknown = sorted(patched.keys() - {"apiVersion", "kind", "metadata"})
            texts = (golang.quote(f"unknown field {golang.quote(each)}") for each in unknown)
            refusal.headers = tuple(("Warning", f"299 - {text}") for text in texts)
        raise refusal

    def own(self, old: Object | None, new: Object, context: PatchContext) -> Object:
        if self._unreadable(old, new):
            return with_entries(new, None)
        return self._manager.update(
            old, new, manager=context.manager, subresource=context.subresource, now=context.now
        )

    def _unreadable(self, old: Object | None, new: Object) -> bool:
        """Whether an owner of fields wrote in a version that cannot hold the object: then nobody owns anything."""
        for entry in entries_of(old) or ():
            other = self._others.get(entry.get("apiVersion", ""))
            try:
                if other is not None:
                    check(new, other)
            except TypedError:
                return True
        return False

    def apply(
        self, old: Object | None, raw: bytes, name: str, namespace: str, context: PatchContext, field_validation: str
    ) -> Decoded:  # fmt: skip
        config, repeated = read_configuration(raw)
        if may_have_fractions(raw):
            config = with_whole_numbers(config)
        before = None if old is None else self._versioned(old)
        applied = self._manager.apply(
            before,
            config,
            manager=context.manager,
            subresource=context.subresource,
            force=context.force,
            now=context.now,
        )
        said = told_of_repeats(repeated, field_validation)
        metadata = self._coerced({"metadata": applied.get("metadata")})[0]["metadata"]
        return self._finished(placed({**applied, "metadata": metadata}, namespace), said)


def _revision(obj: Object) -> tuple[str, str]:
    metadata = obj["metadata"]
    return metadata.get("uid", ""), metadata.get("resourceVersion", "")
