"""The audit log file of a real kube-apiserver as evidence."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.evidence import AuditEntry

__all__ = ["AuditLogFile"]

_AUTHORIZATION = "authorization.k8s.io"


class AuditLogFile:
    """Reads what was appended since ``begin``.

    Args:
        ignored: users of whom nothing is told: the cluster's own components, and ours.
    """

    def __init__(self, path: Path, *, ignored: Collection[str] = ()) -> None:
        self._path = path
        self._ignored = frozenset(ignored)
        self._offset = 0
        self._started: set[str] = set()
        """Requests that were told of when they began to be answered; their end is no news."""

    def begin(self) -> None:
        """Forget what is in the file so far."""
        self._started.update(
            event["auditID"] for event in self._events() if event["stage"] == "ResponseStarted"
        )
        self._offset = self._path.stat().st_size if self._path.exists() else 0

    def entries(self) -> list[AuditEntry]:
        """What was asked since: connections and watches from their beginning, all else from its end."""
        known, found = set(self._started), []
        for event in self._events():
            if event["auditID"] in known:
                continue
            known.add(event["auditID"])
            entry = _entry(event)
            if entry.user not in self._ignored:
                found.append(entry)
        return found

    def _events(self) -> Iterator[dict[str, Any]]:
        """The events since; a line that is still being written is left for the next time."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            lines = file.read().splitlines()
        for line in lines:
            with suppress(ValueError):
                yield json.loads(line)


def _entry(event: dict[str, Any]) -> AuditEntry:
    annotations = event.get("annotations") or {}
    user = event.get("impersonatedUser") or event.get("user") or {}
    return AuditEntry(
        user=user.get("username", "?"), verb=event.get("verb", ""), path=event.get("requestURI", "").partition("?")[0],
        code=(event.get("responseStatus") or {}).get("code", 0),
        decision=annotations.get(f"{_AUTHORIZATION}/decision", ""),
        reason=annotations.get(f"{_AUTHORIZATION}/reason", ""),
    )  # fmt: skip
