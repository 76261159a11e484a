"""A priority queue of deadlines that is never changed: a leftist heap of tuples.

An entry is not removed when its session's deadline moves; whoever reads the heap asks whether an entry still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from fakes.mirrord.model.ids import SessionId

__all__ = ["Heap", "due", "prune", "push"]


class Heap(NamedTuple):
    """A node: the earliest entry below it, and two smaller heaps."""

    rank: int
    deadline: datetime
    session: SessionId
    left: Heap | None
    right: Heap | None


def push(heap: Heap | None, deadline: datetime, session: SessionId) -> Heap:
    """Add an entry, in logarithmic time."""
    return _join(Heap(1, deadline, session, None, None), heap)


def prune(heap: Heap | None, holds: Callable[[SessionId, datetime], bool]) -> Heap | None:
    """Drop entries from the top until one holds."""
    while heap is not None and not holds(heap.session, heap.deadline):
        heap = heap.left if heap.right is None or heap.left is None else _join(heap.left, heap.right)
    return heap


def due(heap: Heap | None, now: datetime) -> Iterator[tuple[datetime, SessionId]]:
    """Every entry whose deadline has come, in no order; only those are looked at."""
    waiting = [heap]
    while waiting:
        node = waiting.pop()
        if node is not None and node.deadline <= now:
            yield node.deadline, node.session
            waiting.append(node.left)
            waiting.append(node.right)


def _join(first: Heap, second: Heap | None) -> Heap:
    if second is None:
        return first
    if second.deadline < first.deadline:
        first, second = second, first
    left, right = first.left, _join(second, first.right)
    if left is None:
        return Heap(1, first.deadline, first.session, right, None)
    if left.rank < right.rank:
        left, right = right, left
    return Heap(right.rank + 1, first.deadline, first.session, left, right)
