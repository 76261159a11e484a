"""``context:NAME``: any cluster of a kubeconfig, by the name of its context, with guards so that nobody is harmed."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime
from functools import cache
from pathlib import Path

from harness.cluster import Cluster, OperatorSettings
from harness.drivers.live_run import LiveOptions, LiveRun
from harness.drivers.named_contexts import ContextError, NamedContext, kubeconfig_files, read_context
from harness.drivers.session_starting import find_mirrord
from harness.isolation.contexts import check_context
from harness.isolation.preflight import parse_right

__all__ = ["check", "live_run", "open_context", "plan"]


def open_context(
    *, seed: int, now: datetime | None, argument: str = "", operator: str = "installed",
    settings: OperatorSettings | None = None, allow_context: Collection[str] = (), allow_destructive: bool = False,
    namespace: str = "default", operator_host: str = "", kubeconfig: str = "", sessions: str = "",
    rights: Collection[str] | None = None,
) -> Cluster:  # fmt: skip
    """The cluster of a context, for one scenario; the run goes on to the end of this process.

    Args:
        argument: the name of the context.
        allow_context: names of contexts that may be used although they are on the deny list.
        allow_destructive: whether scenarios may end all sessions, if all are the run's own.
        namespace: where the Lease against a second run is.
        operator_host: how the cluster reaches this machine; for the operator ``model``.
        kubeconfig: a file to look in instead of those of ``KUBECONFIG``.
        sessions: by what sessions are started: ``mirrord``, or ``protocol`` for our own client; mirrord unless said
            otherwise, where the operator is installed and there is a mirrord.
        rights: what the scenarios need to be allowed, spelt ``create deployments.apps``; if it is not said, what most do.

    Raises:
        ContextError, DeniedContextError: there is no such context, or nobody should test on it.
        PreflightError, LeaseHeldError: something is not allowed, or another run is at work there.
    """
    options = _options(operator, operator_host, allow_destructive, namespace, sessions, rights)
    return live_run(argument, options, tuple(allow_context), kubeconfig).open(
        seed=seed, now=now, settings=settings
    )


def plan(
    *, argument: str = "", operator: str = "installed", allow_context: Collection[str] = (),
    allow_destructive: bool = False, namespace: str = "default", operator_host: str = "", kubeconfig: str = "",
    sessions: str = "", rights: Collection[str] | None = None,
) -> list[str]:  # fmt: skip
    """What a run with these options would do."""
    options = _options(operator, operator_host, allow_destructive, namespace, sessions, rights)
    return live_run(argument, options, tuple(allow_context), kubeconfig).plan()


def check(
    *, argument: str = "", allow_context: Collection[str] = (), kubeconfig: str = "", **_: object
) -> None:
    """Whether there is such a context, and one may test on it; nothing is asked.

    Raises:
        ContextError, DeniedContextError: there is none, or one may not.
    """
    _context(argument, allow_context, kubeconfig)


def _context(name: str, allow_context: Collection[str], kubeconfig: str) -> tuple[NamedContext, list[Path]]:
    files = [Path(kubeconfig)] if kubeconfig else kubeconfig_files(os.environ)
    context = read_context(name, files)
    check_context(name, (context.cluster_name, context.server), allowed=allow_context)
    return context, files


def _options(
    operator: str, operator_host: str, allow_destructive: bool, namespace: str, sessions: str,
    rights: Collection[str] | None,
) -> LiveOptions:  # fmt: skip
    everywhere = "0.0.0.0"  # noqa: S104 - the cluster reaches us from elsewhere
    return LiveOptions(
        operator=operator, operator_host=operator_host, allow_destructive=allow_destructive, namespace=namespace,
        listen=everywhere if operator_host else "127.0.0.1", mirrord=find_mirrord(sessions, operator),
        rights=None if rights is None else tuple(parse_right(each, "scenarios") for each in rights),
    )  # fmt: skip


def live_run(
    name: str, options: LiveOptions, allow_context: Collection[str] = (), kubeconfig: str = ""
) -> LiveRun:
    """The run of this process on a context, made when it is first asked for; nothing is touched.

    Raises:
        ContextError, DeniedContextError: there is no such context, or nobody should test on it.
        PreflightError: nobody can be played there.
    """
    context, files = _context(name, allow_context, kubeconfig)
    if options.operator == "model" and not options.operator_host:
        raise ContextError(
            "the cluster has to reach the model of the operator: say by --operator-host how it reaches this machine, or"
            " install it in the cluster with `harness operator manifests`, and use --operator installed"
        )
    runs = _runs()
    key = (name, tuple(files), options)
    if key not in runs:
        runs[key] = LiveRun(context, options)
    return runs[key]


@cache
def _runs() -> dict[object, LiveRun]:
    return {}
