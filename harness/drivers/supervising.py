"""A process that runs other processes for as long as somebody holds its standard input open, and not a moment longer.

Run as a script by ``harness.drivers.control_plane``, in a session of its own: Ctrl-C in the terminal does not reach it, and
when the runner ends in whatever way, kill -9 included, the pipe closes; then everything that was started here is ended and
the directory removed. It imports nothing but the standard library, so that it starts at once.

Each line on standard input is a JSON object: ``{"argv": [...], "log": PATH}`` is answered by a line ``{"pid": N}`` or
``{"error": TEXT}``, ``{"pid": N}`` by ``{"code": N}``, null while that process runs, and ``{"end": true}``, which ends all
that was started so far, by ``{}``. Argument: the directory to lock and, in
the end, to remove.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["LOCK"]

LOCK = "lock"
"""The file that is locked in a directory as long as its supervisor lives."""
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask the kernel to end the child, should the supervisor itself be killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _start(argv: list[str], log: str) -> subprocess.Popen[bytes]:
    with open(log, "ab") as output:
        return subprocess.Popen(  # noqa: S603 - the runner's own choice, and no shell reads it
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=_die_with_parent,
        )  # fmt: skip


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Kill everything, with what it started: all that it has written goes with the directory."""
    for child in reversed(children):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    children.clear()


def _serve(children: list[subprocess.Popen[bytes]]) -> None:
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), children)), flush=True)


def _answer(order: dict[str, Any], children: list[subprocess.Popen[bytes]]) -> dict[str, object]:
    if "end" in order:
        _end(children)
        return {}
    if "pid" in order:
        return {"code": next(child.poll() for child in children if child.pid == order["pid"])}
    try:
        child = _start(order["argv"], order["log"])
    except OSError as error:
        return {"error": f"cannot start {order['argv'][0]}: {error.strerror}"}
    children.append(child)
    return {"pid": child.pid}


def _supervise(directory: Path) -> None:
    children: list[subprocess.Popen[bytes]] = []
    with open(directory / LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print(json.dumps({"pid": os.getpid()}), flush=True)
        with suppress(KeyboardInterrupt, SystemExit):
            _serve(children)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _end(children)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGHUP, lambda *_: sys.exit())
    _supervise(Path(sys.argv[1]))
