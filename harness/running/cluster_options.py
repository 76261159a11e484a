"""The options of commands that run scenarios on clusters other than the fake, and their way to the driver.

To pytest they travel as ``--cluster-option NAME=VALUE``, since each driver has others; what a driver does not know is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.clients.mirrord import MIRRORD_VARIABLE

__all__ = [
    "cluster_options",
    "command_options",
    "driver_options",
    "mirrord_option",
    "plan",
    "pytest_options",
    "right_options",
    "use_mirrord",
]

F = TypeVar("F", bound=Callable[..., Any])

_REPEATED = frozenset({"allow_context", "rights"})
_FLAGS = frozenset({"keep", "allow_destructive"})


def cluster_options(function: F) -> F:
    """Add the options to a command, whose function gets them as keywords."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


_OPTIONS = (
    click.option(
        "--operator", type=click.Choice(["model", "installed", "none"]),
        help="Ours beside the runner, the one that is there, or none.  [default: installed for context, else model]",
    ),
    click.option(
        "--sessions", type=click.Choice(["mirrord", "protocol"]),
        help="envtest, kind, context: start them by mirrord, or by our own client of its protocol."
        "  [default: mirrord where the operator is installed and there is one]",
    ),
    click.option(
        "--assets", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
        help="envtest: where etcd and kube-apiserver are.  [default: $KUBEBUILDER_ASSETS, else the PATH]",
    ),
    click.option("--keep", is_flag=True, help="kind: use the cluster if it is there, and leave it there."),
    click.option("--image", metavar="IMAGE", help="kind: the node image."),
    click.option("--config", metavar="FILE", help="kind: its configuration file."),
    click.option("--namespace", metavar="NS", help="context: where the lease against a second run is."),
    click.option("--operator-host", metavar="HOST", help="context, kind: how the cluster reaches this machine."),
    click.option(
        "--allow-destructive", is_flag=True,
        help="context: let scenarios end all sessions, if the run has started all that there are.",
    ),
    click.option(
        "--allow-context", multiple=True, metavar="NAME", help="context: one on the deny list that may be used."
    ),
)  # fmt: skip


def mirrord_option(function: F) -> F:
    """Add ``--mirrord`` to a command, whose function gets ``mirrord`` and hands it to ``use_mirrord``."""
    option = click.option(
        "--mirrord", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="BINARY",
        help="Run `mirrord ...` with the product's binary, on a cluster that it can reach (not fake).",
    )  # fmt: skip
    return option(function)


def use_mirrord(binary: Path | None, cluster: str) -> None:
    """Let `mirrord ...` be run by a binary, if there is one.

    Raises:
        click.UsageError: it cannot reach that cluster.
    """
    if binary is None:
        return
    if cluster == "fake":
        raise click.UsageError("a real mirrord cannot reach a cluster in this process; use --cluster served")
    os.environ[MIRRORD_VARIABLE] = str(binary.resolve())


def pytest_options(given: Mapping[str, Any]) -> list[str]:
    """What was given, for pytest."""
    return [
        f"--cluster-option={name}={'true' if each is True else each}"
        for name, value in given.items()
        for each in (value if isinstance(value, tuple) else (value,))
        if each not in (None, False)
    ]


def command_options(given: Mapping[str, Any]) -> list[str]:
    """What was given, as it is typed."""
    found: list[str] = []
    for name, value in given.items():
        for each in value if isinstance(value, tuple) else (value,):
            if each not in (None, False):
                found += [f"--{name.replace('_', '-')}", *([] if each is True else [str(each)])]
    return found


def driver_options(texts: Iterable[str]) -> dict[str, Any]:
    """What ``NAME=VALUE`` texts say to a driver.

    Raises:
        ValueError: one of them has another form.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not separator or not name:
            raise ValueError(f"{text!r} is not NAME=VALUE")
        if name in _REPEATED:
            found[name] = (*found.get(name, ()), value)
        else:
            found[name] = value.lower() == "true" if name in _FLAGS else value
    return found


def right_options(spec: str, chosen: Sequence[str], rehearse: Callable[[], Iterable[object]]) -> list[str]:
    """What the scenarios need to be allowed, for pytest: only somebody's own cluster is asked whether it allows that.

    Args:
        chosen: the options for pytest so far.

    Raises:
        ClusterUnavailableError: it cannot be had.
    """
    from harness.drivers import check

    if not spec.startswith("context:"):
        return []
    check(spec, **driver_options(_texts(chosen)))
    click.echo("rehearsing on the fake, to know what the scenarios need to be allowed")
    return [f"--cluster-option=rights={right}" for right in rehearse()]


def _texts(chosen: Iterable[str]) -> list[str]:
    return [each.removeprefix("--cluster-option=") for each in chosen]


def plan(spec: str, chosen: Iterable[str]) -> list[str]:
    """What a run on that cluster is about to do, for people to read; nothing is touched.

    Args:
        chosen: the options for pytest.

    Raises:
        ClusterUnavailableError: it cannot be had.
    """
    from harness.drivers import plan_of

    return plan_of(spec, **driver_options(_texts(chosen)))
