"""Processes that end with this one, and a directory that goes with them.

The supervisor (``harness.drivers.supervising``) is a process of its own, because whoever is killed cannot clean up.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.drivers import supervising

__all__ = ["ProcessError", "Supervisor", "remove_stale"]

_GRACE = 30.0
_GONE = "the supervisor of processes has ended"


class ProcessError(Exception):
    """A process could not be started, or ended when it should not."""


class Supervisor:
    """Starts processes and keeps their files in ``directory``, both until ``stop`` or the end of this process."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix="run-", dir=root))
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", supervising.__file__, str(self.directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self._answer()

    def start(self, argv: Sequence[str], log: str) -> int:
        """Start a process that writes to the named file of the directory; its id.

        Raises:
            ProcessError: it cannot be started.
        """
        return int(self._ask({"argv": list(argv), "log": str(self.directory / log)})["pid"])

    def ended(self, pid: int) -> int | None:
        """The exit code of a process; None while it runs."""
        code: int | None = self._ask({"pid": pid})["code"]
        return code

    def end_all(self) -> None:
        """End what was started so far; the directory stays."""
        self._ask({"end": True})

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ProcessError(_GONE) from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ProcessError(_GONE)
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ProcessError(answer["error"])
        return answer

    def log(self, name: str, lines: int = 15) -> str:
        """The last lines that a process wrote."""
        with suppress(OSError):
            return "\n".join((self.directory / name).read_text("utf-8", "replace").splitlines()[-lines:])
        return ""

    def stop(self) -> None:
        """End every process and remove the directory. A second call does nothing."""
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def remove_stale(root: Path) -> list[Path]:
    """Remove the directories whose supervisor lives no more; which those were."""
    removed = []
    for directory in sorted(root.glob("run-*")):
        if _is_stale(directory):
            shutil.rmtree(directory, ignore_errors=True)
            removed.append(directory)
    return removed


def _is_stale(directory: Path) -> bool:
    """Whether nobody holds the lock. One without a lock is about to get one."""
    try:
        with open(directory / supervising.LOCK) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
