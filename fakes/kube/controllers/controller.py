"""What a controller is, and what it is given: a place to read, clients to write with, and a way to be called later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fakes.apimachinery.clock import Clock
from fakes.apiserver.storage.interface import Event, Storage
from fakes.kube.controllers.kinds import Kind
from fakes.kube.controllers.mapping import ResourceMapping
from fakes.kube.controllers.writing import Writer

__all__ = ["Controller", "Key", "Object", "Surroundings", "key_of", "split_key"]

Object = dict[str, Any]
Key = Any
"""What a controller reconciles: ``namespace/name`` mostly; anything that can be hashed."""


class Controller(Protocol):
    """One loop: it hears what changed, says which keys that concerns, and brings each to where it should be.

    ``reconcile`` depends on nothing but what is stored, so it may be called for any key at any time.
    """

    @property
    def resources(self) -> Sequence[str]:
        """Of which resources it hears, as storages name them; ``*`` for all."""
        ...

    def hear(self, event: Event) -> Iterable[Key]:
        """The keys that an event concerns. Called on every write of those resources: cheap, and writes nothing."""
        ...

    async def reconcile(self, key: Key) -> None:
        """Make the world of a key as it should be.

        Raises:
            StatusError: a write was refused; the key is tried again when something else has changed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every controller works with.

    Args:
        storage: to read from, as from an informer's cache: objects without kind and version, never to be changed.
        later: reconcile a key of the calling controller again at a time.
    """

    storage: Storage
    clock: Clock
    mapping: ResourceMapping
    writer: Writer
    later: Callable[[Key, datetime], None]

    def get(self, kind: Kind, key: str) -> Object | None:
        """The object under a key."""
        stored = self.storage.get(kind.table, key)
        return None if stored is None else stored.object

    def list(self, kind: Kind, namespace: str = "") -> list[Object]:
        """All objects of a namespace, or of the cluster, in the order of their keys."""
        found = self.storage.list(kind.table, f"{namespace}/" if namespace else "")
        return [stored.object for stored in found]


def key_of(obj: Object) -> str:
    """``namespace/name``, or the name of what is in no namespace."""
    metadata = obj["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else str(metadata["name"])


def split_key(key: str) -> tuple[str, str]:
    """Namespace and name."""
    namespace, _, name = key.rpartition("/")
    return namespace, name
