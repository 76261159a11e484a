"""A map that is never changed: every change makes a new one that shares most of the old.

A plain dict would be copied whole for each change, which with ten thousand sessions is the cost of everything else
together. This one copies one of 256 small dicts. Its order is that of hashes; whoever shows its contents sorts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar, overload

__all__ = ["Draft", "PersistentMap"]

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

_WIDTH = 256
_MASK = _WIDTH - 1


class PersistentMap(Generic[K, V]):
    """An immutable mapping."""

    __slots__ = ("_length", "_shards")

    def __init__(self, shards: list[dict[K, V]] | None = None, length: int = 0) -> None:
        nothing: dict[K, V] = {}
        self._shards = [nothing] * _WIDTH if shards is None else shards
        self._length = length

    @overload
    def get(self, key: K) -> V | None: ...
    @overload
    def get(self, key: K, default: D) -> V | D: ...
    def get(self, key: K, default: D | None = None) -> V | D | None:
        return self._shards[hash(key) & _MASK].get(key, default)

    def __getitem__(self, key: K) -> V:
        return self._shards[hash(key) & _MASK][key]

    def __contains__(self, key: object) -> bool:
        return key in self._shards[hash(key) & _MASK]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[K]:
        for shard in self._shards:
            yield from shard

    def values(self) -> Iterator[V]:
        for shard in self._shards:
            yield from shard.values()

    def items(self) -> Iterator[tuple[K, V]]:
        for shard in self._shards:
            yield from shard.items()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PersistentMap):
            return NotImplemented
        return self._length == other._length and self._shards == other._shards

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"PersistentMap({dict(self.items())!r})"

    def edit(self) -> Draft[K, V]:
        """Begin a change of many keys at once."""
        return Draft(list(self._shards), self._length)


class Draft(Generic[K, V]):
    """A map being changed; it copies a part of the original before it first touches it."""

    __slots__ = ("_length", "_owned", "_shards")

    def __init__(self, shards: list[dict[K, V]], length: int) -> None:
        self._shards = shards
        self._length = length
        self._owned: set[int] = set()

    def get(self, key: K) -> V | None:
        return self._shards[hash(key) & _MASK].get(key)

    def __getitem__(self, key: K) -> V:
        return self._shards[hash(key) & _MASK][key]

    def __contains__(self, key: object) -> bool:
        return key in self._shards[hash(key) & _MASK]

    def __len__(self) -> int:
        return self._length

    def values(self) -> Iterator[V]:
        for shard in self._shards:
            yield from shard.values()

    def __setitem__(self, key: K, value: V) -> None:
        shard = self._own(hash(key) & _MASK)
        if key not in shard:
            self._length += 1
        shard[key] = value

    def pop(self, key: K) -> V | None:
        index = hash(key) & _MASK
        if key not in self._shards[index]:
            return None
        self._length -= 1
        return self._own(index).pop(key)

    def finish(self) -> PersistentMap[K, V]:
        """The changed map. The draft must not be used afterwards."""
        return PersistentMap(self._shards, self._length)

    def _own(self, index: int) -> dict[K, V]:
        if index not in self._owned:
            self._owned.add(index)
            self._shards[index] = dict(self._shards[index])
        return self._shards[index]
