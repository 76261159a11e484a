"""Who leads: of the operator's instances one serves, as long as it renews its lease.

An instance that fails does not give its lease back. Until that has run out nobody serves; then another instance takes over.
Renewals are reckoned, not carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fakes.apimachinery.clock import Clock, Timer
from fakes.mirrord.model.settings import Settings

__all__ = ["Leadership", "Lease", "lease_end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who leads since when, and how often that has changed."""

    holder: str
    acquired: datetime
    transitions: int = 0


def lease_end(lease: Lease, settings: Settings, failed: datetime) -> datetime:
    """When a lease runs out whose holder failed at a moment: so long after it was last renewed."""
    period = timedelta(seconds=settings.lease_renewal_seconds)
    renewed = lease.acquired + (failed - lease.acquired) // period * period
    return renewed + timedelta(seconds=settings.lease_seconds)


class Leadership:
    """The lease of one operator.

    Args:
        taken_over: called when another instance leads.
    """

    def __init__(
        self, clock: Clock, settings: Callable[[], Settings], taken_over: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._taken_over = taken_over
        self._timer: Timer | None = None
        self.lease = Lease(holder="mirrord-operator-0", acquired=clock.now())

    @property
    def vacant(self) -> bool:
        """Whether nobody serves."""
        return self._timer is not None

    def fail(self) -> None:
        """Let the leading instance be gone without a word."""
        if not self.vacant:
            end = lease_end(self.lease, self._settings(), self._clock.now())
            self._timer = self._clock.call_at(end, self.hand_over)

    def hand_over(self) -> None:
        """Let another instance lead from now on."""
        self.stop()
        transitions = self.lease.transitions + 1
        self.lease = Lease(
            holder=f"mirrord-operator-{transitions}", acquired=self._clock.now(), transitions=transitions
        )
        self._taken_over()

    def stop(self) -> None:
        """Forget the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
