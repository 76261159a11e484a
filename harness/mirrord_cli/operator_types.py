"""The operator's objects as the product decodes them: unknown fields ignored, a missing required one an error.

What is reachable from MirrordOperator, Session and CopyTarget is snake_case; clusters, previews and queues are
camelCase. An object that does not decode fails the whole command, so the parts that no command prints are here too,
but for RabbitMQ sessions and the queues of a copy target, of which anything is taken.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from harness.mirrord_cli.targets import show_target

__all__ = [
    "CopyTarget",
    "CopyTargetEntry",
    "KafkaTopic",
    "LockedPort",
    "MirrordOperator",
    "MultiClusterSession",
    "OperatorStatus",
    "QueueConsumer",
    "Session",
    "SessionList",
    "SessionObject",
    "SqsSession",
    "UserCredential",
]

PREVIEW_USER = "preview-env"

_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII
)

U16 = Annotated[int, msgspec.Meta(ge=0, le=2**16 - 1)]
U32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
U64 = Annotated[int, msgspec.Meta(ge=0)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ObjectMeta(msgspec.Struct, frozen=True):
    """The part of an object's metadata that is looked at."""

    name: str | None = None
    namespace: str | None = None


class LockedPort(msgspec.Struct, frozen=True):
    """A port that a session holds. Older operators send an array of the three instead."""

    port: U16
    kind: str
    filter: str | None = None


class QueueConsumer(msgspec.Struct, frozen=True, rename="camel"):
    """The workload whose queues are split."""

    name: str
    workload_type: str
    container: str | None = None


class QueueNames(msgspec.Struct, frozen=True, rename="camel"):
    original_name: str
    output_name: str


class SqsSplit(msgspec.Struct, frozen=True, rename="camel"):
    """The names of split queues; keys are ``<queue id>[::<input>]``."""

    queue_names: dict[str, QueueNames]
    env_updates: dict[str, QueueNames]


class SqsProblem(msgspec.Struct, frozen=True, rename="camel"):
    status_code: U16
    reason: str


class SqsStarting(msgspec.Struct, frozen=True):
    start_time_utc: str


class SqsCleanup(msgspec.Struct, frozen=True):
    error: SqsProblem
    details: SqsSplit | None = None


class SqsStatus(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    """One of these is there, and says by its name how far the split is."""

    starting: SqsStarting | None = None
    registering_filters: SqsSplit | None = None
    ready: SqsSplit | None = None
    start_error: SqsProblem | None = None
    cleanup_error: SqsCleanup | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in msgspec.structs.astuple(self)) != 1:
            raise ValueError("expected one known variant of SQSSessionStatus")

    def split(self) -> SqsSplit | None:
        cleaned = self.cleanup_error.details if self.cleanup_error else None
        return self.registering_filters or self.ready or cleaned


class SqsSpec(msgspec.Struct, frozen=True, rename="camel"):
    queue_filters: dict[str, dict[str, str]]
    queue_consumer: QueueConsumer
    session_id: str
    queue_jq_filters: dict[str, str] = {}
    output_queue_names: dict[str, str] = {}


class SqsSession(msgspec.Struct, frozen=True):
    """A MirrordSQSSession."""

    metadata: ObjectMeta
    spec: SqsSpec
    status: SqsStatus | None = None


class KafkaTopic(msgspec.Struct, frozen=True, rename="camel"):
    """The spec of a MirrordKafkaEphemeralTopic."""

    name: str
    client_config: str


