"""Split queues of a session, as the product decodes them from the operator's status. All are camelCase."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

__all__ = ["KafkaTopic", "ObjectMeta", "QueueConsumer", "SqsSession"]

U16 = Annotated[int, msgspec.Meta(ge=0, le=2**16 - 1)]


class ObjectMeta(msgspec.Struct, frozen=True):
    """The part of an object's metadata that is looked at."""

    name: str | None = None
    namespace: str | None = None


class QueueConsumer(msgspec.Struct, frozen=True, rename="camel"):
    """The workload whose queues are split."""

    name: str
    workload_type: str
    container: str | None = None


class QueueNames(msgspec.Struct, frozen=True, rename="camel"):
    rust_name: ClassVar[str] = "QueueNameUpdate"

    original_name: str
    output_name: str


class SqsSplit(msgspec.Struct, frozen=True, rename="camel"):
    """The names of split queues; keys are ``<queue id>[::<input>]``."""

    rust_name: ClassVar[str] = "SqsSplitDetails"

    queue_names: dict[str, QueueNames]
    env_updates: dict[str, QueueNames]


class SqsProblem(msgspec.Struct, frozen=True, rename="camel"):
    rust_name: ClassVar[str] = "SqsSessionError"

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
    rust_name: ClassVar[str] = "MirrordSqsSessionSpec"

    queue_filters: dict[str, dict[str, str]]
    queue_consumer: QueueConsumer
    session_id: str
    queue_jq_filters: dict[str, str] = {}
    output_queue_names: dict[str, str] = {}


class SqsSession(msgspec.Struct, frozen=True):
    """A MirrordSQSSession."""

    rust_name: ClassVar[str] = "MirrordSqsSession"

    metadata: ObjectMeta
    spec: SqsSpec
    status: SqsStatus | None = None


class KafkaTopic(msgspec.Struct, frozen=True, rename="camel"):
    """The spec of a MirrordKafkaEphemeralTopic."""

    rust_name: ClassVar[str] = "MirrordKafkaEphemeralTopicSpec"

    name: str
    client_config: str
