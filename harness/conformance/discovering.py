"""What kind of cluster it is, asked of the cluster itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harness.cluster import Capability, Cluster, StatusError
from harness.objects import call

__all__ = ["KNOWN_FEATURES", "NOTHING_KNOWN", "Found", "discover"]

OPERATOR = "/apis/operator.metalbear.co/v1/mirrordoperators/operator"
KNOWN_FEATURES = (
    "ProxyApi", "CopyTarget", "CopyTargetExcludeContainers", "SessionManagement", "SqsQueueSplitting",
    "KafkaQueueSplitting", "LayerReconnect", "KafkaQueueSplittingDirect", "SqsQueueSplittingDirect", "MySqlBranching",
    "ExtendableUserCredentials", "PgBranching", "CockroachdbBranching", "BypassCiCertificateVerification",
    "MongodbBranching", "MultiClusterPrimary", "MultiClusterRemote", "SqsQueueSplittingWithJqFilter",
    "KafkaQueueSplittingWithJqFilter", "PreviewEnv", "UnifiedBranchDbCrd", "RmqQueueSplitting",
    "GcpPubSubQueueSplitting", "RedisPubSubQueueSplitting", "TemporalQueueSplitting", "ConnectParamsInHeader",
    "BullMqQueueSplitting", "GenericDbBranching", "CopyTargetFilterIsolation", "LabelTargeting", "MariaDbBranching",
    "DbBranchCustomImage", "DbBranchProfiles", "DiagnosticPing", "KafkaQueueSplittingWithProtobufDecoding",
    "PgBranchQueryParams",
)  # fmt: skip
"""What an operator of the product may announce, in the product's order."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Versions, features, and what time it was on the cluster."""

    kubernetes_version: str = UNKNOWN
    operator_version: str = UNKNOWN
    features: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    date: datetime | None = None

    @property
    def unsupported(self) -> list[str]:
        return [each for each in KNOWN_FEATURES if each not in self.features]

    @property
    def missing_capabilities(self) -> list[str]:
        return [each.value for each in Capability if each.value not in self.capabilities]


NOTHING_KNOWN = Found()


def discover(cluster: Cluster) -> Found:
    """Ask as the administrator. What the cluster does not tell stays unknown."""
    spec = _get(cluster, OPERATOR).get("spec") or {}
    return Found(
        kubernetes_version=str(_get(cluster, "/version").get("gitVersion") or UNKNOWN),
        operator_version=str(spec.get("operator_version") or UNKNOWN),
        features=tuple(map(str, spec.get("supported_features") or spec.get("features") or ())),
        capabilities=tuple(sorted(each.value for each in cluster.capabilities)),
        date=cluster.now(),
    )


def _get(cluster: Cluster, path: str) -> dict[str, Any]:
    try:
        return call(cluster.api_client(cluster.admin), "GET", path)
    except StatusError:
        return {}
