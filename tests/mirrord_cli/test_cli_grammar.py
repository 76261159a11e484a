"""The grammar of the commands: usage errors in clap's words, exit code 2, and nothing sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import pytest
from click.testing import CliRunner

from harness.mirrord_cli.commands import mirrord

HELP = "For more information, try '--help'.\n"
STOP = ("operator", "session", "stop")

HELPS = {
    "operator --help": """\
Execute a command related to the mirrord Operator

Usage: mirrord operator <COMMAND>

Commands:
  status   Print operator status
  session  Operator session management commands
  help     Print this message or the help of the given subcommand(s)

Options:
  -h, --help  Print help
""",
    "operator status -h": """\
Print operator status

Usage: mirrord operator status [OPTIONS]

Options:
  -f, --config-file [<CONFIG_FILE>]  Specify config file to use
  -h, --help                         Print help
""",
    "operator session -h": """\
Operator session management commands

Usage: mirrord operator session [OPTIONS] <COMMAND>

Commands:
  stop  Stops one or all operator sessions
  help  Print this message or the help of the given subcommand(s)

Options:
  -f, --config-file [<CONFIG_FILE>]  Load config from config file. When using -f flag without a value, defaults to "./.mirrord/mirrord.json"
  -h, --help                         Print help (see more with '--help')
""",
    "operator session --help": """\
Operator session management commands.

Allows the user to forcefully kill living sessions.

Usage: mirrord operator session [OPTIONS] <COMMAND>

Commands:
  stop  Stops one or all operator sessions
  help  Print this message or the help of the given subcommand(s)

Options:
  -f, --config-file [<CONFIG_FILE>]
          Load config from config file. When using -f flag without a value, defaults to "./.mirrord/mirrord.json"

  -h, --help
          Print help (see a summary with '-h')
""",
    "session -h": """\
Manage local mirrord sessions

Usage: mirrord session [OPTIONS] [COMMAND]

Commands:
  list  List mirrord sessions currently running locally and in the cluster [aliases: ls]
  stop  Stop a local mirrord session
  help  Print this message or the help of the given subcommand(s)

Options:
  -n, --namespace <NAMESPACE>        Namespace to operate on. Can also be set via `target.namespace` in the mirrord config
  -A, --all-namespaces               Operate on all namespaces
  -f, --config-file [<CONFIG_FILE>]  Load config from config file
  -h, --help                         Print help (see more with '--help')
""",
    "session --help": """\
Manage local mirrord sessions

Usage: mirrord session [OPTIONS] [COMMAND]

Commands:
  list  List mirrord sessions currently running locally and in the cluster [aliases: ls]
  stop  Stop a local mirrord session
  help  Print this message or the help of the given subcommand(s)

Options:
  -n, --namespace <NAMESPACE>
          Namespace to operate on. Can also be set via `target.namespace` in the mirrord config

  -A, --all-namespaces
          Operate on all namespaces

  -f, --config-file [<CONFIG_FILE>]
          Load config from config file.
{GAP}
          When using `-f` without a value, defaults to `"./.mirrord/mirrord.json"`.

  -h, --help
          Print help (see a summary with '-h')
""",
    "session ls -h": """\
List mirrord sessions currently running locally and in the cluster

Usage: mirrord session list [OPTIONS]

Options:
      --key <KEY>                    Only list sessions started with this `key`
  -n, --namespace <NAMESPACE>        Namespace to operate on. Can also be set via `target.namespace` in the mirrord config
  -A, --all-namespaces               Operate on all namespaces
  -f, --config-file [<CONFIG_FILE>]  Load config from config file
  -h, --help                         Print help (see more with '--help')
""",
    "session ls --help": """\
List mirrord sessions currently running locally and in the cluster

Usage: mirrord session list [OPTIONS]

