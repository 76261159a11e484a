"""Everything that keeps a run from harming others, in the way of the requests of its people."""

from __future__ import annotations

from typing import Any

from harness.cluster import User
from harness.drivers.settling import Settling
from harness.isolation.ledger import Ledger
from harness.isolation.sessions import SessionGuard

__all__ = ["Guarded"]


class Guarded:
    """Implements ``harness.drivers.observed_pool.Observer``: lets pass what makes something, or concerns what is ours."""

    def __init__(self, settling: Settling, ledger: Ledger, sessions: SessionGuard) -> None:
        self._settling = settling
        self._ledger = ledger
        self._sessions = sessions

    def before(self, user: User, method: str, path: str) -> None:
        self._ledger.check(method, path)
        self._sessions.check(method, path)
        self._settling.before(user, method, path)

    def rewrite(self, method: str, path: str, body: Any) -> Any:
        return self._ledger.rewrite(method, path, body)

    def after(self, method: str, path: str, answer: bytes) -> None:
        self._ledger.saw(method, path, answer)
        self._sessions.own.saw(method, path, answer)
        self._settling.after(method, path, answer)
