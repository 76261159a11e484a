"""Runs a real mirrord, the product's binary."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.clients.client import NO_ENVIRONMENT, CommandResult, Kubeconfig

__all__ = ["MirrordClient"]


class MirrordClient:
    """mirrord as one person runs it, with a home of its own; it phones nobody but the cluster."""

    def __init__(self, binary: Path, kubeconfig: Kubeconfig, *, home: Path, timeout: float = 60.0) -> None:
        self._binary = binary
        self._kubeconfig = kubeconfig
        self._home = home
        self._timeout = timeout

    def run(self, args: Sequence[str], *, env: Mapping[str, str] = NO_ENVIRONMENT) -> CommandResult:
        """Run it.

        Raises:
            subprocess.TimeoutExpired: it did not end in time.
        """
        done = subprocess.run(  # noqa: S603 - the binary is the caller's choice, and no shell reads the arguments
            [str(self._binary), *args],
            env={**self._surroundings(), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self._timeout,
            check=False,
        )
        return CommandResult(
            args=("mirrord", *args), exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr
        )

    def _surroundings(self) -> dict[str, str]:
        surroundings = {
            "HOME": str(self._home),
            "PATH": "",
            "MIRRORD_KUBECONFIG": str(self._kubeconfig.path),
            "MIRRORD_CHECK_VERSION": "false",
            "MIRRORD_TELEMETRY": "false",
        }
        if self._kubeconfig.context is not None:
            surroundings["MIRRORD_KUBE_CONTEXT"] = self._kubeconfig.context
        return surroundings
