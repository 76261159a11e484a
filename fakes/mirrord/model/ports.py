"""Who has which port of which pod, and who stands in whose way.

Locks are of a port of a pod, not of a target: a pod and the deployment that owns it overlap. An unfiltered steal
excludes every other steal, filtered ones live side by side, and mirroring is in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from fakes.mirrord.model.filters import HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.persistent import PersistentMap
from fakes.mirrord.model.session import Subscription

__all__ = ["NO_HOLDERS", "Holders", "PortKey", "Table", "TableDraft", "free_pods", "in_the_way"]


class PortKey(NamedTuple):
    """A port of a pod, given as ``namespace/name``."""

    pod: str
    port: int


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has a port: one unfiltered stealer, or filtered ones, and mirrors, in the order in which they came."""

    stealer: SessionId | None = None
    filtered: Mapping[SessionId, HttpFilter] = field(default_factory=dict)
    mirrors: Mapping[SessionId, HttpFilter | None] = field(default_factory=dict)


NO_HOLDERS = Holders()

Table: TypeAlias = PersistentMap[PortKey, Holders]


def in_the_way(
    table: Table, session: SessionId, pods: Iterable[str], wanted: Subscription, *, mixed: bool = True
) -> dict[SessionId, list[str]]:
    """Whom a steal would displace, and on which pods.

    ``mixed`` of False leaves out those that are filtered where the steal is not, and the other way about.
    """
    found: dict[SessionId, list[str]] = {}
    if wanted.mode == "mirror":
        return found
    for pod in pods:
        holders = table.get(PortKey(pod, wanted.port), NO_HOLDERS)
        stealer = holders.stealer
        if stealer is not None and stealer != session and (mixed or wanted.filter is None):
            found.setdefault(stealer, []).append(pod)
        if mixed and wanted.filter is None:
            for other in holders.filtered:
                if other != session:
                    found.setdefault(other, []).append(pod)
    return found


def free_pods(table: Table, session: SessionId, pods: Iterable[str], wanted: Subscription) -> tuple[str, ...]:
    """The pods on which a session can have a port without displacing anybody."""
    return tuple(pod for pod in pods if not in_the_way(table, session, (pod,), wanted))


class TableDraft:
    """The table being changed by many events at once; each entry is copied once, before it is first touched."""

    __slots__ = ("_entries", "_table")

    def __init__(self, table: Table) -> None:
        self._table = table
        self._entries: dict[PortKey, _Entry] = {}

    def hold(self, session: SessionId, wanted: Subscription) -> None:
        """Give a session its port on the pods of the subscription, in place of what it had there."""
        for pod in wanted.pods:
            entry = self._entry(PortKey(pod, wanted.port))
            if wanted.mode == "mirror":
                entry.mirrors[session] = wanted.filter
            elif wanted.filter is None:
                entry.filtered.pop(session, None)
                entry.stealer = session
            else:
                if entry.stealer == session:
                    entry.stealer = None
                entry.filtered[session] = wanted.filter

    def release(self, session: SessionId, held: Subscription, pods: Iterable[str]) -> None:
        """Take a port from a session on some pods."""
        for pod in pods:
            entry = self._entry(PortKey(pod, held.port))
            if held.mode == "mirror":
                entry.mirrors.pop(session, None)
                continue
            entry.filtered.pop(session, None)
            if entry.stealer == session:
                entry.stealer = None

    def finish(self) -> Table:
        """The changed table; a port that nobody has is forgotten."""
        if not self._entries:
            return self._table
        draft = self._table.edit()
        for key, entry in self._entries.items():
            if entry.stealer is None and not entry.filtered and not entry.mirrors:
                draft.pop(key)
            else:
                draft[key] = Holders(entry.stealer, entry.filtered, entry.mirrors)
        return draft.finish()

    def _entry(self, key: PortKey) -> _Entry:
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry(self._table.get(key, NO_HOLDERS))
        return entry


class _Entry:
    __slots__ = ("filtered", "mirrors", "stealer")

    def __init__(self, holders: Holders) -> None:
        self.stealer = holders.stealer
        self.filtered = dict(holders.filtered)
        self.mirrors = dict(holders.mirrors)
