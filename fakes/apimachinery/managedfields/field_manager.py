"""The owner of ``metadata.managedFields``: what a write does to them, and server-side apply.

The order of the steps, and with it every exception, is that of k8s.io/apimachinery, pkg/util/managedfields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.managedfields.applying import Applied, apply_config
from fakes.apimachinery.managedfields.comparison import Comparison, compare
from fakes.apimachinery.managedfields.conflicts import ConflictError, status_of
from fakes.apimachinery.managedfields.entries import (
    EntriesError,
    Entry,
    Identifier,
    Managed,
    cap_updates,
    decode,
    disown,
    encode,
    entries_of,
    is_reset,
    with_entries,
)
from fakes.apimachinery.managedfields.field_set import FieldSet, difference, union
from fakes.apimachinery.managedfields.last_applied import last_applied_fields, with_last_applied
from fakes.apimachinery.managedfields.path_element import PathElementError
from fakes.apimachinery.managedfields.tracking import tracked
from fakes.apimachinery.managedfields.typed import TypedError, check
from fakes.apimachinery.managedfields.zero import zero_object
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type

__all__ = ["FieldManager"]

Object = dict[str, Any]

_UNKNOWN_MANAGER = "unknown"
_BEFORE_FIRST_APPLY = "before-first-apply"
_KUBECTL = "kubectl"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldManager:
    """Tracks the fields of one kind in one version.

    type, api_version, kind
        What is tracked. A type that says how Go writes its fields (``presence``) is that of a built-in kind.
    reset_fields
        For each subresource (``""`` is the object itself) the fields that a write through it does not change: nobody
        comes to own them by it.
    """

    type: Type
    api_version: str
    kind: str
    reset_fields: Mapping[str, FieldSet] = field(default_factory=dict)
    _zero: Object = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zero", zero_object(self.type))

    def update(
        self, live: Object | None, new: Object, *, manager: str, subresource: str = "", now: datetime
    ) -> Object:
        """The object of a create, update or patch with its managedFields. ``live`` of None is a create.

        ``new`` is the object as the client means it, decoded and defaulted, before admission and strategy change it.
        Nothing is refused: what cannot be compared keeps the managers of the live object.
        """
        managed = _managers_before(live, new, subresource)
        if not managed and live is not None:
            return with_entries(new, None)
        try:
            comparison = self._compare(self._zero if live is None else live, new, subresource)
        except PathElementError:
            return with_entries(new, entries_of(live))
        return with_entries(new, encode(self._owning(managed, comparison, manager, subresource, now)))

    def apply(
        self,
        live: Object | None,
        config: Object,
        *,
        manager: str,
        subresource: str = "",
        force: bool = False,
        now: datetime,
    ) -> Object:
        """The live object with what a configuration says, and its managedFields. ``live`` of None is a create.

        The result is to be decoded and defaulted as if a client had sent it, before admission. It equals ``live`` if
        the configuration changes nothing and is applied by the same manager again.

        Raises:
            StatusError: 400 for another kind, 409 for fields that others own, 500 for what does not fit the type.
        """
        self._check_config(config)
        managed = decode(entries_of(live), trusted=True)
        identifier = Identifier(manager or _UNKNOWN_MANAGER, "Apply", "", subresource)
        try:
            if live is not None and not managed:
                comparison = self._compare(self._zero, live, subresource)
                managed = self._owning({}, comparison, _BEFORE_FIRST_APPLY, subresource, now)
            applied = self._applied(live, config, managed, identifier, force)
        except PathElementError as error:
            raise StatusError.plain(
                f"failed to create typed live object ({_subject(config)}): {error}"
            ) from error
        except ConflictError as error:
            raise status_of(error) from error
        return self._stored(applied, managed, identifier, config, now)

    def _check_config(self, config: Object) -> None:
        api_version, kind = _text(config.get("apiVersion")), _text(config.get("kind"))
        if (api_version, kind) != (self.api_version, self.kind):
            raise StatusError.bad_request(f"invalid object type: {_kind_text(api_version, kind)}")
        if _metadata(config).get("managedFields") is not None:
            raise StatusError.bad_request("metadata.managedFields must be nil")
        try:
            check(config, self.type)
        except TypedError as error:
            raise StatusError.plain(
                f"failed to create typed patch object ({_subject(config)}): {error}"
            ) from error

    def _applied(
        self, live: Object | None, config: Object, managed: Managed, identifier: Identifier, force: bool
    ) -> Applied:
        def attempt(forced: bool) -> Applied:
            return apply_config(
                live,
                config,
                node=self.type,
                zero=self._zero,
                managed=managed,
                identifier=identifier,
                api_version=self.api_version,
                reset=self.reset_fields.get(identifier.subresource, {}),
                force=forced,
            )

        try:
            return attempt(force)
        except ConflictError as error:
            allowed = last_applied_fields(live or {}, self.type, self.api_version)
            if identifier.manager != _KUBECTL or allowed is None:
                raise
            left = {who: difference(fields, allowed) for who, fields in error.conflicts.items()}
            if any(left.values()):
                raise ConflictError({who: fields for who, fields in left.items() if fields}) from error
            return attempt(True)

    def _stored(
        self, applied: Applied, before: Managed, identifier: Identifier, config: Object, now: datetime
    ) -> Object:
        managed = applied.managed
        if entry := managed.get(identifier):
            previous = before.get(identifier)
            time = rfc3339(now) if applied.changed else previous.time if previous else ""
            if previous is None or (previous.fields, previous.time, previous.api_version) != (
                entry.fields,
                time,
                entry.api_version,
            ):
                previous = Entry(api_version=entry.api_version, fields=entry.fields, time=time)
            managed[identifier] = previous
        stored = with_entries(applied.obj, encode(managed))
        return with_last_applied(stored, config) if identifier.manager == _KUBECTL else stored

    def _compare(self, before: Object, after: Object, subresource: str) -> Comparison:
        reset = self.reset_fields.get(subresource, {})
        return compare(tracked(before, self._zero), tracked(after, self._zero), self.type).without(reset)

    def _owning(
        self, managed: Managed, comparison: Comparison, manager: str, subresource: str, now: datetime
    ) -> Managed:
        """The managers after one of them has updated what the comparison says."""
        owned = disown(managed, comparison)
        own = union(comparison.added, comparison.modified)
        if own:
            identifier = Identifier(manager or _UNKNOWN_MANAGER, "Update", self.api_version, subresource)
            if identifier in owned:
                own = union(own, owned[identifier].fields)
            owned[identifier] = Entry(api_version=self.api_version, fields=own, time=rfc3339(now))
        return cap_updates(owned)


def _managers_before(live: Object | None, new: Object, subresource: str) -> Managed:
    """Whom the write starts from: the managers that the client sent, if they are any good, or those that are stored."""
    stored = entries_of(live)
    sent = entries_of(new)
    if subresource or sent is None or sent == stored:
        return decode(stored, trusted=True)
    if is_reset(sent):
        return {}
    try:
        return decode(sent, trusted=False) or decode(stored, trusted=True)
    except EntriesError:
        return decode(stored, trusted=True)


def _kind_text(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    return f"{group}/{version}, Kind={kind}"


def _subject(config: Object) -> str:
    metadata = _metadata(config)
    kind = _kind_text(_text(config.get("apiVersion")), _text(config.get("kind")))
    return f"{_text(metadata.get('namespace'))}/{_text(metadata.get('name'))}; {kind}"


def _metadata(config: Object) -> Object:
    metadata = config.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
