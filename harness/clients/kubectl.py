"""Runs a real kubectl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.clients.binary import run_binary
from harness.clients.client import NO_ENVIRONMENT, CommandResult, Kubeconfig

__all__ = ["KubectlClient"]


class KubectlClient:
    """kubectl as one person runs it, with a home and cache of its own, so that nothing else of the machine is read."""

    def __init__(self, binary: Path, kubeconfig: Kubeconfig, *, home: Path, timeout: float = 30.0) -> None:
        self._binary = binary
        self._kubeconfig = kubeconfig
        self._home = home
        self._timeout = timeout

    def run(self, args: Sequence[str], *, env: Mapping[str, str] = NO_ENVIRONMENT) -> CommandResult:
        """Run it.

        Raises:
            subprocess.TimeoutExpired: it did not end in time.
        """
        options = [f"--cache-dir={self._home / '.kube' / 'cache'}"]
        if self._kubeconfig.context is not None:
            options.append(f"--context={self._kubeconfig.context}")
        surroundings = {"HOME": str(self._home), "KUBECONFIG": str(self._kubeconfig.path), "PATH": "", **env}
        return run_binary(
            self._binary,
            [*options, *args],
            typed=["kubectl", *args],
            surroundings=surroundings,
            timeout=self._timeout,
        )