Options:
      --key <KEY>
          Only list sessions started with this `key`.
{GAP}
          `key` is the session identifier set via `mirrord exec --key`, `MIRRORD_KEY`, or the `key` config field. When given, the listing is filtered to sessions carrying that exact key — local sessions are matched in-process, and in-cluster sessions are queried with a `spec.session.key` field selector. When omitted, all sessions are listed.

  -n, --namespace <NAMESPACE>
          Namespace to operate on. Can also be set via `target.namespace` in the mirrord config

  -A, --all-namespaces
          Operate on all namespaces

  -f, --config-file [<CONFIG_FILE>]
          Load config from config file.
{GAP}
          When using `-f` without a value, defaults to `"./.mirrord/mirrord.json"`.

  -h, --help
          Print help (see a summary with '-h')
""",
    "session stop -h": """\
Stop a local mirrord session

Usage: mirrord session stop [OPTIONS] [ID]

Arguments:
  [ID]  Session ID to kill

Options:
  -k, --key <KEY>                    Stop all local sessions with this key
  -n, --namespace <NAMESPACE>        Namespace to operate on. Can also be set via `target.namespace` in the mirrord config
  -A, --all-namespaces               Operate on all namespaces
  -f, --config-file [<CONFIG_FILE>]  Load config from config file
  -h, --help                         Print help (see more with '--help')
""",
    "session stop --help": """\
Stop a local mirrord session

Usage: mirrord session stop [OPTIONS] [ID]

Arguments:
  [ID]
          Session ID to kill

Options:
  -k, --key <KEY>
          Stop all local sessions with this key

  -n, --namespace <NAMESPACE>
          Namespace to operate on. Can also be set via `target.namespace` in the mirrord config

  -A, --all-namespaces
          Operate on all namespaces

  -f, --config-file [<CONFIG_FILE>]
          Load config from config file.
{GAP}
          When using `-f` without a value, defaults to `"./.mirrord/mirrord.json"`.

  -h, --help
          Print help (see a summary with '-h')
""",
    "kill -h": """\
Kill a local mirrord session

Usage: mirrord kill [OPTIONS] [ID]

Arguments:
  [ID]  Session ID to kill

Options:
  -n, --namespace <NAMESPACE>        Namespace to operate on. Can also be set via `target.namespace` in the mirrord config
  -A, --all-namespaces               Operate on all namespaces
  -f, --config-file [<CONFIG_FILE>]  Load config from config file
  -k, --key <KEY>                    Stop all local sessions with this key
  -h, --help                         Print help (see more with '--help')
""",
    "kill --help": """\
Kill a local mirrord session

Usage: mirrord kill [OPTIONS] [ID]

Arguments:
  [ID]
          Session ID to kill

Options:
  -n, --namespace <NAMESPACE>
          Namespace to operate on. Can also be set via `target.namespace` in the mirrord config

  -A, --all-namespaces
          Operate on all namespaces

  -f, --config-file [<CONFIG_FILE>]
          Load config from config file.
{GAP}
          When using `-f` without a value, defaults to `"./.mirrord/mirrord.json"`.

  -k, --key <KEY>
          Stop all local sessions with this key

  -h, --help
          Print help (see a summary with '-h')
""",
    "operator help status": """\
Print operator status

Usage: mirrord operator status [OPTIONS]

Options:
  -f, --config-file [<CONFIG_FILE>]  Specify config file to use
  -h, --help                         Print help
""",
    "session help stop": """\
Stop a local mirrord session

Usage: mirrord session stop [OPTIONS] [ID]

Arguments:
  [ID]
          Session ID to kill

Options:
  -k, --key <KEY>
          Stop all local sessions with this key

  -n, --namespace <NAMESPACE>
          Namespace to operate on. Can also be set via `target.namespace` in the mirrord config

  -A, --all-namespaces
          Operate on all namespaces

  -f, --config-file [<CONFIG_FILE>]
          Load config from config file.
{GAP}
          When using `-f` without a value, defaults to `"./.mirrord/mirrord.json"`.

  -h, --help
          Print help (see a summary with '-h')
""",
    "operator session kill-all --help": """\
Compatibility command for stopping all operator sessions

