"""Sessions that run on this machine: each serves HTTP on a socket in ``~/.mirrord/sessions``.

A socket that does not answer is removed, as the product does.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

__all__ = ["LocalProcess", "LocalSession", "LocalSessionError", "load_local_sessions"]


class LocalSessionError(Exception):
    """The session's socket did not do what was asked."""


class LocalProcess(msgspec.Struct, frozen=True):
    """A process that the session serves."""

    pid: int
    process_name: str
    parent_pid: int | None = None
    cmdline: list[str] = []


class SessionInfo(msgspec.Struct, frozen=True):
    """What ``GET /info`` says, as far as it is shown."""

    session_id: str
    target: str
    started_at: str
    mirrord_version: str
    is_operator: bool
    key: str | None = None
    namespace: str | None = None
    processes: list[LocalProcess] = []

    def primary_process(self) -> LocalProcess | None:
        """The first process whose parent is none of them, else the one of the lowest pid."""
        known = {process.pid for process in self.processes}
        roots = (process for process in self.processes if process.parent_pid not in known)
        return next(roots, min(self.processes, key=lambda process: process.pid, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSession:
    """A session that answered, and the socket it answered on."""

    info: SessionInfo
    path: Path

    def kill(self) -> None:
        """Shut its API down.

        Raises:
            LocalSessionError: it refused or is gone.
        """
        _request(self.path, "POST", "/kill")


def load_local_sessions(home: Path) -> Sequence[LocalSession]:
    """The sessions of whoever lives there."""
    sessions = []
    for path in sorted((home / ".mirrord" / "sessions").glob("*.sock")):
        try:
            info = msgspec.json.decode(_request(path, "GET", "/info"), type=SessionInfo)
        except (LocalSessionError, msgspec.MsgspecError):
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            sessions.append(LocalSession(info=info, path=path))
    return sessions


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))


def _request(path: Path, method: str, target: str) -> bytes:
    connection = _UnixConnection(path)
    try:
        connection.request(method, target)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise LocalSessionError(str(error)) from error
    finally:
        connection.close()
    if response.status >= 400:
        text = body.decode(errors="replace")
        raise LocalSessionError(
            f"internal proxy session monitor error ({response.status} {response.reason}) {text}"
        )
    return body
