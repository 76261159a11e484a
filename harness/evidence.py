"""What a cluster saw: the requests that explain why a scenario failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["AuditEntry", "report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One request: who asked for what, whether they might, and what they were answered."""

    user: str
    verb: str
    """The verb that was authorized (``get``, ``deletecollection``, ``proxy``), not the HTTP method."""
    path: str
    code: int
    """The HTTP status of the answer; 0 if there was none yet."""
    decision: str = ""
    """``allow`` or ``forbid``; empty where nothing was decided."""
    reason: str = ""
    """The rule that decided, as the authorizer gave it."""


def report(entries: Sequence[AuditEntry], last: int = 8) -> list[str]:
    """The last requests as lines of a table: user, verb, path, code, decision and the rule that decided."""
    shown = entries[-last:]
    if not shown:
        return []
    left = len(entries) - len(shown)
    title = f"last requests{f' ({left} earlier ones not shown)' if left else ''}:"
    rows = [(entry.user, entry.verb, entry.path, str(entry.code or "-"), _decision(entry)) for entry in shown]
    return [title, *_aligned(rows)]


def _decision(entry: AuditEntry) -> str:
    return ": ".join(part for part in (entry.decision, entry.reason) if part)


def _aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
