"""Clusters made by the ``kind`` program, which does its work with docker, podman or nerdctl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.cluster import ClusterUnavailableError

__all__ = ["Kind", "KindError"]

_ENGINES = ("docker", "podman", "nerdctl")
_WAIT = "180s"
_PATIENCE = 900


class KindError(ClusterUnavailableError):
    """A kind cluster cannot be had; the text says why."""


class Kind:
    """Calls ``kind``. The user's kubeconfig is left alone: each call names a file of its own.

    Args:
        binary: the program; that of the PATH unless said otherwise.

    Raises:
        KindError: kind is not there, or nothing that can run its nodes.
    """

    def __init__(self, binary: str = "kind") -> None:
        found = shutil.which(binary)
        if found is None:
            raise KindError(f"{binary} is not installed: see https://kind.sigs.k8s.io for how to get it")
        if not any(map(shutil.which, _ENGINES)):
            raise KindError(
                f"kind runs its nodes with {', '.join(_ENGINES[:-1])} or {_ENGINES[-1]}, and none is installed"
            )
        self._binary = found

    def clusters(self) -> list[str]:
        """The names of those that exist."""
        listed = self._run(["get", "clusters"])
        return [line for line in listed.splitlines() if line and not line.startswith("No kind clusters")]

    def create(self, name: str, kubeconfig: Path, *, image: str = "", config: str = "") -> None:
        """Create a cluster, and wait until its nodes are ready."""
        options = [f"--name={name}", f"--kubeconfig={kubeconfig}", f"--wait={_WAIT}"]
        options += [f"--image={image}"] if image else []
        options += [f"--config={config}"] if config else []
        self._run(["create", "cluster", *options])

    def export(self, name: str, kubeconfig: Path) -> None:
        """Write the kubeconfig of a cluster that exists."""
        self._run(["export", "kubeconfig", f"--name={name}", f"--kubeconfig={kubeconfig}"])

    def load(self, name: str, image: str) -> None:
        """Put an image of this machine on the nodes."""
        self._run(["load", "docker-image", image, f"--name={name}"])

    def delete(self, name: str, kubeconfig: Path) -> None:
        self._run(["delete", "cluster", f"--name={name}", f"--kubeconfig={kubeconfig}"])

    def _run(self, args: Sequence[str]) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the user's kind, and no shell reads the arguments
                [self._binary, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KindError(f"kind {' '.join(args[:2])} did not come to an end: {error}") from error
        if done.returncode != 0:
            raise KindError(
                f"kind {' '.join(args[:2])} failed:\n{done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stdout
