"""The tables of split queues that end ``mirrord operator status``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.mirrord_cli.queue_types import QueueConsumer, SqsSession
from harness.mirrord_cli.session_types import Session
from harness.mirrord_cli.table import render

__all__ = ["render_kafka", "render_sqs"]

_SQS_HEADER = ("Session ID", "Queue ID", "User", "Original Name", "Output Name", "Filter")
_KAFKA_HEADER = ("Session ID", "Topic Name", "User", "Client Config", "Type")
_WORKLOADS = {"Deployment": "deployment", "Rollout": "rollout"}

Rows = list[tuple[str, ...]]


def render_sqs(sessions: Iterable[Session]) -> str:
    """A titled table for each consumer of split SQS queues."""
    tables: dict[str, Rows] = {}
    for session in sessions:
        for split in session.sqs or ():
            rows = list(_sqs_rows(session, split))
            if rows:
                tables.setdefault(_show_consumer(split.spec.queue_consumer), []).extend(rows)
    return "".join(
        f"SQS Queue for {consumer}\n{render([_SQS_HEADER, *rows])}" for consumer, rows in tables.items()
    )


def _sqs_rows(session: Session, sqs: SqsSession) -> Iterator[tuple[str, ...]]:
    """A row for each filter of each queue; filters go by the queue's id, or by ``*``."""
    split = sqs.status.split() if sqs.status else None
    names = split.queue_names if split else {}
    filters, jq_filters = sqs.spec.queue_filters, sqs.spec.queue_jq_filters
    for key in sorted(names):
        queue = key.partition("::")[0]
        start = (session.id or "", queue, session.user, names[key].original_name, names[key].output_name)
        attributes = filters.get(queue, filters.get("*", {}))
        for attribute in sorted(attributes):
            yield *start, f"{attribute}:{attributes[attribute]}"
        program = jq_filters.get(queue, jq_filters.get("*"))
        if program is not None:
            yield *start, f"jq:{program}"


def _show_consumer(consumer: QueueConsumer) -> str:
    workload = _WORKLOADS.get(consumer.workload_type, "unsupported")
    container = "" if consumer.container is None else f"/container/{consumer.container}"
    return f"{workload}/{consumer.name}{container}"


def render_kafka(sessions: Iterable[Session]) -> str:
    """A table for each target that consumes split Kafka topics; of sessions with one target, the last one's."""
    tables: dict[str, Rows] = {}
    for session in sessions:
        if session.kafka:
            tables[session.target] = [
                (
                    session.id or "",
                    topic.name,
                    session.user,
                    topic.client_config,
                    "Fallback" if "-fallback-" in topic.name else "Filtered",
                )
                for topic in session.kafka
            ]
    return "".join(render([_KAFKA_HEADER, *rows]) for rows in tables.values())
