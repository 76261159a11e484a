"""The audit log of a fake cluster as evidence."""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.endpoints.filters.audit import AuditEvent
from harness.evidence import AuditEntry

__all__ = ["entries"]

_OWN = frozenset({"system:apiserver", "system:kube-aggregator"})


def entries(events: Iterable[AuditEvent]) -> list[AuditEntry]:
    """What users asked the kube-apiserver for; what the cluster asks itself is left out."""
    return [
        AuditEntry(
            user=event.user or "?", verb=event.verb or event.method.lower(), path=event.path, code=event.code,
            decision=event.decision, reason=event.reason,
        )
        for event in events
        if event.server == "kube-apiserver" and event.user not in _OWN and not _is_component(event.user)
    ]  # fmt: skip


def _is_component(user: str) -> bool:
    return user.startswith(
        (
            "system:serviceaccount:kube-system:",
            "system:serviceaccount:mirrord:",
            "system:kube-",
            "system:node:",
        )
    )