class HttpFilter(msgspec.Struct, frozen=True, rename="camel"):
    header_filter: str | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the operator reports it."""

    id: str | None = None
    duration_secs: U64
    user: str
    target: str
    namespace: str | None = None
    locked_ports: list[LockedPort | tuple[U16, str, str | None]] | None = None
    user_id: str | None = None
    sqs: list[SqsSession] | None = None
    rmq: list[dict[str, Any]] | None = None
    kafka: list[KafkaTopic] | None = None
    key: str | None = None
    http_filter: HttpFilter | None = None

    @property
    def is_preview(self) -> bool:
        """It stands for a preview environment, which the commands do not show."""
        return self.user == PREVIEW_USER

    def ports(self) -> list[LockedPort]:
        """The locked ports, whichever of the two encodings they came in."""
        return [
            port if isinstance(port, LockedPort) else LockedPort(*port) for port in self.locked_ports or ()
        ]


class SessionSpec(msgspec.Struct, frozen=True):
    session: Session


class SessionObject(msgspec.Struct, frozen=True):
    """One object of the resource ``sessions``."""

    metadata: ObjectMeta
    spec: SessionSpec


class SessionList(msgspec.Struct, frozen=True):
    """A list of them; ``items`` has to be there, but may be null."""

    items: list[SessionObject] | None


class CopyTargetSpec(msgspec.Struct, frozen=True, kw_only=True):
    target: Any = None
    idle_ttl: U32 | None = None
    scale_down: bool
    split_queues: Any = None
    exclude_containers: list[str] = []
    exclude_init_containers: list[str] = []
    auto_queue_splitting: bool | None = None
    session_key: str | None = None

    def __post_init__(self) -> None:
        show_target(self.target)


class CopyTargetStatus(msgspec.Struct, frozen=True):
    creator_session: Session
    phase: str | None = None
    failure_message: str | None = None


class CopyTarget(msgspec.Struct, frozen=True):
    metadata: ObjectMeta
    spec: CopyTargetSpec
    status: CopyTargetStatus | None = None


class CopyTargetEntry(msgspec.Struct, frozen=True):
    """A copy and its pod. Older operators send an array of the two instead, pod first."""

    pod_name: str
    copy_target: CopyTarget


class Statistics(msgspec.Struct, frozen=True):
    dau: U64
    mau: U64
    active_ci_sessions_count: U64 | None = None
    active_preview_sessions_count: U64 | None = None


class ConnectedCluster(msgspec.Struct, frozen=True, rename="camel"):
    operator_version: str
    license_fingerprint: str | None = None


class ClusterProblem(msgspec.Struct, frozen=True):
    message: str


class ClusterCheck(msgspec.Struct, frozen=True, rename="camel"):
    """A remote cluster as it was last seen: connected, or with an error."""

    name: str
    last_check: Moment
    connected: ConnectedCluster | None = None
    error: ClusterProblem | None = None

    def __post_init__(self) -> None:
        if self.connected is None and self.error is None:
            raise ValueError("no variant of enum ClusterCheckResult found in flattened data")


class MultiClusterSession(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    duration_secs: U64
    user: str
    target: str
    namespace: str
    clusters: list[str]
    phase: str


class PreviewSession(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    namespace: str
    key: str
    target: str
    duration_secs: U64
    phase: str
    idle_secs: U64 | None = None


class License(msgspec.Struct, frozen=True):
    name: str
    organization: str
    expire_at: date
    fingerprint: str | None = None
    subscription_id: str | None = None


class OperatorSpec(msgspec.Struct, frozen=True, kw_only=True):
    operator_version: str
    default_namespace: str
    features: list[Literal["ProxyApi"]] | None = None
    supported_features: list[str] | None = None
    license: License
    protocol_version: str | None = None
    copy_target_enabled: bool | None = None
    operator_namespace: str | None = None

    def __post_init__(self) -> None:
        if not _SEMVER.fullmatch(self.operator_version):
            raise ValueError(f"{self.operator_version!r} is not a semantic version")

    def supports(self, feature: str) -> bool:
        return feature in (self.supported_features or ())


class OperatorStatus(msgspec.Struct, frozen=True):
    sessions: list[Session]
    statistics: Statistics | None = None
    copy_targets: list[CopyTargetEntry | tuple[str, CopyTarget]] | None = None
    connected_clusters: list[ClusterCheck] | None = None
    multi_cluster_sessions: list[MultiClusterSession] | None = None
    preview_sessions: list[PreviewSession] = []


class MirrordOperator(msgspec.Struct, frozen=True):
    """The one object ``mirrordoperators/operator``."""

    metadata: ObjectMeta
    spec: OperatorSpec
    status: OperatorStatus | None = None


class UserCredentialStatus(msgspec.Struct, frozen=True):
    certificate: str


class UserCredential(msgspec.Struct, frozen=True):
    """The answer to a certificate request of the newer kind."""

    status: UserCredentialStatus | None = None
