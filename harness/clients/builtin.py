"""Runs our implementation of ``mirrord`` in this process."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.clients.client import NO_ENVIRONMENT, CommandResult
from harness.mirrord_cli.running import run
from harness.mirrord_cli.transport import ApiClientTransport

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["BuiltinMirrordClient"]


class BuiltinMirrordClient:
    """``mirrord`` as one person runs it, through their ``ApiClient``; ``home`` holds their credentials."""

    def __init__(
        self,
        api_client: ApiClient,
        *,
        whoami: str,
        hostname: str,
        home: Path,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        namespace: str = "default",
    ) -> None:
        self._api = ApiClientTransport(api_client)
        self._whoami = whoami
        self._hostname = hostname
        self._home = home
        self._now = now
        self._random = random
        self._namespace = namespace

    def run(self, args: Sequence[str], *, env: Mapping[str, str] = NO_ENVIRONMENT) -> CommandResult:
        stdout, stderr = io.StringIO(), io.StringIO()
        exit_code = run(
            args,
            api=self._api,
            env=env,
            stdout=stdout,
            stderr=stderr,
            whoami=self._whoami,
            hostname=self._hostname,
            home=self._home,
            now=self._now,
            namespace=self._namespace,
            random=self._random,
        )
        return CommandResult(
            args=("mirrord", *args), exit_code=exit_code, stdout=stdout.getvalue(), stderr=stderr.getvalue()
        )
