"""The grammar of the commands: ``mirrord`` as a click group, to be run alone or mounted under another group.

The surroundings come from the context's object where that is an Invocation, else from the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.mirrord_cli.clap import ClapCommand, ClapGroup, HexId, fail_on_conflict, fail_on_missing
from harness.mirrord_cli.errors import CliError, render_report
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.operator_sessions import (
    RETAIN_ACTIVE,
    STOP_ALL,
    SessionAction,
    manage_sessions,
    stop_one,
)
from harness.mirrord_cli.process import invocation_of_process
from harness.mirrord_cli.remote_sessions import Scope
from harness.mirrord_cli.sessions import list_sessions, stop_session, stop_sessions_with_key
from harness.mirrord_cli.status import print_status

__all__ = ["kill", "mirrord", "operator", "session"]

F = TypeVar("F", bound=Callable[..., Any])

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_DEFAULT_CONFIG = "./.mirrord/mirrord.json"
_CONFIG_FILE = "harness.mirrord_cli.config_file"
_SCOPE = "harness.mirrord_cli.scope"
_ID_AND_ALL = ((("--id", "-i"), "--id <ID>"), (("--all",), "--all"))
_NAMESPACE_AND_ALL = (
    (("--namespace", "-n"), "--namespace <NAMESPACE>"),
    (("--all-namespaces", "-A"), "--all-namespaces"),
)


def _act(ctx: click.Context, action: Callable[[Invocation], None]) -> None:
    """Do it, and say what failed."""
    invocation = ctx.find_object(Invocation) or invocation_of_process()
    try:
        action(invocation)
    except CliError as error:
        invocation.stdout.flush()
        invocation.stderr.write(render_report(error))
        ctx.exit(1)


def _config_option(function: F) -> F:
    return click.option(
        "-f",
        "--config-file",
        is_flag=False,
        flag_value=_DEFAULT_CONFIG,
        metavar="[PATH]",
        help=f"Load configuration from this file; {_DEFAULT_CONFIG} where no path is given.",
    )(function)


def _scope_options(function: F) -> F:
    namespace = click.option("-n", "--namespace", metavar="NS", help="Look in this namespace.")
    everywhere = click.option("-A", "--all-namespaces", is_flag=True, help="Look in all namespaces.")
    return namespace(everywhere(_config_option(function)))


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(cls=ClapGroup, context_settings=_SETTINGS, aliases={"sessions": "session"})
def mirrord() -> None:
    """See and end mirrord sessions."""


@mirrord.group(cls=ClapGroup, context_settings=_SETTINGS)
def operator() -> None:
    """Commands about the mirrord operator of a cluster."""


@operator.command(cls=ClapCommand, hidden=True)
@click.pass_context
def setup(ctx: click.Context) -> None:
    """Removed from mirrord; the operator is installed with its helm chart."""

    def refuse(_: Invocation) -> None:
        raise CliError.setup_deleted()

    _act(ctx, refuse)


@operator.command(
    cls=ClapCommand,
    epilog=_examples("mirrord operator status", "mirrord operator status -f mirrord.json"),
)
@_config_option
@click.pass_context
def status(ctx: click.Context, config_file: str | None) -> None:
    """Print the operator's license, its users and the sessions that it serves."""
    _act(ctx, lambda invocation: print_status(invocation, config_file=config_file))


@operator.group(
    "session",
    cls=ClapGroup,
    context_settings=_SETTINGS,
    aliases={"kill": "stop"},
    epilog=_examples(
        "mirrord operator session stop --id 487F4F2B6D2376AD", "mirrord operator session stop --all"
    ),
)
@_config_option
@click.pass_context
def operator_session(ctx: click.Context, config_file: str | None) -> None:
    """End sessions of the operator, whoever's they are."""
    ctx.meta[_CONFIG_FILE] = config_file


def _manage(ctx: click.Context, action: SessionAction, config_file: str | None) -> None:
    chosen = config_file if config_file is not None else ctx.meta.get(_CONFIG_FILE)
    _act(ctx, lambda invocation: manage_sessions(invocation, action, config_file=chosen))


@operator_session.command(
    "stop",
    cls=ClapCommand,
    epilog=_examples(
        "mirrord operator session stop --id 487F4F2B6D2376AD", "mirrord operator session stop --all"
    ),
)
@click.option("-i", "--id", "id", type=HexId(), metavar="ID", help="The session's id, as status prints it.")
@click.option("--all", "everything", is_flag=True, help="Stop all sessions of the cluster.")
@_config_option
@click.pass_context
def operator_session_stop(
    ctx: click.Context,
    id: int | None,  # noqa: A002 - the option's name, which messages show
    everything: bool,
    config_file: str | None,
) -> None:
    """Stop one session, or all."""
    if id is not None and everything:
        fail_on_conflict(ctx, _ID_AND_ALL)
    if id is None and not everything:
        fail_on_missing(ctx, "--id <ID>")
    _manage(ctx, STOP_ALL if id is None else stop_one(id), config_file)


