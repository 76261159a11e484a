"""The surroundings of a command that is run from a shell."""

from __future__ import annotations

import asyncio
import getpass
import os
import pwd
import socket
import sys
from datetime import timedelta
from pathlib import Path

from fakes.apimachinery.clock import RealClock
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.kubeconfig import connect

__all__ = ["invocation_of_process"]


def invocation_of_process() -> Invocation:
    """The machine's own environment, streams, clock and user."""
    env = dict(os.environ)
    home = Path(env["HOME"]) if env.get("HOME") else None
    clock = RealClock()

    def sleep(seconds: float) -> None:
        asyncio.run(clock.sleep_until(clock.now() + timedelta(seconds=seconds)))

    return Invocation(
        connect=lambda configuration: connect(configuration, env, home),
        env=env,
        stdout=sys.stdout,
        stderr=sys.stderr,
        whoami=_real_name(),
        hostname=socket.gethostname(),
        home=home,
        now=clock.now,
        sleep=sleep,
        random=os.urandom,
    )


def _real_name() -> str:
    try:
        full_name = pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]
        return full_name or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
