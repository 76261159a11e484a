"""What people were answered, as their own clients saw it: the evidence of a cluster whose audit log is not ours to read.

Not in it: what binaries ask, and which rule decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from urllib.parse import urlsplit

from fakes.apiserver.endpoints.request_info import RequestInfoError, request_info
from harness.cluster import User
from harness.evidence import AuditEntry

__all__ = ["ClientEvidence"]

_KEPT = 1000
_DECISIONS = {401: "", 403: "forbid"}


class ClientEvidence:
    """The latest requests of people."""

    def __init__(self) -> None:
        self._seen: deque[AuditEntry] = deque(maxlen=_KEPT)

    def saw(self, user: User, method: str, url: str, code: int) -> None:
        """Note a request that was answered; of the URL path and query matter."""
        parts = urlsplit(url)
        try:
            verb = request_info(method, parts.path, parts.query.encode()).verb
        except RequestInfoError:
            verb = method.lower()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        entry = AuditEntry(
            user=user.name, verb=verb, path=path, code=code, decision=_DECISIONS.get(code, "allow")
        )
        self._seen.append(entry)

    def entries(self) -> Sequence[AuditEntry]:
        """Oldest first."""
        return tuple(self._seen)
