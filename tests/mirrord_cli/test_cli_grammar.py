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


@pytest.mark.parametrize(
    ("args", "message", "usage"),
    [
        (
            (*STOP, "--id", "0xff"),
            (
                "invalid value '0xff' for '--id <ID>': Failed parsing hex session id value with invalid digit found in "
                "string!"
            ),
            None,
        ),
        (
            (*STOP, "-i", ""),
            (
                "invalid value '' for '--id <ID>': Failed parsing hex session id value with cannot parse integer from "
                "empty string!"
            ),
            None,
        ),
        (
            STOP,
            "the following required arguments were not provided:\n  --id <ID>",
            "mirrord operator session stop --id <ID>",
        ),
        (
            (*STOP, "--id", "FF", "--all"),
            "the argument '--id <ID>' cannot be used with '--all'",
            "mirrord operator session stop --id <ID>",
        ),
        (
            (*STOP, "--all", "--id", "FF"),
            "the argument '--all' cannot be used with '--id <ID>'",
            "mirrord operator session stop --all",
        ),
        ((*STOP, "--id"), "a value is required for '--id <ID>' but none was supplied", None),
        (
            (*STOP, "--force"),
            "unexpected argument '--force' found",
            "mirrord operator session stop [OPTIONS]",
        ),
        ((*STOP, "FF"), "unexpected argument 'FF' found", "mirrord operator session stop [OPTIONS]"),
        (
            ("operator", "session", "pause"),
            "unrecognized subcommand 'pause'",
            "mirrord operator session [OPTIONS] <COMMAND>",
        ),
        (("operator", "start"), "unrecognized subcommand 'start'", "mirrord operator <COMMAND>"),
        (("exec",), "unrecognized subcommand 'exec'", "mirrord <COMMAND>"),
        (
            ("session", "stop"),
            "the following required arguments were not provided:\n  <ID>",
            "mirrord session stop <ID>",
        ),
        (("kill",), "the following required arguments were not provided:\n  <ID>", "mirrord kill <ID>"),
        (
            ("kill", "1F", "-k", "k"),
            "the argument '[ID]' cannot be used with '--key <KEY>'",
            "mirrord kill [ID]",
        ),
        (
            ("session", "-n", "shop", "-A"),
            "the argument '--namespace <NAMESPACE>' cannot be used with '--all-namespaces'",
            "mirrord session --namespace <NAMESPACE>",
        ),
        (("session", "look"), "unrecognized subcommand 'look'", "mirrord session [OPTIONS] [COMMAND]"),
    ],
)
def test_a_usage_error_exits_2_and_sends_nothing(
    cli: Any, args: Sequence[str], message: str, usage: str | None
) -> None:
    result = cli.run(*args)
    middle = f"Usage: {usage}\n\n" if usage else ""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {message}\n\n{middle}{HELP}"
    assert cli.api.lines() == []


@pytest.mark.parametrize("args", [(), ("operator",), ("operator", "session")])
def test_a_missing_subcommand_prints_help_to_stderr(cli: Any, args: Sequence[str]) -> None:
    result = cli.run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Usage: {' '.join(('mirrord', *args))} " in result.stderr


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (("--help",), ["operator", "session", "kill"]),
        (("operator", "-h"), ["status", "session"]),
        (("operator", "status", "--help"), ["--config-file", "Examples:"]),
        (("operator", "session", "--help"), ["stop", "Examples:"]),
        ((*STOP, "--help"), ["--id", "--all", "mirrord operator session stop --all"]),
        (("session", "--help"), ["list", "stop", "--all-namespaces"]),
        (("session", "ls", "--help"), ["--key"]),
        (("kill", "--help"), ["--key", "mirrord kill -k checkout"]),
    ],
)
def test_help_is_printed_to_stdout(cli: Any, args: Sequence[str], shown: Sequence[str]) -> None:
    result = cli.run(*args)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [text for text in shown if text not in result.stdout] == []


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
