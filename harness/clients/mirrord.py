"""Runs a real mirrord, the product's binary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.clients.binary import run_binary
from harness.clients.client import NO_ENVIRONMENT, CommandResult, Kubeconfig

__all__ = ["MIRRORD_VARIABLE", "MirrordClient"]

MIRRORD_VARIABLE = "HARNESS_MIRRORD"
"""Names the product's binary where it shall be used."""


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
        return run_binary(
            self._binary,
            args,
            typed=["mirrord", *args],
            surroundings={**self._surroundings(), **env},
            timeout=self._timeout,
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
