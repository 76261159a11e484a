"""Reading the arguments of one command as clap does, for its complaints: what is wrong with them, and in which order.

Click parses them afterwards. Reading ends at a subcommand and at ``-h`` or ``--help``, which win over what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import click

from harness.mirrord_cli.clap_errors import ClapError
from harness.mirrord_cli.clap_help import long_name, shown, usage_line, used_line
from harness.mirrord_cli.similarity import similar

__all__ = ["Scan", "scan"]

_HELP = "--help"


@dataclass(slots=True)
class Scan:
    """The parameters that were given, in order; the arguments for click, which writes ``-k=v`` otherwise; how it ended."""

    args: list[str] = field(default_factory=list)
    used: list[click.Parameter] = field(default_factory=list)
    helps: bool = False
    subcommand: bool = False


def scan(path: str, command: click.Command, args: Sequence[str]) -> Scan:
    """Read the arguments.

    Raises:
        ClapError: one is unknown, lacks its value, has one too many, or is given twice.
    """
    return _Scanner(path, command, list(args)).run()


class _Scanner:
    def __init__(self, path: str, command: click.Command, args: list[str]) -> None:
        self._path = path
        self._command = command
        self._args = args
        self._scan = Scan()
        options = [param for param in command.params if isinstance(param, click.Option)]
        self._options = {name: option for option in options for name in option.opts}
        self._positional = [param for param in command.params if isinstance(param, click.Argument)]

    def run(self) -> Scan:
        only_values = False
        while self._args and not (self._scan.helps or self._scan.subcommand):
            argument = self._args.pop(0)
            if only_values or len(argument) < 2 or argument[0] != "-":
                self._take_value(argument, literal=only_values)
            elif argument == "--":
                self._scan.args.append(argument)
                only_values = True
            elif argument.startswith("--"):
                self._take_long(argument)
            else:
                self._take_short(argument)
        self._scan.args += self._args
        return self._scan

    def _take_value(self, argument: str, *, literal: bool) -> None:
        self._scan.args.append(argument)
        if isinstance(self._command, click.Group):
            if literal:
                tip = f"subcommand '{argument}' exists; to use it, remove the '--' before it"
                known = self._command.get_command(click.Context(self._command), argument)
                raise self._unexpected(argument, tip=tip if known else None)
            self._scan.subcommand = True
            return
        free = [param for param in self._positional if param not in self._scan.used]
        if not free:
            raise self._unexpected(argument)
        self._scan.used.append(free[0])

    def _take_long(self, argument: str) -> None:
        self._scan.args.append(argument)
        name, given, value = argument.partition("=")
        option = self._options.get(name)
        if option is None and name != _HELP:
            raise self._unknown_long(name)
        if given and (option is None or option.is_flag):
            problem = f"unexpected value '{value}' for '{name}' found; no more were expected"
            raise ClapError(problem, f"{self._path} {name}")
        if option is None:
            self._scan.helps = True
        else:
            self._use(option, bool(given))

    def _take_short(self, argument: str) -> None:
        for index, letter in enumerate(argument[1:], start=1):
            if letter == "h":
                self._scan.helps = True
                return
            option = self._options.get(f"-{letter}")
            if option is None:
                raise self._unexpected(f"-{letter}")
            attached = argument[index + 1 :]
            name = long_name(option)
            takes_attached = bool(attached) and not option.is_flag
            self._scan.args.append(f"{name}={attached.removeprefix('=')}" if takes_attached else name)
            self._use(option, takes_attached or option.is_flag)
            if not option.is_flag:
                return

    def _use(self, option: click.Option, has_value: bool) -> None:
        if option in self._scan.used:
            raise ClapError(
                f"the argument '{shown(option)}' cannot be used multiple times",
                usage_line(self._path, self._command),
            )
        if not option.is_flag and not has_value:
            if self._args and (not self._args[0].startswith("-") or self._args[0] == "-"):
                self._scan.args.append(self._args.pop(0))
            elif not option._flag_needs_value:
                raise ClapError(f"a value is required for '{shown(option)}' but none was supplied", None)
        self._scan.used.append(option)

    def _unknown_long(self, name: str) -> ClapError:
        known = [option[2:] for option in self._options if option.startswith("--")]
        guesses = similar(name[2:], [*known, _HELP[2:]])
        if guesses:
            guess = f"--{guesses[-1]}"
            tip = f"a similar argument exists: '{guess}'"
            return ClapError(f"unexpected argument '{name}' found", self._usage_with(guess), tip=tip)
        usage = used_line(self._path, self._command, self._scan.used) if self._scan.used else None
        return self._unexpected(name, usage=usage)

    def _usage_with(self, name: str) -> str:
        if name in self._options:
            return used_line(self._path, self._command, [*self._scan.used, self._options[name]])
        head, _, tail = used_line(f"{self._path}\n", self._command, self._scan.used).partition("\n")
        return f"{head} {name}{tail}"

    def _unexpected(self, argument: str, *, usage: str | None = None, tip: str | None = None) -> ClapError:
        free = [param for param in self._positional if param not in self._scan.used]
        if free and argument.startswith("-"):
            tip = f"to pass '{argument}' as a value, use '-- {argument}'"
        usage = usage or usage_line(self._path, self._command)
        return ClapError(f"unexpected argument '{argument}' found", usage, tip=tip)
