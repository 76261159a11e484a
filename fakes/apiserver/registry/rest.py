"""A protocol for each verb. A resource has the verbs whose protocols its storage satisfies.

Objects are plain dicts without ``kind`` and ``apiVersion``; what leaves a storage is a ``Stored``, whose bytes can be
spliced into answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.storage.interface import Stored, Watch

__all__ = [
    "CollectionDeleter", "Connecter", "Context", "Creater", "DeleteOptions", "Deleted", "Deleter", "Document",
    "FieldMatcher", "Getter", "ListOptions", "Listed", "Lister", "Predicate", "Updated", "Updater", "Watcher", "Watching",
]  # fmt: skip

Object = dict[str, Any]
Validate = Callable[[Object, "Object | None"], Awaitable[None]]


async def _accept(new: Object, old: Object | None) -> None:
    """Admission that has nothing against it."""


@dataclass(slots=True, kw_only=True)
class Context:
    """Who asks, where and when; and the hooks that a handler lends to a storage.

    ``validate`` is validating admission, called with the new and the old object before anything is written.
    ``may_create`` is asked before an update or apply makes an object that is not there. ``headers`` are the request's,
    by names in lower case, for a storage to which clients say something beside the object.
    """

    user: UserInfo
    namespace: str
    now: datetime
    dry_run: bool = False
    validate: Validate = _accept
    may_create: Callable[[], Awaitable[None]] | None = None
    warnings: list[str] = field(default_factory=list)
    headers: Sequence[tuple[bytes, bytes]] = ()


class Predicate(NamedTuple):
    """Which objects of a list or watch are meant; ``None`` stands for all."""

    labels: Callable[[Mapping[str, str]], bool] | None = None
    fields: Callable[[Object], bool] | None = None

    @property
    def empty(self) -> bool:
        return self.labels is None and self.fields is None

    def matches(self, obj: Object) -> bool:
        if self.labels is not None and not self.labels(obj["metadata"].get("labels") or {}):
            return False
        return self.fields is None or self.fields(obj)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """A list or watch as it was asked for, already validated. ``limit`` of 0 means no limit."""

    predicate: Predicate = field(default_factory=Predicate)
    limit: int = 0
    continue_token: str = ""
    resource_version: str = ""
    resource_version_match: str = ""
    send_initial_events: bool | None = None
    bookmarks: bool = False
    timeout_seconds: int | None = None


class Listed(NamedTuple):
    """A page of a list: its items in key order, the revision it shows, and how to go on."""

    items: Sequence[Stored]
    revision: int
    continue_token: str = ""
    remaining: int | None = None


class Watching(NamedTuple):
    """A watch that has started: what exists already (None if it was not asked for), and what follows."""

    initial: Sequence[Stored] | None
    events: Watch
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteOptions:
    """A deletion as it was asked for, already validated."""

    grace_period_seconds: int | None = None
    propagation_policy: str | None = None
    orphan_dependents: bool | None = None
    uid: str | None = None
    resource_version: str | None = None


class Deleted(NamedTuple):
    """What a deletion left: ``gone`` if the object is no longer there; ``show`` if the answer is the object itself."""

    stored: Stored
    gone: bool
    show: bool


class Document(NamedTuple):
    """An answer in a shape of the storage's own, where an extension server does not answer as Kubernetes does."""

    content: Object
    status: int = 200


class Updated(NamedTuple):
    """What an update made: the new state, and whether the object was created by it."""

    stored: Stored
    created: bool


Transform = Callable[["Stored | None"], Awaitable[Object]]


@runtime_checkable
class Getter(Protocol):
    async def get(self, context: Context, name: str) -> Stored: ...


@runtime_checkable
class Lister(Protocol):
    async def list(self, context: Context, options: ListOptions) -> Listed: ...

    def selectable_fields(self, obj: Object) -> Mapping[str, str]: ...

    def check_field_label(self, label: str) -> str: ...


@runtime_checkable
class FieldMatcher(Protocol):
    def match_fields(self, selector: str) -> Callable[[Object], bool]:
        """Read a field selector in a grammar of the storage's own, instead of by ``selectable_fields``."""
        ...


@runtime_checkable
class Watcher(Protocol):
    async def watch(self, context: Context, options: ListOptions) -> Watching: ...


@runtime_checkable
class Creater(Protocol):
    async def create(self, context: Context, obj: Object, name: str = "") -> Stored | Object:
        """``name`` is that of the URL, for what is created under an object (a binding, a token).

        What answers with a Status gives that as it is, with ``kind`` and ``apiVersion``.
        """
        ...


@runtime_checkable
class Updater(Protocol):
    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        """Replace what is stored by what ``transform`` makes of it.

        ``create`` lets an absent object be made, as server-side apply does. ``patch`` says that the new object was
        made from the stored one, so that a concurrent change is met by trying again.
        """
        ...


@runtime_checkable
class Deleter(Protocol):
    async def delete(self, context: Context, name: str, options: DeleteOptions) -> Deleted | Document: ...


@runtime_checkable
class CollectionDeleter(Protocol):
    async def delete_collection(
        self, context: Context, options: DeleteOptions, which: ListOptions
    ) -> Listed | Document: ...


@runtime_checkable
class Connecter(Protocol):
    async def connect(self, context: Context, name: str, request: Any) -> Any:
        """Take the connection over: returns a Response for the request."""
        ...
