"""Runs a real binary in surroundings of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.clients.client import CommandResult

__all__ = ["run_binary"]


def run_binary(
    binary: Path,
    arguments: Sequence[str],
    *,
    typed: Sequence[str],
    surroundings: Mapping[str, str],
    timeout: float,
) -> CommandResult:
    """Run it, with nothing on its standard input and no other environment than this.

    Args:
        typed: the command as a person would type it, for the result.
        timeout: in seconds.

    Raises:
        subprocess.TimeoutExpired: it did not end in time.
    """
    done = subprocess.run(  # noqa: S603 - the binary is the caller's choice, and no shell reads the arguments
        [str(binary), *arguments],
        env=dict(surroundings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return CommandResult(args=tuple(typed), exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)
