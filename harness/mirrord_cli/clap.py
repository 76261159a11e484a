"""Click commands that help and complain as clap does, the parser of the product, in its words and with exit code 2.

Not done: clap's colours on a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import click

from harness.mirrord_cli.clap_errors import ClapError
from harness.mirrord_cli.clap_help import render_help, shown, usage_line, used_line
from harness.mirrord_cli.clap_scanning import Scan, scan
from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.session_id import InvalidSessionIdError, parse_hex_id
from harness.mirrord_cli.similarity import similar

__all__ = ["ClapCommand", "ClapGroup", "HexId"]

Pair = tuple[str, str]


class InvalidValueError(click.BadParameter):
    """A value that its parser refused, kept to be shown."""

    def __init__(
        self, value: str, message: str, ctx: click.Context | None, param: click.Parameter | None
    ) -> None:
        super().__init__(message, ctx, param)
        self.value = value
        self.place = f"'{shown(param)}'" if param else ""


class HexId(click.ParamType[int]):
    """A session id, as ``--id`` takes it."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return parse_hex_id(value)
        except InvalidSessionIdError as error:
            raise InvalidValueError(value, str(error), ctx, param) from error


class _Clap(click.Command):
    """What commands and groups share. ``conflicts`` are pairs of parameters that exclude each other, by name;
    ``needs`` are two of which one has to be there, the first of them being asked for."""

    def __init__(
        self, *args: Any, conflicts: Sequence[Pair] = (), needs: Pair | None = None, **attributes: Any
    ) -> None:
        attributes.setdefault("add_help_option", False)
        super().__init__(*args, **attributes)
        self._conflicts = conflicts
        self._needs = needs

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        context = click.Context(self, parent, info_name)
        path = context.command_path
        found = scan(path, self, args)
        if found.helps:
            long = "--help" in args
            _print_help(context, self, path, long=long)
        try:
            made = super().make_context(info_name, found.args, parent, **extra)
        except InvalidValueError as error:
            raise ClapError(
                f"invalid value '{error.value}' for {error.place}: {error.message}", None
            ) from error
        self._check(path, found)
        return made

    def _check(self, path: str, found: Scan) -> None:
        used = {param.name: param for param in found.used}
        for pair in self._conflicts:
            if pair[0] in used and pair[1] in used:
                first, second = sorted((used[name] for name in pair), key=found.used.index)
                others = [param for param in found.used if param is not second and param is not first]
                later = [param for param in others if found.used.index(param) > found.used.index(first)]
                kept = [param for param in others if param not in later]
                message = f"the argument '{shown(first)}' cannot be used with '{shown(second)}'"
                raise ClapError(message, used_line(path, self, [*kept, first, *later]))
        if self._needs is not None and not any(name in used for name in self._needs):
            missing = next(param for param in self.params if param.name == self._needs[0])
            message = f"the following required arguments were not provided:\n  {shown(missing, used=True)}"
            raise ClapError(message, used_line(path, self, [*found.used, missing]))


class ClapCommand(_Clap):
    """A command."""


class ClapGroup(_Clap, click.Group):
    """A group of commands, which has ``help`` besides. Help lists those of the aliases that are ``shown_aliases``."""

    _help: ClassVar[str] = "help"

    def __init__(
        self,
        *args: Any,
        aliases: dict[str, str] | None = None,
        shown_aliases: dict[str, str] | None = None,
        **attributes: Any,
    ) -> None:
        attributes.setdefault("no_args_is_help", False)
        super().__init__(*args, **attributes)
        self.aliases = aliases or {}
        self.shown_aliases = shown_aliases or {}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, self.aliases.get(cmd_name, cmd_name))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        found = scan(ctx.command_path, self, args)
        if not found.subcommand and not self.invoke_without_command:
            self._ask_for_subcommand(ctx, bare=not args)
        return super().parse_args(ctx, args)

    def _ask_for_subcommand(self, ctx: click.Context, *, bare: bool) -> None:
        path = ctx.command_path
        if bare:
            raise _HelpError(render_help(path, self, long=False))
        names = ", ".join([*self._names(), self._help])
        message = f"'{path}' requires a subcommand but one was not provided\n  [subcommands: {names}]"
        raise ClapError(message, usage_line(path, self))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name == self._help:
            self._print_help_of(ctx, args[1:])
        command = self.get_command(ctx, name)
        if command is None:
            raise self._unrecognized(name, ctx.command_path, guess=True)
        return command.name, command, args[1:]

    def _names(self) -> list[str]:
        """All commands, each followed by its other names."""
        names: list[str] = []
        for name in self.commands:
            names += [name, *(alias for alias, meant in self.aliases.items() if meant == name)]
        return names

    def _unrecognized(self, name: str, path: str, *, guess: bool) -> ClapError:
        guesses = similar(name, [*self._names(), self._help]) if guess else []
        tip = None
        if len(guesses) == 1:
            tip = f"a similar subcommand exists: '{guesses[0]}'"
        elif guesses:
            quoted = ", ".join(f"'{guess}'" for guess in guesses)
            tip = f"some similar subcommands exist: {quoted}"
        return ClapError(f"unrecognized subcommand '{name}'", usage_line(path, self), tip=tip)

    def _print_help_of(self, ctx: click.Context, names: Sequence[str]) -> None:
        command: click.Command = self
        path = ctx.command_path
        for name in names:
            found = command.get_command(ctx, name) if isinstance(command, click.Group) else None
            if found is None:
                group = command if isinstance(command, ClapGroup) else self
                raise group._unrecognized(name, path, guess=False)
            command, path = found, f"{path} {found.name}"
        _print_help(ctx, command, path, long=True)


class _HelpError(click.ClickException):
    """Help, where a subcommand is missing."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


def _print_help(ctx: click.Context, command: click.Command, path: str, *, long: bool) -> None:
    invocation = ctx.find_object(Invocation)
    click.echo(render_help(path, command, long=long), file=invocation.stdout if invocation else None)
    ctx.exit()
