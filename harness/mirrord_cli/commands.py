"""The grammar of the commands: ``mirrord`` as a click group, to be run alone or mounted under another group.

The surroundings come from the context's object where that is an Invocation, else from the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.mirrord_cli.clap import ClapCommand, ClapGroup, HexId
from harness.mirrord_cli.clap_help import ClapArgument, ClapOption
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

_DEFAULT_CONFIG = "./.mirrord/mirrord.json"
_CONFIG_FILE = "harness.mirrord_cli.config_file"
_SCOPE = "harness.mirrord_cli.scope"
_SPECIFY = "Specify config file to use"
_LOAD = f'Load config from config file. When using -f flag without a value, defaults to "{_DEFAULT_CONFIG}"'
_LOAD_SHORT = "Load config from config file"
_LOAD_LONG = f"""{_LOAD_SHORT}.

When using `-f` without a value, defaults to `"{_DEFAULT_CONFIG}"`."""
_KEY_LONG = """Only list sessions started with this `key`.

`key` is the session identifier set via `mirrord exec --key`, `MIRRORD_KEY`, or the `key` config field. \
When given, the listing is filtered to sessions carrying that exact key — local sessions are matched in-process, \
and in-cluster sessions are queried with a `spec.session.key` field selector. When omitted, all sessions are listed."""
_SCOPE_CONFLICTS = (("namespace", "all_namespaces"),)
_ID_OR_ALL = ("id", "all")
_ID_OR_KEY = ("id", "key")


def _act(ctx: click.Context, action: Callable[[Invocation], None]) -> None:
    """Do it, and say what failed."""
    invocation = ctx.find_object(Invocation) or invocation_of_process()
    try:
        action(invocation)
    except CliError as error:
        invocation.stdout.flush()
        invocation.stderr.write(render_report(error))
        ctx.exit(1)


def _config_option(help: str, long_help: str | None = None) -> Callable[[F], F]:  # noqa: A002 - click's word
    return click.option(
        "-f",
        "--config-file",
        cls=ClapOption,
        is_flag=False,
        flag_value=_DEFAULT_CONFIG,
        help=help,
        long_help=long_help,
    )


def _scope_options(function: F) -> F:
    namespace = click.option(
        "-n",
        "--namespace",
        cls=ClapOption,
        help="Namespace to operate on. Can also be set via `target.namespace` in the mirrord config",
    )
    everywhere = click.option(
        "-A", "--all-namespaces", cls=ClapOption, is_flag=True, help="Operate on all namespaces"
    )
    return namespace(everywhere(_config_option(_LOAD_SHORT, _LOAD_LONG)(function)))


_key_option = click.option("-k", "--key", cls=ClapOption, help="Stop all local sessions with this key")
_id_argument = click.argument("id", cls=ClapArgument, required=False, help="Session ID to kill")


@click.group(cls=ClapGroup, aliases={"sessions": "session"}, short_help="See and end mirrord sessions")
def mirrord() -> None:
    """See and end mirrord sessions"""


@mirrord.group(cls=ClapGroup, short_help="Execute a command related to the mirrord Operator")
def operator() -> None:
    """Execute a command related to the mirrord Operator"""


@operator.command(
    cls=ClapCommand,
    hidden=True,
    short_help="This will install the operator, which requires a seat based license to be used",
)
@click.pass_context
def setup(ctx: click.Context) -> None:
    """This will install the operator, which requires a seat based license to be used.

    NOTE: You don't need to install the operator to use open source mirrord features.
    """

    def refuse(_: Invocation) -> None:
        raise CliError.setup_deleted()

    _act(ctx, refuse)


@operator.command(cls=ClapCommand, short_help="Print operator status")
@_config_option(_SPECIFY)
@click.pass_context
def status(ctx: click.Context, config_file: str | None) -> None:
    """Print operator status"""
    _act(ctx, lambda invocation: print_status(invocation, config_file=config_file))


@operator.group(
    "session", cls=ClapGroup, aliases={"kill": "stop"}, short_help="Operator session management commands"
)
@_config_option(_LOAD)
@click.pass_context
def operator_session(ctx: click.Context, config_file: str | None) -> None:
    """Operator session management commands.

    Allows the user to forcefully kill living sessions.
    """
    ctx.meta[_CONFIG_FILE] = config_file


def _manage(ctx: click.Context, action: SessionAction, config_file: str | None) -> None:
    chosen = config_file if config_file is not None else ctx.meta.get(_CONFIG_FILE)
    _act(ctx, lambda invocation: manage_sessions(invocation, action, config_file=chosen))


@operator_session.command(
    "stop",
    cls=ClapCommand,
    conflicts=(_ID_OR_ALL,),
    needs=_ID_OR_ALL,
    short_help="Stops one or all operator sessions",
)
@click.option("-i", "--id", "id", cls=ClapOption, type=HexId(), help="Id of the session")
@click.option("--all", "all", cls=ClapOption, is_flag=True, help="Stop all operator sessions")
@_config_option(_LOAD)
@click.pass_context
def operator_session_stop(
    ctx: click.Context,
    id: int | None,  # noqa: A002 - the option's name, which messages show
    all: bool,  # noqa: A002
    config_file: str | None,
) -> None:
    """Stops one or all operator sessions"""
    _manage(ctx, STOP_ALL if id is None or all else stop_one(id), config_file)


@operator_session.command(
    "kill-all",
    cls=ClapCommand,
    hidden=True,
    short_help="Compatibility command for stopping all operator sessions",
)
@_config_option(_LOAD)
@click.pass_context
def kill_all(ctx: click.Context, config_file: str | None) -> None:
    """Compatibility command for stopping all operator sessions"""
    _manage(ctx, STOP_ALL, config_file)


@operator_session.command(
    "retain-active",
    cls=ClapCommand,
    hidden=True,
    short_help=(
        "Kills _inactive_ sessions, might be useful if an undead session is still being stored in the session storage"
    ),
)
@_config_option(_LOAD)
@click.pass_context
def retain_active(ctx: click.Context, config_file: str | None) -> None:
    """Drop the sessions that are stored but not active"""
    _manage(ctx, RETAIN_ACTIVE, config_file)


def _scope(ctx: click.Context, namespace: str | None, all_namespaces: bool, config_file: str | None) -> Scope:
    """The options of a command and of the group above it, as one; they may be given on either side."""
    outer = ctx.meta.get(_SCOPE, Scope())
    return Scope(
        namespace=namespace if namespace is not None else outer.namespace,
        all_namespaces=all_namespaces or outer.all_namespaces,
        config_file=config_file if config_file is not None else outer.config_file,
    )


@mirrord.group(
    "session",
    cls=ClapGroup,
    aliases={"ls": "list", "delete": "stop", "kill": "stop"},
    shown_aliases={"list": "ls"},
    conflicts=_SCOPE_CONFLICTS,
    invoke_without_command=True,
    short_help="Manage local mirrord sessions",
)
@_scope_options
@click.pass_context
def session(ctx: click.Context, namespace: str | None, all_namespaces: bool, config_file: str | None) -> None:
    """Manage local mirrord sessions"""
    scope = _scope(ctx, namespace, all_namespaces, config_file)
    ctx.meta[_SCOPE] = scope
    if ctx.invoked_subcommand is None:
        _act(ctx, lambda invocation: list_sessions(invocation, scope, key=None))


@session.command(
    "list",
    cls=ClapCommand,
    conflicts=_SCOPE_CONFLICTS,
    short_help="List mirrord sessions currently running locally and in the cluster",
)
@click.option("--key", cls=ClapOption, help="Only list sessions started with this `key`", long_help=_KEY_LONG)
@_scope_options
@click.pass_context
def session_list(
    ctx: click.Context, key: str | None, namespace: str | None, all_namespaces: bool, config_file: str | None
) -> None:
    """List mirrord sessions currently running locally and in the cluster"""
    scope = _scope(ctx, namespace, all_namespaces, config_file)
    _act(ctx, lambda invocation: list_sessions(invocation, scope, key=key))


def _stop(ctx: click.Context, id: str | None, key: str | None, scope: Scope) -> None:  # noqa: A002
    if id is not None:
        _act(ctx, lambda invocation: stop_session(invocation, scope, id))
    elif key is not None:
        _act(ctx, lambda invocation: stop_sessions_with_key(invocation, scope, key))


@session.command(
    "stop",
    cls=ClapCommand,
    conflicts=(_ID_OR_KEY, *_SCOPE_CONFLICTS),
    needs=_ID_OR_KEY,
    short_help="Stop a local mirrord session",
)
@_id_argument
@_key_option
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
    """Stop a local mirrord session"""
    _stop(ctx, id, key, _scope(ctx, namespace, all_namespaces, config_file))


@mirrord.command(
    cls=ClapCommand,
    conflicts=(_ID_OR_KEY, *_SCOPE_CONFLICTS),
    needs=_ID_OR_KEY,
    short_help="Kill a local mirrord session",
)
@_id_argument
@_scope_options
@_key_option
@click.pass_context
def kill(
    ctx: click.Context,
    id: str | None,  # noqa: A002
    key: str | None,
    namespace: str | None,
    all_namespaces: bool,
    config_file: str | None,
) -> None:
    """Kill a local mirrord session"""
    _stop(ctx, id, key, _scope(ctx, namespace, all_namespaces, config_file))