@operator_session.command("kill-all", cls=ClapCommand, hidden=True)
@_config_option
@click.pass_context
def kill_all(ctx: click.Context, config_file: str | None) -> None:
    """Stop all sessions of the cluster; the older spelling of ``stop --all``."""
    _manage(ctx, STOP_ALL, config_file)


@operator_session.command("retain-active", cls=ClapCommand, hidden=True)
@_config_option
@click.pass_context
def retain_active(ctx: click.Context, config_file: str | None) -> None:
    """Drop the sessions that are stored but not active."""
    _manage(ctx, RETAIN_ACTIVE, config_file)


def _scope(ctx: click.Context, namespace: str | None, all_namespaces: bool, config_file: str | None) -> Scope:
    """The options of a command and of the group above it, as one; they may be given on either side."""
    outer = ctx.meta.get(_SCOPE, Scope())
    merged = Scope(
        namespace=namespace if namespace is not None else outer.namespace,
        all_namespaces=all_namespaces or outer.all_namespaces,
        config_file=config_file if config_file is not None else outer.config_file,
    )
    if merged.namespace is not None and merged.all_namespaces:
        fail_on_conflict(ctx, _NAMESPACE_AND_ALL)
    return merged


@mirrord.group(
    "session",
    cls=ClapGroup,
    context_settings=_SETTINGS,
    aliases={"ls": "list", "delete": "stop", "kill": "stop"},
    invoke_without_command=True,
    epilog=_examples("mirrord session", "mirrord session ls -A", "mirrord session stop 487F4F2B6D2376AD"),
)
@_scope_options
@click.pass_context
def session(ctx: click.Context, namespace: str | None, all_namespaces: bool, config_file: str | None) -> None:
    """See and end sessions of this machine and of a namespace. Without a subcommand: list."""
    scope = _scope(ctx, namespace, all_namespaces, config_file)
    ctx.meta[_SCOPE] = scope
    if ctx.invoked_subcommand is None:
        _act(ctx, lambda invocation: list_sessions(invocation, scope, key=None))


@session.command(
    "list",
    cls=ClapCommand,
    epilog=_examples("mirrord session ls", "mirrord session ls -n shop --key checkout"),
)
@click.option("--key", help="Only sessions that were started with this key.")
@_scope_options
@click.pass_context
def session_list(
    ctx: click.Context, key: str | None, namespace: str | None, all_namespaces: bool, config_file: str | None
) -> None:
    """List the sessions of this machine and of a namespace (also: ls)."""
    scope = _scope(ctx, namespace, all_namespaces, config_file)
    _act(ctx, lambda invocation: list_sessions(invocation, scope, key=key))


def _stop(ctx: click.Context, id: str | None, key: str | None, scope: Scope) -> None:  # noqa: A002
    if id is not None and key is not None:
        fail_on_conflict(ctx, ((("--key", "-k"), "--key <KEY>"), (("",), "[ID]")))
    if id is not None:
        _act(ctx, lambda invocation: stop_session(invocation, scope, id))
    elif key is not None:
        _act(ctx, lambda invocation: stop_sessions_with_key(invocation, scope, key))
    else:
        fail_on_missing(ctx, "<ID>")


@session.command(
    "stop",
    cls=ClapCommand,
    epilog=_examples("mirrord session stop 487F4F2B6D2376AD", "mirrord session stop --key checkout"),
)
@click.argument("id", required=False)
@click.option("-k", "--key", help="Stop the sessions of this machine that were started with this key.")
@_scope_options
@click.pass_context
def session_stop(
    ctx: click.Context,
    id: str | None,  # noqa: A002
    key: str | None,
    namespace: str | None,
    all_namespaces: bool,
    config_file: str | None,
) -> None:
    """Stop one session, by its id."""
    _stop(ctx, id, key, _scope(ctx, namespace, all_namespaces, config_file))


@mirrord.command(
    cls=ClapCommand,
    context_settings=_SETTINGS,
    epilog=_examples("mirrord kill 487F4F2B6D2376AD", "mirrord kill -k checkout"),
)
@click.argument("id", required=False)
@click.option("-k", "--key", help="Stop the sessions of this machine that were started with this key.")
@_scope_options
@click.pass_context
def kill(
    ctx: click.Context,
    id: str | None,  # noqa: A002
    key: str | None,
    namespace: str | None,
    all_namespaces: bool,
    config_file: str | None,
) -> None:
    """Stop one session, by its id."""
    _stop(ctx, id, key, _scope(ctx, namespace, all_namespaces, config_file))
