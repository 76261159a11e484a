"""``mirrord operator status``: what the operator's one object says, printed.

SQS and Kafka tables stand in the order in which their consumers first appear; the product's order is random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.mirrord_cli.duration import format_duration
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.operator_api import OperatorApi, OperatorApiError
from harness.mirrord_cli.operator_types import (
    CopyTarget,
    CopyTargetEntry,
    MultiClusterSession,
    OperatorSpec,
    OperatorStatus,
    Statistics,
)
from harness.mirrord_cli.queue_tables import render_kafka, render_sqs
from harness.mirrord_cli.session_types import Session
from harness.mirrord_cli.table import render
from harness.mirrord_cli.targets import show_target

__all__ = ["print_status", "render_header", "render_status"]

_COPY_TARGET_HEADER = ("Original Target", "Namespace", "Copy Pod Name", "Scale Down?")
_SESSION_HEADER = ("Session ID", "Target", "Namespace", "User", "Ports", "Session Duration")
_MULTI_CLUSTER_HEADER = ("Session ID", "Target", "Namespace", "User", "Clusters", "Phase", "Session Duration")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def print_status(invocation: Invocation, *, config_file: str | None) -> None:
    """Run the command.

    Raises:
        CliError: there is no status to print; what is above it may have been printed.
    """
    operator = _fetch(invocation, config_file).operator
    invocation.stdout.write(render_header(operator.spec))
    if operator.status is None:
        raise CliError.status_not_found()
    invocation.stdout.write(render_status(operator.status))


def _fetch(invocation: Invocation, config_file: str | None) -> OperatorApi:
    with invocation.progress("Operator Status") as progress:
        configuration = invocation.configuration(config_file=config_file)
        with progress.subtask("fetching status") as subtask:
            try:
                api = invocation.find_operator(configuration)
            except OperatorApiError as error:
                subtask.failure("failed to get status")
                raise error.report from error
            if api is None:
                subtask.failure("operator not found")
                raise CliError.operator_not_installed()
            subtask.success("fetched status")
        progress.success()
    return api


def render_header(spec: OperatorSpec) -> str:
    """The operator's version and license, between empty lines."""
    license_ = spec.license
    last_day = license_.last_day()
    return (
        f"\nOperator version: {spec.operator_version}\n"
        f"Operator default namespace: {spec.default_namespace}\n"
        "Operator License\n"
        f"    name: {license_.name}\n"
        f"    organization: {license_.organization}\n"
        f"    expire at: {last_day.day:>2}-{_MONTHS[last_day.month - 1]}-"
        f"{last_day.year:04}\n\n"
    )


def render_status(status: OperatorStatus) -> str:
    """Everything below the header."""
    return "".join(_sections(status))


def _sections(status: OperatorStatus) -> Iterator[str]:
    if status.copy_targets is not None:
        yield _render_copy_targets(status.copy_targets)
    if status.statistics is not None:
        yield _render_statistics(status.statistics)
    sessions = [session for session in status.sessions if not session.is_preview]
    yield render([_SESSION_HEADER, *map(_session_row, sessions)]) + "\n"
    if status.multi_cluster_sessions is not None:
        yield _render_multi_cluster(status.multi_cluster_sessions)
    yield render_sqs(sessions)
    yield render_kafka(sessions)


def _render_copy_targets(entries: Sequence[CopyTargetEntry | tuple[str, CopyTarget]]) -> str:
    if not entries:
        return "No active copy targets.\n\n"
    return f"Active Copy Targets:\n{render([_COPY_TARGET_HEADER, *map(_copy_target_row, entries)])}\n"


def _copy_target_row(entry: CopyTargetEntry | tuple[str, CopyTarget]) -> Sequence[str]:
    pod, copy = (entry.pod_name, entry.copy_target) if isinstance(entry, CopyTargetEntry) else entry
    scaled_down = "*" if copy.spec.scale_down else ""
    return show_target(copy.spec.target), copy.metadata.namespace or "", pod, scaled_down


def _render_statistics(statistics: Statistics) -> str:
    lines = [f"Operator Daily Users: {statistics.dau}", f"Operator Monthly Users: {statistics.mau}"]
    counts = (
        ("CI Sessions", statistics.active_ci_sessions_count),
        ("Preview Environment Sessions", statistics.active_preview_sessions_count),
    )
    shown = [f"  {name}: {count}" for name, count in counts if count is not None]
    if shown:
        lines += ["Operator Nonhuman (CI/Preview) Concurrent Sessions:", *shown]
    return "\n".join([*lines, "", ""])


def _session_row(session: Session) -> Sequence[str]:
    ports = "\n".join(
        f"Port: {port.port}, Type: {port.kind}{'' if port.filter is None else f', Filter: {port.filter}'}"
        for port in session.ports()
    )
    return (
        session.id or "",
        session.target,
        "N/A" if session.namespace is None else session.namespace,
        session.user,
        ports,
        format_duration(session.duration_secs),
    )


def _render_multi_cluster(sessions: Sequence[MultiClusterSession]) -> str:
    rows = [
        (
            session.id,
            session.target,
            session.namespace,
            session.user,
            ", ".join(session.clusters),
            session.phase,
            format_duration(session.duration_secs),
        )
        for session in sessions
    ]
    return f"Multi-Cluster Sessions:\n{render([_MULTI_CLUSTER_HEADER, *rows])}\n"
