"""What a registry needs of a place to keep objects.

Objects are kept without ``kind`` and ``apiVersion``: those belong to the version a client asks for, and leaving them out
lets one encoding of an object serve every version, list and watch event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from fakes.apimachinery.names import Names

__all__ = ["CompactedError", "Event", "EventType", "Storage", "Stored", "Watch", "encode"]

Object = dict[str, Any]
EventType = Literal["ADDED", "MODIFIED", "DELETED"]

_encoder = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """JSON as ``encoding/json`` writes it: compact, with ``<``, ``>`` and ``&`` escaped.

    These characters occur in JSON only inside strings, so replacing them in the bytes is safe.
    """
    raw = _encoder.encode(value)
    if b"<" in raw:
        raw = raw.replace(b"<", b"\\u003c")
    if b">" in raw:
        raw = raw.replace(b">", b"\\u003e")
    if b"&" in raw:
        raw = raw.replace(b"&", b"\\u0026")
    return raw


class Stored:
    """One revision of one object, never changed, with its JSON encoded at most once."""

    __slots__ = ("_body", "key", "object", "revision")

    def __init__(self, key: str, obj: Object, revision: int) -> None:
        self.key = key
        self.object = obj
        self.revision = revision
        self._body: bytes | None = None

    @property
    def body(self) -> bytes:
        """The object as JSON, without ``kind`` and ``apiVersion``."""
        if self._body is None:
            self._body = encode(self.object)
        return self._body

    @property
    def name(self) -> str:
        return str(self.object["metadata"]["name"])

    @property
    def namespace(self) -> str:
        return str(self.object["metadata"].get("namespace", ""))


class Event(NamedTuple):
    """One change. ``stored`` is the state after it; of a deletion, the last state with the deletion's revision."""

    type: EventType
    resource: str
    stored: Stored
    previous: Stored | None


class CompactedError(Exception):
    """The revision asked for is older than what is remembered; ``oldest`` is the oldest one that may be asked for."""

    def __init__(self, requested: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {requested} ({oldest})")
        self.requested = requested
        self.oldest = oldest


class Watch(Protocol):
    """Events of one resource, in the order of their revisions."""

    def poll(self) -> Event | None:
        """The next event that is already there."""
        ...

    async def next(self) -> Event | None:
        """The next event, or None when the watch was stopped or interrupted."""
        ...

    @property
    def revision(self) -> int:
        """The newest revision that this watch has been told of."""
        ...

    def interrupt(self) -> None:
        """Make ``next`` return None once."""
        ...

    def stop(self) -> None: ...


class Storage(Protocol):
    """Objects by resource (``configmaps``, ``deployments.apps``) and key (``namespace/name``, or ``name``).

    Every write takes the next number of one counter. The writing methods do not check who writes; they trust that
    nothing awaits between reading and writing.
    """

    @property
    def revision(self) -> int: ...

    @property
    def names(self) -> Names: ...

    def get(self, resource: str, key: str) -> Stored | None: ...

    def list(self, resource: str, prefix: str = "") -> Sequence[Stored]:
        """All objects whose key starts with the prefix, in the order of their keys."""
        ...

    def list_at(self, resource: str, prefix: str, revision: int) -> Sequence[Stored]:
        """What ``list`` answered at an older revision.

        Raises:
            CompactedError: that revision is forgotten.
        """
        ...

    def put(self, resource: str, key: str, obj: Object) -> Stored:
        """Create or replace. Stamps ``metadata.resourceVersion``."""
        ...

    def delete(self, resource: str, key: str, obj: Object | None = None) -> Stored:
        """Remove; ``obj`` replaces the last state in the event. Returns the last state with the deletion's revision."""
        ...

    def watch(self, resource: str, prefix: str, since: int) -> Watch:
        """Events after a revision.

        Raises:
            CompactedError: that revision is forgotten.
        """
        ...

    def begin(self, resource: str) -> None:
        """From now on the changes of a resource are remembered: a watch cannot begin earlier."""
        ...

    def compact(self, revision: int) -> None:
        """Forget the history up to and including a revision."""
        ...

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call back after every write, before it is answered: for indexes that must never lag."""
        ...
