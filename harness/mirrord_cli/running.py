"""Running a command in this process: arguments and surroundings in, text and exit code out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from harness.mirrord_cli.commands import mirrord
from harness.mirrord_cli.invocation import Cluster, Invocation
from harness.mirrord_cli.transport import Api

__all__ = ["run"]


def run(
    args: Sequence[str],
    *,
    api: Api,
    env: Mapping[str, str],
    stdout: TextIO,
    stderr: TextIO,
    whoami: str,
    hostname: str,
    home: Path | None,
    now: Callable[[], datetime],
    namespace: str = "default",
    sleep: Callable[[float], None] = lambda _: None,
    random: Callable[[int], bytes] = os.urandom,
) -> int:
    """Run ``mirrord`` with the arguments (without the program's name) against an API; the exit code.

    ``namespace`` is that of the kubeconfig's context. ``sleep`` waits between tries of a request: not at all unless
    told, since the cluster may live in this process.
    """
    cluster = Cluster(api=api, namespace=namespace)
    invocation = Invocation(
        connect=lambda _: cluster,
        env=env,
        stdout=stdout,
        stderr=stderr,
        whoami=whoami,
        hostname=hostname,
        home=home,
        now=now,
        sleep=sleep,
        random=random,
    )
    try:
        result = mirrord.main(list(args), prog_name="mirrord", standalone_mode=False, obj=invocation)
    except click.ClickException as error:
        error.show(file=stderr)
        return error.exit_code
    return result if isinstance(result, int) else 0