Usage: mirrord operator session kill-all [OPTIONS]

Options:
  -f, --config-file [<CONFIG_FILE>]  Load config from config file. When using -f flag without a value, defaults to "./.mirrord/mirrord.json"
  -h, --help                         Print help
""",
    "operator setup --help": """\
This will install the operator, which requires a seat based license to be used.

NOTE: You don't need to install the operator to use open source mirrord features.

Usage: mirrord operator setup

Options:
  -h, --help
          Print help (see a summary with '-h')
""",
    "operator setup -h": """\
This will install the operator, which requires a seat based license to be used

Usage: mirrord operator setup

Options:
  -h, --help  Print help (see more with '--help')
""",
}
"""What the product prints; GAP stands for the spaces of an empty line."""


@pytest.mark.parametrize(
    ("line", "message", "tip", "usage"),
    [
        ("exec", "unrecognized subcommand 'exec'", None, "mirrord <COMMAND>"),
        (
            "operator session pause",
            "unrecognized subcommand 'pause'",
            None,
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (
            "operator session sto",
            "unrecognized subcommand 'sto'",
            "a similar subcommand exists: 'stop'",
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (
            "operator start",
            "unrecognized subcommand 'start'",
            "a similar subcommand exists: 'status'",
            "mirrord operator <COMMAND>",
        ),
        (
            "operator session stop --id 0xff",
            "invalid value '0xff' for '--id <ID>': Failed parsing hex session id value with invalid digit found in string!",
            None,
            None,
        ),
        (
            "operator session stop -i @",
            "invalid value '' for '--id <ID>': Failed parsing hex session id value with cannot parse integer from empty string!",
            None,
            None,
        ),
        (
            "operator session stop --id",
            "a value is required for '--id <ID>' but none was supplied",
            None,
            None,
        ),
        ("operator session stop -i", "a value is required for '--id <ID>' but none was supplied", None, None),
        (
            "operator session stop --id FF --all",
            "the argument '--id <ID>' cannot be used with '--all'",
            None,
            "mirrord operator session stop --id <ID>",
        ),
        (
            "operator session stop --all --id FF",
            "the argument '--all' cannot be used with '--id <ID>'",
            None,
            "mirrord operator session stop --all",
        ),
        (
            "operator session stop -i FF --all",
            "the argument '--id <ID>' cannot be used with '--all'",
            None,
            "mirrord operator session stop --id <ID>",
        ),
        (
            "operator session stop --force",
            "unexpected argument '--force' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop --al",
            "unexpected argument '--al' found",
            "a similar argument exists: '--all'",
            "mirrord operator session stop --all",
        ),
        (
            "operator session stop --all=true",
            "unexpected value 'true' for '--all' found; no more were expected",
            None,
            "mirrord operator session stop --all",
        ),
        (
            "operator session stop -x",
            "unexpected argument '-x' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop FF",
            "unexpected argument 'FF' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop --idd 1",
            "unexpected argument '--idd' found",
            "a similar argument exists: '--id'",
            "mirrord operator session stop --id <ID>",
        ),
        (
            "operator session -f",
            "'mirrord operator session' requires a subcommand but one was not provided\n  [subcommands: stop, kill, kill-all, retain-active, help]",
            None,
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (
            "operator session --foo stop",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (
            "operator status --foo",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator status [OPTIONS]",
        ),
        (
            "operator status extra",
            "unexpected argument 'extra' found",
            None,
            "mirrord operator status [OPTIONS]",
        ),
        (
            "operator status -f a b",
            "unexpected argument 'b' found",
            None,
            "mirrord operator status [OPTIONS]",
        ),
        (
            "operator status -f a -f b",
            "the argument '--config-file [<CONFIG_FILE>]' cannot be used multiple times",
            None,
            "mirrord operator status [OPTIONS]",
        ),
        (
            "operator session stop --id 1 --id 2",
            "the argument '--id <ID>' cannot be used multiple times",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "session stop",
            "the following required arguments were not provided:\n  <ID>",
            None,
            "mirrord session stop <ID>",
        ),
        ("kill", "the following required arguments were not provided:\n  <ID>", None, "mirrord kill <ID>"),
        ("kill 1F -k k", "the argument '[ID]' cannot be used with '--key <KEY>'", None, "mirrord kill <ID>"),
        (
            "kill -k k 1F",
            "the argument '--key <KEY>' cannot be used with '[ID]'",
            None,
            "mirrord kill --key <KEY> [ID]",
        ),
        ("kill --key", "a value is required for '--key <KEY>' but none was supplied", None, None),
        ("kill 1F 2F", "unexpected argument '2F' found", None, "mirrord kill [OPTIONS] [ID]"),
        (
            "session -n shop -A",
            "the argument '--namespace <NAMESPACE>' cannot be used with '--all-namespaces'",
            None,
            "mirrord session --namespace <NAMESPACE>",
        ),
        (
            "session -A -n shop",
            "the argument '--all-namespaces' cannot be used with '--namespace <NAMESPACE>'",
            None,
            "mirrord session --all-namespaces",
        ),
        (
            "session ls -A -n shop",
            "the argument '--all-namespaces' cannot be used with '--namespace <NAMESPACE>'",
            None,
            "mirrord session list --all-namespaces",
        ),
        ("session look", "unrecognized subcommand 'look'", None, "mirrord session [OPTIONS] [COMMAND]"),
        (
            "session lis",
            "unrecognized subcommand 'lis'",
            "a similar subcommand exists: 'list'",
            "mirrord session [OPTIONS] [COMMAND]",
        ),
        (
            "session ls --ke",
            "unexpected argument '--ke' found",
            "a similar argument exists: '--key'",
            "mirrord session list --key <KEY>",
        ),
        ("session ls --key", "a value is required for '--key <KEY>' but none was supplied", None, None),
        (
            "session stop --namspace x 1",
            "unexpected argument '--namspace' found",
            "a similar argument exists: '--namespace'",
            "mirrord session stop --namespace <NAMESPACE> [ID]",
        ),
        ("session ls foo", "unexpected argument 'foo' found", None, "mirrord session list [OPTIONS]"),
        (
            "kill --all",
            "unexpected argument '--all' found",
            "a similar argument exists: '--all-namespaces'",
            "mirrord kill --all-namespaces [ID]",
        ),
        (
            "operator session kill-all --id 3",
            "unexpected argument '--id' found",
            None,
            "mirrord operator session kill-all [OPTIONS]",
        ),
        ("operator help foo", "unrecognized subcommand 'foo'", None, "mirrord operator <COMMAND>"),
        (
            "operator status help",
            "unexpected argument 'help' found",
            None,
            "mirrord operator status [OPTIONS]",
        ),
        ("session -n", "a value is required for '--namespace <NAMESPACE>' but none was supplied", None, None),
        (
            "operator session stop --id mc-zz",
            "invalid value 'mc-zz' for '--id <ID>': Failed parsing hex session id value with invalid digit found in string!",
            None,
            None,
        ),
        (
            "operator session stop --id 11112222333344445",
            "invalid value '11112222333344445' for '--id <ID>': Failed parsing hex session id value with number too large to fit in target type!",
            None,
            None,
        ),
        (
            "kill --xyz",
            "unexpected argument '--xyz' found",
            "to pass '--xyz' as a value, use '-- --xyz'",
            "mirrord kill [OPTIONS] [ID]",
        ),
        (
            "kill -x",
            "unexpected argument '-x' found",
            "to pass '-x' as a value, use '-- -x'",
            "mirrord kill [OPTIONS] [ID]",
        ),
        (
            "kill --xyz 1F",
            "unexpected argument '--xyz' found",
            "to pass '--xyz' as a value, use '-- --xyz'",
            "mirrord kill [OPTIONS] [ID]",
        ),
        (
            "session stop -- --xyz -A",
            "unexpected argument '-A' found",
            None,
            "mirrord session stop [OPTIONS] [ID]",
        ),
        (
            "operator session stop --id 1 --al",
            "unexpected argument '--al' found",
            "a similar argument exists: '--all'",
            "mirrord operator session stop --id <ID> --all",
        ),
        (
            "session ls -A --ke",
            "unexpected argument '--ke' found",
            "a similar argument exists: '--key'",
            "mirrord session list --all-namespaces --key <KEY>",
        ),
        (
            "session -A lis",
            "unrecognized subcommand 'lis'",
            "a similar subcommand exists: 'list'",
            "mirrord session [OPTIONS] [COMMAND]",
        ),
        (
            "session -A --names x",
            "unexpected argument '--names' found",
            "a similar argument exists: '--namespace'",
            "mirrord session --all-namespaces --namespace <NAMESPACE>",
        ),
        (
            "operator sessio",
            "unrecognized subcommand 'sessio'",
            "a similar subcommand exists: 'session'",
            "mirrord operator <COMMAND>",
        ),
        (
            "session li",
            "unrecognized subcommand 'li'",
            "a similar subcommand exists: 'list'",
            "mirrord session [OPTIONS] [COMMAND]",
        ),
        (
            "session stpo",
            "unrecognized subcommand 'stpo'",
            "a similar subcommand exists: 'stop'",
            "mirrord session [OPTIONS] [COMMAND]",
        ),
        ("operator --foo", "unexpected argument '--foo' found", None, "mirrord operator <COMMAND>"),
        (
            "session stop -n a 1 2",
            "unexpected argument '2' found",
            None,
            "mirrord session stop [OPTIONS] [ID]",
        ),
        ("session ls -Ax", "unexpected argument '-x' found", None, "mirrord session list [OPTIONS]"),
        (
            "operator session stop -iFF -x",
            "unexpected argument '-x' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop -fxx -iZZ",
            "invalid value 'ZZ' for '--id <ID>': Failed parsing hex session id value with invalid digit found in string!",
            None,
            None,
        ),
        (
            "operator session stop --id=ZZ",
            "invalid value 'ZZ' for '--id <ID>': Failed parsing hex session id value with invalid digit found in string!",
            None,
            None,
        ),
        (
            "operator session stop --id=",
            "invalid value '' for '--id <ID>': Failed parsing hex session id value with cannot parse integer from empty string!",
            None,
            None,
        ),
        (
            "operator session stop --foo --help",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop -f x --id 1 --all",
            "the argument '--id <ID>' cannot be used with '--all'",
            None,
            "mirrord operator session stop --config-file [<CONFIG_FILE>] --id <ID>",
        ),
        (
            "operator session stop --id 1 -f x --all",
            "the argument '--id <ID>' cannot be used with '--all'",
            None,
            "mirrord operator session stop --id <ID> --config-file [<CONFIG_FILE>]",
        ),
        (
            "session ls --key k -A -n x",
            "the argument '--all-namespaces' cannot be used with '--namespace <NAMESPACE>'",
            None,
            "mirrord session list --key <KEY> --all-namespaces",
        ),
        (
            "kill 1 -A -n x",
            "the argument '--all-namespaces' cannot be used with '--namespace <NAMESPACE>'",
            None,
            "mirrord kill --all-namespaces <ID>",
        ),
        (
            "kill -A 1 -k x -f y",
            "the argument '[ID]' cannot be used with '--key <KEY>'",
            None,
            "mirrord kill --all-namespaces --config-file [<CONFIG_FILE>] <ID>",
        ),
        (
            "operator session stop -f x",
            "the following required arguments were not provided:\n  --id <ID>",
            None,
            "mirrord operator session stop --config-file [<CONFIG_FILE>] --id <ID>",
        ),
        (
            "operator session stop -i ZZ --foo",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator session stop --id <ID>",
        ),
        (
            "operator session stop -i ZZ --all",
            "invalid value 'ZZ' for '--id <ID>': Failed parsing hex session id value with invalid digit found in string!",
            None,
            None,
        ),
        (
            "session stop -A",
            "the following required arguments were not provided:\n  <ID>",
            None,
            "mirrord session stop --all-namespaces <ID>",
        ),
        (
            "operator session stop --foo=bar",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
        (
            "operator session stop --id 1 --all=x",
            "unexpected value 'x' for '--all' found; no more were expected",
            None,
            "mirrord operator session stop --all",
        ),
        ("session -A=x", "unexpected argument '-=' found", None, "mirrord session [OPTIONS] [COMMAND]"),
        ("session -A=x ls", "unexpected argument '-=' found", None, "mirrord session [OPTIONS] [COMMAND]"),
        ("session -Ax", "unexpected argument '-x' found", None, "mirrord session [OPTIONS] [COMMAND]"),
        (
            "operator help session foo",
            "unrecognized subcommand 'foo'",
            None,
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (
            "session -- ls",
            "unexpected argument 'ls' found",
            "subcommand 'ls' exists; to use it, remove the '--' before it",
            "mirrord session [OPTIONS] [COMMAND]",
        ),
        (
            "session stop --hel",
            "unexpected argument '--hel' found",
            "a similar argument exists: '--help'",
            "mirrord session stop --help [ID]",
        ),
        (
            "operator session stop --help=x",
            "unexpected value 'x' for '--help' found; no more were expected",
            None,
            "mirrord operator session stop --help",
        ),
        (
            "sessions stop --xx",
            "unexpected argument '--xx' found",
            "to pass '--xx' as a value, use '-- --xx'",
            "mirrord session stop [OPTIONS] [ID]",
        ),
        (
            "session delete",
            "the following required arguments were not provided:\n  <ID>",
            None,
            "mirrord session stop <ID>",
        ),
        ("session kill 1 2", "unexpected argument '2' found", None, "mirrord session stop [OPTIONS] [ID]"),
        (
            "operator session kill --foo",
            "unexpected argument '--foo' found",
            None,
            "mirrord operator session stop [OPTIONS]",
        ),
    ],
)
def test_a_usage_error_exits_2_and_sends_nothing(
    cli: Any, line: str, message: str, tip: str | None, usage: str | None
) -> None:
    result = cli.run(*("" if word == "@" else word for word in line.split()))
    middle = (f"  tip: {tip}\n\n" if tip else "") + (f"Usage: {usage}\n\n" if usage else "")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {message}\n\n{middle}{HELP}"
    assert cli.api.lines() == []


@pytest.mark.parametrize("args", [(), ("operator",), ("operator", "session")])
def test_a_missing_subcommand_prints_help_to_stderr(cli: Any, args: Sequence[str]) -> None:
    result = cli.run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Usage: {' '.join(('mirrord', *args))} " in result.stderr


@pytest.mark.parametrize("line", HELPS)
def test_help_is_that_of_the_product(cli: Any, line: str) -> None:
    result = cli.run(*line.split())
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == HELPS[line].replace("{GAP}", " " * 10)


@pytest.mark.parametrize("hidden", ["setup", "kill-all", "retain-active"])
def test_hidden_commands_are_not_listed(cli: Any, hidden: str) -> None:
    printed = cli.run("operator", "--help").stdout + cli.run("operator", "session", "--help").stdout
    assert hidden not in printed


def test_the_commands_can_be_mounted_under_another_group() -> None:
    @click.group()
    def harness() -> None: ...

    harness.add_command(mirrord)
    result = CliRunner().invoke(harness, ["mirrord", *STOP, "--id", "xyz"])
    assert result.exit_code == 2
    assert result.stderr == (
        "error: invalid value 'xyz' for '--id <ID>': Failed parsing hex session id value with invalid digit found in "
        f"string!\n\n{HELP}"
    )


def test_a_configuration_file_that_is_not_there_is_an_error(cli: Any) -> None:
    result = cli.run("operator", "status", "-f", "/nowhere/mirrord.json")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error:   × Failed to verify mirrord config: failed to read config from file: "
    )
