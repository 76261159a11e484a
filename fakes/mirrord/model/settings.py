"""Everything about the operator that is configured, or that is not known of it and had to be assumed.

The operator is closed source. What its clients, charts and documentation attest is code; what they leave open is a
setting here, marked *assumed*, so that a scenario can ask how a client fares if the product does otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, NamedTuple, Self

from fakes.mirrord.model import chart_values
from fakes.mirrord.model.ids import Reading
from fakes.mirrord.model.license import License
from fakes.mirrord.model.versions import History, at_least, features_of

__all__ = ["MINIMUM_UNUSED_TTL", "FixedStatistics", "Settings"]

MINIMUM_UNUSED_TTL = 6
"""Seconds; smaller values of ``session_unused_ttl_seconds`` are raised to it."""

ACTIVITY_PERIOD = timedelta(seconds=3)
"""How often the activity of a connected session is written down."""


class FixedStatistics(NamedTuple):
    """Statistics that are given instead of counted."""

    dau: int
    mau: int
    active_ci_sessions_count: int | None = None
    active_preview_sessions_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this operator behaves.

    Lifetimes (chart values under ``operator.``; None is no limit):

    session_setup_deadline_seconds
        From the creation of a session to the first connection of its client.
    session_unused_ttl_seconds
        From the client's going away to the closing of its session; at least 6 (see ``unused_ttl``).
    max_session_time_seconds
        Of a session's whole life, in use or not.
    no_pod_targets_timeout_millis
        How long a session lives with no pod ready to be targeted.
    multi_cluster_setup_deadline_seconds, multi_cluster_session_ttl_seconds
        The same as the first two, for the parent of a multi-cluster session.

    Who the operator is:

    operator_version, protocol_version, default_namespace, operator_namespace, supported_features, license
        As in the ``spec`` of the MirrordOperator object. Features of None are those of the version.
    announce_legacy_features
        Whether the deprecated ``features`` is written, too.
    history
        Which version brought what; an operator of an earlier one does without.
    fixed_statistics
        Statistics to show instead of counting sessions.
    shown
        Parts of the status that are given as data; made by ``shown.shown_text``.

    What is kept in the cluster:

    store_sessions
        Whether sessions are written to the cluster as MirrordClusterSessions, and who leads as a Lease.
    closing_seconds
        How long a stored session can still be read after it was closed. *Assumed.*
    lease_seconds, lease_renewal_seconds
        For how long an instance leads without renewing, and how often it renews.

    What is shown (*assumed* where no source says):

    target_style
        ``path`` is ``deployment/x``; ``kind`` is ``Deployment/x``. *Assumed* ``path``.
    target_container_shown
        Whether a chosen container is part of the target's text. *Assumed.*
    mirror_ports_listed, mirror_kind
        Whether ports that are mirrored are listed with those that are stolen, and as what. *Assumed.*
    locked_port_form
        ``object``, ``array``, or None to follow ``operator_version``.
    show_session_key, show_http_filter
        Whether sessions carry ``key`` and ``http_filter``, if the version knows them.

    What management answers (*assumed*):

    deleted_code, deleted_message, all_deleted_message, inactive_deleted_message
        The Status of a success; ``{id}`` and ``{count}`` are filled in. A code of None is left out.
    delete_answers_with_object
        Answer a deletion with the deleted Session or list instead of a Status.
    unknown_session_code, unknown_session_message
        The refusal for an id that is not there; a message of None is the ordinary one of Kubernetes.
    ambiguous_id
        How a name is read that is a live session both in decimal and in hex.
    inactive_includes_starting
        Whether sessions still waiting for their first client count as inactive.
    kill_reason, no_pods_reason, override_reason
        Close reasons that no source names.
    kill_message, expired_message, state_lost_message, override_message
        The text of the message that closes a client's connection; ``{reason}`` and ``{id}`` are filled in.
    operator_ping_millis
        How often the operator pings its clients by messages of the wire protocol; 0 is never. *Assumed.*
    reconnect_refusal_message
        The text beside the reason ``ReconnectNotPossible``.
    copy_ready_after_seconds
        How long the copying of a target takes; it is said to be in progress so long.
    copy_failure
        Why no target can be copied; empty where they can.
    copied_pods_persist
        Whether sessions on a copied target outlive the instance of the operator.
    closed_sessions_remembered
        At least this many closed sessions are remembered to refuse their return.
    target_must_be_readable
        Whether a user needs the right to get the object that is targeted, as the documentation says.

    Port locks (*assumed*):

    filtered_conflicts_with_unfiltered
        Whether an unfiltered steal and a filtered one exclude each other; False lets the later evict the earlier, as
        the agent does.
    override_closes_session
        Whether ``override`` ends the other session, or only takes its port.
    ports_released_when_away
        Whether the ports of a session are free as soon as its client is gone, or only when it is closed.
    absent_client
        What becomes of a request that is stolen by a session whose client is away: it goes to the ``original``, or the
        caller gets a ``bad-gateway``.

    policy_any_of
        How many header filters of an ``any_of`` filter a policy wants to fit: ``one``, as the documentation says, or
        ``all``, as the description of the policy's field does.

    Seats (*assumed*): max_seats_code, max_seats_message, license_unreachable_message.

    expired_license_blocks, license_expired_message
        Whether an expired license is refused by the operator, too, and not only by its client, which looks at the date.
    """

    session_setup_deadline_seconds: int = 180
    session_unused_ttl_seconds: int = 30
    max_session_time_seconds: int | None = None
    no_pod_targets_timeout_millis: int | None = 60_000
    multi_cluster_setup_deadline_seconds: int = 180
    multi_cluster_session_ttl_seconds: int = 60

    operator_version: str = "3.187.0"
    protocol_version: str | None = "1.29.0"
    default_namespace: str = "default"
    operator_namespace: str | None = "mirrord"
    supported_features: tuple[str, ...] | None = None
    announce_legacy_features: bool = True
    license: License = field(default_factory=License)
    history: History = field(default_factory=History)
    fixed_statistics: FixedStatistics | None = None
    shown: str = ""

    store_sessions: bool = False
    closing_seconds: int = 10
    lease_seconds: int = 120
    lease_renewal_seconds: int = 60

    target_style: Literal["path", "kind"] = "path"
    target_container_shown: bool = True
    mirror_ports_listed: bool = True
    mirror_kind: str = "mirror"
    steal_kind: str = "steal"
    locked_port_form: Literal["object", "array"] | None = None
    show_session_key: bool = True
    show_http_filter: bool = True

    deleted_code: int | None = 200
    deleted_message: str = "session {id} was stopped"
    all_deleted_message: str = "{count} sessions were stopped"
    inactive_deleted_message: str = "{count} inactive sessions were removed"
    delete_answers_with_object: bool = False
    unknown_session_code: int = 404
    unknown_session_message: str | None = None
    ambiguous_id: Reading = "decimal"
    inactive_includes_starting: bool = False
    kill_reason: str = "Killed"
    no_pods_reason: str = "NoPodTargets"
    override_reason: str = "Overridden"
    kill_message: str = "session was stopped by a user"
    expired_message: str = "session was closed: {reason}"
    state_lost_message: str = "session was closed: {reason}"
    override_message: str = "another session took over a port of this session"
    operator_ping_millis: int = 0
    reconnect_refusal_message: str = "session {id} was closed: {reason}"
    copy_ready_after_seconds: int = 0
    copy_failure: str = ""
    copied_pods_persist: bool = False
    closed_sessions_remembered: int = 10_000
    target_must_be_readable: bool = True

    filtered_conflicts_with_unfiltered: bool = True
    override_closes_session: bool = True
    ports_released_when_away: bool = False
    absent_client: Literal["original", "bad-gateway"] = "original"
    policy_any_of: Literal["one", "all"] = "one"

    max_seats_code: int = 403
    max_seats_message: str = "MaxSeatCountReached: no seat is left for {user}"
    license_unreachable_message: str = (
        "new sessions are blocked until the operator can reach its license server"
    )
    expired_license_blocks: bool = False
    license_expired_message: str = "the license of the operator has expired"

    @property
    def setup_deadline(self) -> timedelta:
        return timedelta(seconds=self.session_setup_deadline_seconds)

    @property
    def unused_ttl(self) -> timedelta:
        return timedelta(seconds=max(self.session_unused_ttl_seconds, MINIMUM_UNUSED_TTL))

    @property
    def max_session_time(self) -> timedelta | None:
        seconds = self.max_session_time_seconds
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def no_pods_timeout(self) -> timedelta | None:
        millis = self.no_pod_targets_timeout_millis
        return None if millis is None else timedelta(milliseconds=millis)

    @property
    def locks_as_arrays(self) -> bool:
        """Whether locked ports are written in the older form."""
        if self.locked_port_form is not None:
            return self.locked_port_form == "array"
        return not self.knows(self.history.locked_port_objects)

    @property
    def features(self) -> tuple[str, ...]:
        """What the operator says it can do."""
        given = self.supported_features
        return features_of(self.operator_version) if given is None else given

    def supports(self, feature: str) -> bool:
        return feature in self.features

    def knows(self, since: str) -> bool:
        """Whether the operator is of a version or a later one; ``since`` is of ``history``."""
        return at_least(self.operator_version, since)

    def startup_warnings(self) -> list[str]:
        """What the operator logs at its start about values that do not go together."""
        limit = self.max_session_time_seconds
        if limit is None or limit >= self.session_setup_deadline_seconds:
            return []
        text = (
            f"operator.maxSessionTimeSeconds ({limit}) is less than operator.sessionSetupDeadlineSeconds "
            f"({self.session_setup_deadline_seconds}): sessions may be closed before they are set up"
        )
        return [text]

    @classmethod
    def from_chart_values(cls, values: Mapping[str, Any]) -> tuple[Self, list[str]]:
        """Settings from Helm values, and what the operator would warn of; values that mean nothing here are ignored.

        Raises:
            ValueError: a value has the wrong type.
        """
        settings = cls().with_chart_values(values)
        return settings, settings.startup_warnings()

    def with_chart_values(self, values: Mapping[str, Any]) -> Self:
        """The same with the values of a chart.

        Raises:
            ValueError: a value has the wrong type.
        """
        return replace(self, **chart_values.read(values, self.license)) if values else self
