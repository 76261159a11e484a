"""``mirrord session`` and ``mirrord kill``: the sessions of this machine and of the cluster, in one list.

A session without an id that only the operator knows is one row under ``N/A`` with all others like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.mirrord_cli.duration import format_duration
from harness.mirrord_cli.errors import CliError
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.local_sessions import (
    LocalProcess,
    LocalSession,
    LocalSessionError,
    SessionInfo,
    load_local_sessions,
)
from harness.mirrord_cli.remote_sessions import (
    Scope,
    StatusUnavailableError,
    kill_remote_session,
    load_remote_sessions,
)
from harness.mirrord_cli.session_types import Session
from harness.mirrord_cli.table import render

__all__ = ["list_sessions", "stop_session", "stop_sessions_with_key"]

_NOT_AVAILABLE = "N/A"
_HEADER = (
    "Session ID",
    "Process ID",
    "Key",
    "Target",
    "Namespace",
    "User",
    "Process name",
    "Command line",
    "Time up",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    session_id: str
    local: SessionInfo | None = None
    remote: Session | None = None


def list_sessions(invocation: Invocation, scope: Scope, *, key: str | None) -> None:
    """Print the sessions; what the operator refuses to list is not missed."""
    rows = _merged(_local(invocation), _remote_or_none(invocation, scope, key), key)
    if not rows:
        invocation.stdout.write("No active sessions.\n")
        return
    now = invocation.now()
    invocation.stdout.write(render([_HEADER, *(_cells(row, now) for row in rows)]))


def stop_session(invocation: Invocation, scope: Scope, session_id: str) -> None:
    """End one session, here, in the cluster, or both.

    Raises:
        CliError: there is none, or it could not be ended.
    """
    mine = [session for session in _local(invocation) if session.info.session_id == session_id]
    _kill(invocation, scope, session_id, mine[0] if mine else None, None)
    invocation.stdout.write(f"Killed session {session_id}.\n")


def stop_sessions_with_key(invocation: Invocation, scope: Scope, key: str) -> None:
    """End the sessions of this machine that were started with the key.

    Raises:
        CliError: there is none, or one could not be ended.
    """
    selected = [session for session in _local(invocation) if session.info.key == key]
    if not selected:
        raise CliError.session(f"no local sessions found with key `{key}`")
    for session in selected:
        _kill(invocation, scope, session.info.session_id, session, key)
    names = [session.info.session_id for session in selected]
    if len(names) == 1:
        invocation.stdout.write(f"Killed session {names[0]}.\n")
    else:
        invocation.stdout.write(f"Killed {len(names)} sessions: {', '.join(names)}.\n")


def _home(invocation: Invocation) -> Path:
    if invocation.home is None:
        raise CliError.session("could not determine home directory")
    return invocation.home


def _local(invocation: Invocation) -> Sequence[LocalSession]:
    return load_local_sessions(_home(invocation))


def _remote_or_none(invocation: Invocation, scope: Scope, key: str | None) -> Sequence[Session]:
    try:
        return load_remote_sessions(invocation, scope, key)
    except (CliError, StatusUnavailableError):
        return ()


def _kill(
    invocation: Invocation, scope: Scope, session_id: str, local: LocalSession | None, key: str | None
) -> None:
    """What fails in the cluster does not count once the session of this machine is ended."""
    if local is not None:
        try:
            local.kill()
        except LocalSessionError as error:
            raise CliError.session(f"failed to kill local session `{session_id}`: {error}") from error
    try:
        killed = kill_remote_session(invocation, scope, session_id, key)
    except CliError:
        if local is None:
            raise
        return
    if not killed and local is None:
        raise CliError.session(f"no local or remote session found with id `{session_id}`")


def _merged(local: Sequence[LocalSession], remote: Sequence[Session], key: str | None) -> Sequence[_Row]:
    """Local rows by when they started, then the others by id."""
    rows: dict[str, _Row] = {}
    for session in local:
        if key is None or session.info.key == key:
            rows[session.info.session_id] = _Row(session_id=session.info.session_id, local=session.info)
    for known in remote:
        if key is None or known.key == key:
            name = known.id if known.id is not None else _NOT_AVAILABLE
            rows[name] = replace(rows.get(name, _Row(session_id=name)), remote=known)
    return sorted(rows.values(), key=_order)


def _order(row: _Row) -> tuple[bool, str]:
    return row.local is None, row.session_id if row.local is None else row.local.started_at


def _cells(row: _Row, now: datetime) -> Sequence[str]:
    local, remote = row.local, row.remote
    process = local.primary_process() if local else None
    target = local.target if local else remote.target if remote else _NOT_AVAILABLE
    namespace = (local.namespace if local else None) or (remote.namespace if remote else None)
    return (
        row.session_id,
        str(process.pid) if process else _NOT_AVAILABLE,
        (local.key if local else None) or _NOT_AVAILABLE,
        target,
        namespace or _NOT_AVAILABLE,
        _user(row),
        process.process_name if process else _NOT_AVAILABLE,
        _command_line(process),
        _time_up(row, now),
    )


def _user(row: _Row) -> str:
    if row.remote is None:
        return _NOT_AVAILABLE
    return f"You ({row.remote.user})" if row.local else row.remote.user


def _command_line(process: LocalProcess | None) -> str:
    if process is None:
        return _NOT_AVAILABLE
    return " ".join(process.cmdline) if process.cmdline else process.process_name


def _time_up(row: _Row, now: datetime) -> str:
    if row.local is not None:
        return _since(row.local.started_at, now)
    return format_duration(row.remote.duration_secs) if row.remote else "unknown"


def _since(started_at: str, now: datetime) -> str:
    try:
        started = datetime.fromisoformat(started_at)
    except ValueError:
        return "unknown"
    started = started if started.tzinfo else started.replace(tzinfo=UTC)
    seconds = (now - started).total_seconds()
    return format_duration(int(seconds)) if seconds >= 0 else "unknown"
