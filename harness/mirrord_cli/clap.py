"""Click commands that complain as clap does, the parser of the product: its sentences, usage lines and exit code 2.

Not done: clap's guesses at what was meant ("a similar argument exists"), and its colours. Help is laid out by click.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any, NoReturn

import click

from harness.mirrord_cli.invocation import Invocation
from harness.mirrord_cli.session_id import InvalidSessionIdError, parse_hex_id

__all__ = ["ClapCommand", "ClapError", "ClapGroup", "HexId", "fail_on_conflict", "fail_on_missing"]

_ARGUMENTS = "harness.mirrord_cli.arguments"


class ClapError(click.ClickException):
    """A usage error, ready to be shown."""

    exit_code = 2

    def __init__(self, message: str, usage: str | None) -> None:
        super().__init__(message)
        self.usage = usage

    def format_message(self) -> str:
        usage = f"Usage: {self.usage}\n\n" if self.usage else ""
        return f"error: {self.message}\n\n{usage}For more information, try '--help'.\n"

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.format_message(), file=file, nl=False, err=file is None)


class InvalidValueError(click.BadParameter):
    """A value that its parser refused, kept to be shown."""

    def __init__(
        self, value: str, message: str, ctx: click.Context | None, param: click.Parameter | None
    ) -> None:
        super().__init__(message, ctx, param)
        self.value = value


class HexId(click.ParamType[int]):
    """A session id, as ``--id`` takes it."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return parse_hex_id(value)
        except InvalidSessionIdError as error:
            raise InvalidValueError(value, str(error), ctx, param) from error


class _SpokenHelp(click.Command):
    """A command whose help goes where the rest of its output goes."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001 - click's
    if value and not ctx.resilient_parsing:
        invocation = ctx.find_object(Invocation)
        click.echo(ctx.get_help(), file=invocation.stdout if invocation else None)
        ctx.exit()


class ClapCommand(_SpokenHelp):
    """A command whose usage errors are clap's."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        given = tuple(args)
        try:
            context = super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _raise_translated(error, error.ctx or click.Context(self, parent, info_name))
        context.meta[_ARGUMENTS] = given
        return context


class ClapGroup(_SpokenHelp, click.Group):
    """A group whose usage errors are clap's, and whose commands may have aliases that help does not list."""

    def __init__(self, *args: Any, aliases: dict[str, str] | None = None, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self._aliases = aliases or {}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, self._aliases.get(cmd_name, cmd_name))

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _raise_translated(error, error.ctx or click.Context(self, parent, info_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None:
            word = "unexpected argument" if name.startswith("-") else "unrecognized subcommand"
            suffix = " found" if name.startswith("-") else ""
            raise ClapError(f"{word} '{name}'{suffix}", usage_line(ctx))
        return command.name, command, args[1:]


def fail_on_missing(ctx: click.Context, argument: str) -> NoReturn:
    """Complain that a required argument is missing, shown as given: ``--id <ID>``."""
    message = f"the following required arguments were not provided:\n  {argument}"
    raise ClapError(message, f"{ctx.command_path} {argument}")


def fail_on_conflict(ctx: click.Context, options: Sequence[tuple[tuple[str, ...], str]]) -> NoReturn:
    """Complain of two arguments that exclude each other: their spellings, and how they are shown.

    The one that came first on the line is the one that cannot be used with the other.
    """
    given: Sequence[str] = ctx.meta.get(_ARGUMENTS, ())

    def position(option: tuple[tuple[str, ...], str]) -> int:
        found = [index for index, argument in enumerate(given) if argument.startswith(option[0])]
        return found[0] if found else len(given)

    first, second = sorted(options, key=position)
    raise ClapError(
        f"the argument '{first[1]}' cannot be used with '{second[1]}'", f"{ctx.command_path} {first[1]}"
    )


def usage_line(ctx: click.Context) -> str:
    """The whole usage of a command, as clap writes it."""
    command = ctx.command
    parts = [ctx.command_path]
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    if any(isinstance(param, click.Option) for param in shown):
        parts.append("[OPTIONS]")
    parts += [f"[{_metavar(param)}]" for param in shown if isinstance(param, click.Argument)]
    if isinstance(command, click.Group):
        parts.append("[COMMAND]" if command.invoke_without_command else "<COMMAND>")
    return " ".join(parts)


def _raise_translated(error: click.UsageError, ctx: click.Context) -> NoReturn:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        raise error
    raise ClapError(*_translated(error, ctx)) from error


def _translated(error: click.UsageError, ctx: click.Context) -> tuple[str, str | None]:
    match error:
        case InvalidValueError(value=value, param=click.Parameter() as param):
            return f"invalid value '{value}' for '{_shown(param)}': {error.message}", None
        case click.NoSuchOption(option_name=name):
            return f"unexpected argument '{name}' found", usage_line(ctx)
        case click.BadOptionUsage(option_name=name):
            return f"a value is required for '{_option_shown(ctx, name)}' but none was supplied", None
        case _:
            extra = error.message.partition("(")[2].partition(")")[0].split()
            return f"unexpected argument '{extra[0] if extra else ''}' found", usage_line(ctx)


def _option_shown(ctx: click.Context, name: str) -> str:
    return next((_shown(param) for param in ctx.command.params if name in param.opts), name)


def _shown(param: click.Parameter) -> str:
    """``--id <ID>``: the long name and what it takes."""
    return f"{max(param.opts, key=len)} <{_metavar(param)}>"


def _metavar(param: click.Parameter) -> str:
    return (param.name or "").upper()
