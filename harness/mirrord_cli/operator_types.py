"""The operator's own object as the product decodes it.

What does not decode fails the whole command, so the parts that no command prints are here too. Copy targets and
statistics are snake_case; clusters, previews and sessions of several clusters are camelCase. Of the queues of a copy
target anything is taken.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from harness.mirrord_cli.dates import date_problem
from harness.mirrord_cli.queue_types import ObjectMeta
from harness.mirrord_cli.semver import version_problem
from harness.mirrord_cli.serde import SEMVER
from harness.mirrord_cli.session_types import Session
from harness.mirrord_cli.targets import show_target

__all__ = [
    "CopyTarget",
    "CopyTargetEntry",
    "MirrordOperator",
    "MultiClusterSession",
    "OperatorSpec",
    "OperatorStatus",
    "Statistics",
    "UserCredential",
]

U32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
U64 = Annotated[int, msgspec.Meta(ge=0)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Feature = Annotated[str, msgspec.Meta(extra_json_schema={"format": "enum"})]
Usize = Annotated[int, msgspec.Meta(ge=0, extra_json_schema={"format": "usize"})]
Date = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date"})]
Version = Annotated[str, msgspec.Meta(extra_json_schema={"format": SEMVER})]


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
    rust_name: ClassVar[str] = "MirrordOperatorStatusStatistics"

    dau: Usize
    mau: Usize
    active_ci_sessions_count: Usize | None = None
    active_preview_sessions_count: Usize | None = None


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
    rust_name: ClassVar[str] = "MultiClusterSessionInfo"

    id: str
    duration_secs: U64
    user: str
    target: str
    namespace: str
    clusters: list[str]
    phase: str


class PreviewSession(msgspec.Struct, frozen=True, rename="camel"):
    rust_name: ClassVar[str] = "PreviewSessionInfo"

    id: str
    namespace: str
    key: str
    target: str
    duration_secs: U64
    phase: str
    idle_secs: U64 | None = None


class License(msgspec.Struct, frozen=True):
    rust_name: ClassVar[str] = "LicenseInfoOwned"

    name: str
    organization: str
    expire_at: Date
    fingerprint: str | None = None
    subscription_id: str | None = None

    def __post_init__(self) -> None:
        problem = date_problem(self.expire_at)
        if problem:
            raise ValueError(problem)

    def last_day(self) -> date:
        year, month, day = map(int, self.expire_at.split("-"))
        return date(year, month, day)


class OperatorSpec(msgspec.Struct, frozen=True, kw_only=True):
    rust_name: ClassVar[str] = "MirrordOperatorSpec"

    operator_version: Version
    default_namespace: str
    features: list[Literal["ProxyApi"]] | None = None
    supported_features: list[Feature] | None = None
    license: License
    protocol_version: str | None = None
    copy_target_enabled: bool | None = None
    operator_namespace: str | None = None

    def __post_init__(self) -> None:
        problem = version_problem(self.operator_version)
        if problem:
            raise ValueError(problem)

    def supports(self, feature: str) -> bool:
        return feature in (self.supported_features or ())


class OperatorStatus(msgspec.Struct, frozen=True):
    rust_name: ClassVar[str] = "MirrordOperatorStatus"

    sessions: list[Session]
    statistics: Statistics | None = None
    copy_targets: list[CopyTargetEntry | tuple[str, CopyTarget]] | None = None
    connected_clusters: list[ClusterCheck] | None = None
    multi_cluster_sessions: list[MultiClusterSession] | None = None
    preview_sessions: list[PreviewSession] = []


class MirrordOperator(msgspec.Struct, frozen=True):
    """The one object ``mirrordoperators/operator``."""

    rust_name: ClassVar[str] = "MirrordOperatorCrd"

    metadata: ObjectMeta
    spec: OperatorSpec
    status: OperatorStatus | None = None


class UserCredentialStatus(msgspec.Struct, frozen=True):
    rust_name: ClassVar[str] = "MirrordClusterOperatorUserCredentialStatus"

    certificate: str


class UserCredentialSpec(msgspec.Struct, frozen=True):
    rust_name: ClassVar[str] = "MirrordClusterOperatorUserCredentialSpec"

    csr: str
    kind: str


class UserCredential(msgspec.Struct, frozen=True):
    """The answer to a certificate request of the newer kind."""

    rust_name: ClassVar[str] = "MirrordClusterOperatorUserCredential"

    metadata: ObjectMeta
    spec: UserCredentialSpec
    status: UserCredentialStatus | None = None
