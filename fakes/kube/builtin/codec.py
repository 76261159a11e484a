"""How objects of a built-in kind travel: decoded into their type, defaulted, patched, and owned field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from fakes.apimachinery import golang
from fakes.apimachinery.coercion import CoercionError, coerce
from fakes.apimachinery.decoding import decode_object, decode_patched, one_by_one
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.go_values import go_text, json_type
from fakes.apimachinery.managedfields.entries import entries_of, with_entries
from fakes.apimachinery.managedfields.field_manager import FieldManager
from fakes.apimachinery.parsing import ParseError, parse_json, parse_yaml
from fakes.apimachinery.patch.json_patch import apply_json_patch, unknown_members
from fakes.apimachinery.patch.merge_patch import apply_merge_patch
from fakes.apimachinery.patch.strategic import apply_strategic_merge_patch
from fakes.apimachinery.schema import GroupKind, GroupVersionKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.apiserver.endpoints.negotiation import BUILTIN_TYPES
from fakes.apiserver.endpoints.request_scope import Decoded, PatchContext

__all__ = [
    "APPLY_PATCH",
    "JSON_PATCH",
    "MERGE_PATCH",
    "STRATEGIC_MERGE_PATCH",
    "BuiltinCodec",
    "invalid_patch",
    "without_type_meta",
]

Object = dict[str, Any]

JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH: Final = "application/strategic-merge-patch+json"
APPLY_PATCH: Final = "application/apply-patch+yaml"

_ILLEGAL_BASE64: Final = "illegal base64 data"

_COUNTED: Final = frozenset(
    GroupVersionKind("apps", "v1", kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet")
)
"""Kinds whose ``spec.replicas`` can be left out by clients but not inside the server."""


class BuiltinCodec:
    """The codec of one kind in one version; implements ``endpoints.request_scope.Codec``.

    Args:
        default: fills in what the version defaults, in place.
        known_kinds: the type of any built-in kind, for the refusal of a body of another one.
        present, store: to and from this version, where it is not the one that is stored.
    """

    media_types: tuple[str, ...] = BUILTIN_TYPES
    patch_types: tuple[str, ...] = (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)

    def __init__(
        self, kind: GroupVersionKind, type: Type, manager: FieldManager, default: Callable[[Object], None],  # noqa: A002
        known_kinds: Callable[[GroupVersionKind], Type | None], *, present: Callable[[Object], Object] | None = None,
        store: Callable[[Object], Object] | None = None,
    ) -> None:  # fmt: skip
        self._kind = kind
        self._type = type
        self._manager = manager
        self._default = default
        self._known_kinds = known_kinds
        self._present = present
        self._store = store
        self._nullable = _nullable(type, _DEEP)

    def present(self, obj: Object) -> Object:
        return obj if self._present is None else self._present(obj)

    def blank(self) -> Object:
        """An object in which nothing is set: what its type cannot leave out."""
        plain = {"spec": {"replicas": 0}} if self._kind in _COUNTED else {}
        return without_type_meta(coerce(plain, self._type)[0])

    def _stored(self, obj: Object) -> Object:
        return obj if self._store is None else self._store(obj)

    def _versioned(self, obj: Object) -> Object:
        return {"kind": self._kind.kind, "apiVersion": self._kind.api_version, **self.present(obj)}

    def _finished(self, obj: Object, warnings: tuple[str, ...] = ()) -> Decoded:
        """A decoded object with its defaults, in the stored form."""
        bare = without_type_meta(obj)
        if bare.get("metadata") is None:
            bare["metadata"] = {}
        self._default(bare)
        return Decoded(self._stored(bare), warnings)

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Decoded:
        decoded = decode_object(
            raw, media_type, expected=self._kind, type=self._type, known_kinds=self._known_kinds,
            strict=field_validation,  # type: ignore[arg-type]
        )  # fmt: skip
        return self._finished(decoded.obj, decoded.warnings)

    def patch(self, old: Object, patch: bytes, media_type: str, field_validation: str) -> Decoded:
        versioned = self._versioned(old)
        if media_type == STRATEGIC_MERGE_PATCH:
            return self._restored(
                apply_strategic_merge_patch(versioned, patch, self._type), patch, field_validation
            )
        apply = apply_json_patch if media_type == JSON_PATCH else apply_merge_patch

        def shown() -> str:
            return golang.json_in_order(apply(coerce(versioned, self._type)[0], patch))

        patched = apply(versioned, patch)
        said = unknown_members(patch) if media_type == JSON_PATCH else []
        if not patched.get("apiVersion") and patched.get("kind", self._kind.kind) == self._kind.kind:
            problems = [_unknown(name) for name in patched if name not in ("kind", "apiVersion")]
            return Decoded({"metadata": {}}, _told([*said, *problems], field_validation, shown))
        try:
            obj, problems = decode_patched(
                patched, expected=self._kind, type=self._type, known_kinds=self._known_kinds
            )
        except CoercionError as error:
            raise invalid_patch(shown(), str(error)) from error
        return self._finished(obj, _told([*said, *problems], field_validation, shown))

    def _restored(self, patched: Object, patch: bytes, field_validation: str) -> Decoded:
        """The object of a strategic merge patch, which nobody asks for its kind."""
        try:
            obj, problems = coerce(patched, self._type)
        except CoercionError as error:
            decoding = "error decoding from json: " if str(error).startswith(_ILLEGAL_BASE64) else ""
            raise invalid_patch(_shown_map(patch), f"{decoding}{error}") from error
        return self._finished(obj, _told(sorted(problems), field_validation, lambda: _shown_map(patch)))

    def own(self, old: Object | None, new: Object, context: PatchContext) -> Object:
        owned = self._manager.update(
            None if old is None else self.present(old), self.present(new), manager=context.manager,
            subresource=context.subresource, now=context.now,
        )  # fmt: skip
        if self._present is not None:
            owned = with_entries(new, entries_of(owned))
        return _without_empty_lists(owned, self._nullable)

    def apply(
        self, old: Object | None, raw: bytes, name: str, namespace: str, context: PatchContext, field_validation: str
    ) -> Decoded:  # fmt: skip
        config, repeated = read_configuration(raw)
        applied = self._manager.apply(
            None if old is None else self._versioned(old), config, manager=context.manager,
            subresource=context.subresource, force=context.force, now=context.now,
        )  # fmt: skip
        try:
            obj, problems = coerce(applied, self._type)
        except CoercionError as error:
            raise StatusError.plain(str(error)) from error
        said = told_of_repeats(repeated, field_validation)
        obj = _without_empty_lists(placed(obj, namespace), self._nullable)
        return self._finished(obj, (*said, *problems))


class _Nullable(NamedTuple):
    """The lists of a struct that are null when they are empty, and the structs in it that have such lists."""

    lists: tuple[str, ...]
    structs: tuple[tuple[str, _Nullable], ...]


_DEEP: Final = 3


def _nullable(node: Type, deep: int) -> _Nullable:
    lists = (
        name for name, how in node.presence.items() if how == "always" and node.fields[name].kind == "list"
    )
    inner = (
        (name, found)
        for name, field in node.fields.items()
        if deep > 1
        and name != "metadata"
        and field.kind == "struct"
        and any(found := _nullable(field, deep - 1))
    )
    return _Nullable(tuple(lists), tuple(inner))


def _without_empty_lists(obj: Object, nullable: _Nullable) -> Object:
    """The object as storage keeps it, which does not tell an empty list from none."""
    changed: Object = {name: None for name in nullable.lists if obj.get(name) == []}
    for name, inner in nullable.structs:
        value = obj.get(name)
        if isinstance(value, dict) and (kept := _without_empty_lists(value, inner)) is not value:
            changed[name] = kept
    return {**obj, **changed} if changed else obj


def placed(obj: Object, namespace: str) -> Object:
    """The object with the namespace of the URL where it says none."""
    metadata = dict(obj.get("metadata") or {})
    if namespace:
        metadata.setdefault("namespace", namespace)
    return {**obj, "metadata": metadata}


def read_configuration(raw: bytes) -> tuple[Object, tuple[str, ...]]:
    """The body of a server-side apply, which is YAML, and what there is to say of repeated keys.

    Raises:
        StatusError: 400.
    """
    try:
        value, repeated = parse_yaml(raw)
    except ParseError as error:
        raise StatusError.bad_request(
            f"error decoding YAML: error converting YAML to JSON: {error}"
        ) from error
    if value is not None and not isinstance(value, dict):
        message = (
            "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
            f"{json_type(value)} into Go value of type map[string]interface {{}}"
        )
        raise StatusError.bad_request(message)
    return value or {}, repeated


def told_of_repeats(repeated: tuple[str, ...], field_validation: str) -> list[str]:
    """The warnings about repeated keys of a configuration that could be applied.

    Raises:
        StatusError: 400, there are any and there may be none.
    """
    if repeated and field_validation == "Strict":
        message = f"error strict decoding YAML: error converting YAML to JSON: {repeated[0]}"
        raise StatusError.bad_request(message)
    return [] if field_validation == "Ignore" else one_by_one(repeated)


def without_type_meta(obj: Object) -> Object:
    """A copy without ``kind`` and ``apiVersion``, ``metadata`` first."""
    return {
        "metadata": obj.get("metadata"),
        **{name: value for name, value in obj.items() if name not in ("kind", "apiVersion", "metadata")},
    }


def invalid_patch(shown: str, problem: str) -> StatusError:
    """422 of a patch whose result does not fit its kind: it names neither kind nor object."""
    return StatusError.invalid(GroupKind("", ""), "", [FieldError.invalid("patch", shown, problem)])


def _unknown(name: str) -> str:
    return f"unknown field {golang.quote(name)}"


def _told(problems: list[str], field_validation: str, shown: Callable[[], str]) -> tuple[str, ...]:
    """The warnings about the fields of a patched object.

    Raises:
        StatusError: 422, there are any and there may be none.
    """
    if problems and field_validation == "Strict":
        raise invalid_patch(shown(), f"strict decoding error: {', '.join(problems)}")
    return () if field_validation == "Ignore" else tuple(problems)


def _shown_map(patch: bytes) -> str:
    """A strategic merge patch as a message quotes it."""
    return go_text(parse_json(patch, repeated=False))
