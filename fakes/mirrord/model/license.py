"""The license: what it says in the MirrordOperator object, and who may still have a seat.

A seat belongs to a client certificate, or to a Kubernetes user if the operator is told to count those. It is taken by
the first session of its holder in a month, and held until the month is over, whatever becomes of the session.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.persistent import PersistentMap

__all__ = ["License", "Seats"]

_GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """A license.

    ``max_seats`` of None is no limit. ``allow_overages`` counts only in the enterprise tier; the teams tier is strict.
    ``persistent`` of None follows the tier: enterprise sessions outlive the instance of the operator, others do not.
    ``validation_reachable`` is False when the operator could not report to its license server for more than an hour;
    ``validation_lost_at`` is when it last could, and the hour counts from then.
    """

    name: str = "mirrord for Teams"
    organization: str = "Example"
    expire_at: date = date(2099, 12, 31)
    fingerprint: str | None = "example-fingerprint"
    subscription_id: str | None = "example-subscription"
    tier: Literal["teams", "enterprise"] = "enterprise"
    max_seats: int | None = None
    allow_overages: bool = True
    seat_of: Literal["certificate", "k8s-user"] = "certificate"
    persistent: bool | None = None
    validation_reachable: bool = True
    validation_lost_at: datetime | None = None

    @property
    def sessions_persist(self) -> bool:
        return self.tier == "enterprise" if self.persistent is None else self.persistent

    def valid_at(self, now: datetime) -> bool:
        """A license is good through the day on which it ends."""
        return now.date() <= self.expire_at

    def validated_at(self, now: datetime) -> bool:
        """Whether the license server was reached within the last hour."""
        lost = self.validation_lost_at
        return self.validation_reachable and (lost is None or now - lost <= _GRACE)

    def seat(self, owner: Owner) -> str:
        """Whose seat a session takes; an owner without a certificate is counted by Kubernetes user."""
        return owner.user_id if self.seat_of == "certificate" and owner.user_id else owner.k8s_username

    def to_json(self) -> dict[str, Any]:
        """``spec.license`` of the MirrordOperator object."""
        shown: dict[str, Any] = {
            "name": self.name,
            "organization": self.organization,
            "expire_at": self.expire_at.isoformat(),
        }
        if self.fingerprint is not None:
            shown["fingerprint"] = self.fingerprint
        if self.subscription_id is not None:
            shown["subscription_id"] = self.subscription_id
        return shown


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats taken in one month, given as (year, month)."""

    month: tuple[int, int] = (0, 0)
    holders: PersistentMap[str, datetime] = field(default_factory=PersistentMap)

    def at(self, now: datetime) -> Seats:
        """The seats as of a moment: a new month begins with none taken."""
        month = (now.year, now.month)
        return self if month == self.month else Seats(month)

    def holds(self, seat: str, now: datetime) -> bool:
        return seat in self.at(now).holders

    def available(self, license_: License, seat: str, now: datetime) -> bool:
        """Whether a session of this seat's holder may start."""
        strict = license_.tier == "teams" or not license_.allow_overages
        if license_.max_seats is None or not strict:
            return True
        current = self.at(now)
        return seat in current.holders or len(current.holders) < license_.max_seats

    def taken(self, seat: str, now: datetime) -> Seats:
        """The seats after one is taken."""
        current = self.at(now)
        holders = current.holders.edit()
        holders[seat] = now
        return Seats(current.month, holders.finish())
